"""The method that a misspelt one was meant to be."""

from collections.abc import Iterable

from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation
from analyzers.knex.vocabulary import METHODS
from analyzers.spelling import nearest


def edits(situation: Situation) -> Iterable[Edit]:
    span = situation.span
    written = situation.document.text[span.start : span.end]
    meant = nearest(written, METHODS) if written.isidentifier() else None
    return (Edit(span.start, span.end, METHODS[meant]),) if meant else ()
