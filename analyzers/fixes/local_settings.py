"""`SET LOCAL` for a setting that would outlive the migration."""

from collections.abc import Iterable

from analyzers.fixes.column_sql import all_of, words
from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation


def edits(situation: Situation) -> Iterable[Edit]:
    return all_of(
        edit
        for step in situation.steps
        if step.transaction.open
        for edit in words(
            situation,
            step,
            step.operation.at,
            r"\bset(?:\s+session)?(?=\s+\w+\s*(?:=|\bto\b))",
            "SET LOCAL",
        )
    )
