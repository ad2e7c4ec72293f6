"""Takes away guards for what the history of the migrations knows."""

from collections.abc import Iterable

from analyzers.fixes.calls import renamed
from analyzers.fixes.column_sql import all_of, words
from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation

_UNGUARDED = {
    "createTableIfNotExists": "createTable",
    "dropTableIfExists": "dropTable",
    "dropForeignIfExists": "dropForeign",
    "dropPrimaryIfExists": "dropPrimary",
    "dropUniqueIfExists": "dropUnique",
}
_GUARD = r"(?<=\s)if\s+(?:not\s+)?exists\s+"


def edits(situation: Situation) -> Iterable[Edit]:
    return renamed(situation, _UNGUARDED) or all_of(
        edit
        for step in situation.steps
        for edit in words(situation, step, step.operation.at, _GUARD, "")
    )
