"""`json` becomes `jsonb`."""

from collections.abc import Iterable

from analyzers.fixes.calls import renamed, retyped
from analyzers.fixes.column_sql import all_of, types_of, words
from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation


def edits(situation: Situation) -> Iterable[Edit]:
    return (
        renamed(situation, {"json": "jsonb"})
        or retyped(situation, {"json": "jsonb"})
        or all_of(
            edit
            for step, at in types_of(situation)
            for edit in words(situation, step, at, r"\bjson\b", "jsonb")
        )
    )
