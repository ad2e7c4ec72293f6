"""Gives a migration its transaction back."""

from collections.abc import Iterable

from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation
from analyzers.fixes.transactions import with_transaction


def edits(situation: Situation) -> Iterable[Edit]:
    edit = with_transaction(situation.document, situation.span)
    return (edit,) if edit is not None else ()
