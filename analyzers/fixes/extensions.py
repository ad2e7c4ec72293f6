"""`CREATE EXTENSION` with `IF NOT EXISTS`."""

from collections.abc import Iterable

from analyzers.fixes.calls import renamed
from analyzers.fixes.column_sql import all_of, words
from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation

_SAFE = "EXTENSION IF NOT EXISTS"


def edits(situation: Situation) -> Iterable[Edit]:
    return renamed(situation, {"createExtension": "createExtensionIfNotExists"}) or all_of(
        edit
        for step in situation.steps
        for edit in words(situation, step, step.operation.at, r"\bextension\b", _SAFE)
    )
