"""`serial` in SQL becomes an identity column."""

from collections.abc import Iterable, Iterator

from analyzers.fixes.column_sql import all_of, types_of, words
from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation
from analyzers.postgres.operations import CreateTable, Insert
from analyzers.rules.context import Step

_INTEGERS = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}


def edits(situation: Situation) -> Iterable[Edit]:
    return all_of(_edits(situation))


def _edits(situation: Situation) -> Iterator[Edit | None]:
    for step, at in types_of(situation):
        how = "BY DEFAULT" if _gets_rows(situation, step) else "ALWAYS"
        for serial, integer in _INTEGERS.items():
            text = f"{integer} GENERATED {how} AS IDENTITY"
            yield from words(situation, step, at, rf"\b{serial}\b", text)


def _gets_rows(situation: Situation, made: Step) -> bool:
    """Whether rows come with numbers of their own: an identity that is ALWAYS refuses them."""
    replay = situation.replay
    operation = made.operation
    if replay is None or not isinstance(operation, CreateTable):
        return True
    inserts = (s.operation for s in replay.steps if isinstance(s.operation, Insert))
    full = made.schema.full(operation.table)
    return any(made.schema.full(insert.table) == full for insert in inserts)
