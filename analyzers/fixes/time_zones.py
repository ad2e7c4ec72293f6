"""`timestamp` becomes `timestamptz`."""

from collections.abc import Iterable, Iterator

from analyzers.fixes.calls import retyped
from analyzers.fixes.column_sql import all_of, types_of, words
from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation, arguments

_TYPES = {
    "timestamp": "timestamptz",
    "timestamp without time zone": "timestamp with time zone",
}


def edits(situation: Situation) -> Iterable[Edit]:
    return tuple(_told(situation)) or retyped(situation, _TYPES) or all_of(_written(situation))


def _told(situation: Situation) -> Iterator[Edit]:
    """`{ useTz: false }` or `true` for "standard" after the name of the column."""
    call = situation.call("timestamp", "datetime", "dateTime")
    for option in arguments(call)[1:2] if call is not None else ():
        if option.type == "true":
            yield Edit(option.start, option.end, "false")
        for pair in option.named if option.type == "object" else ():
            value = pair.field("value")
            if value is not None and pair.the("key").text.strip("'\"") == "useTz":
                yield Edit(value.start, value.end, "true")


def _written(situation: Situation) -> Iterator[Edit | None]:
    for step, at in types_of(situation):
        spelled_out = list(words(situation, step, at, r"\bwithout(?=\s+time\s+zone\b)", "with"))
        yield from spelled_out
        if not spelled_out:
            yield from words(situation, step, at, r"\btimestamp\b", "timestamptz")
