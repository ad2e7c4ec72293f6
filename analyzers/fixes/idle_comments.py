"""Suppressions that hide nothing are taken out of the file."""

import re
from collections.abc import Iterable

from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation
from analyzers.rules.unused_suppression import REMOVE
from analyzers.rules.wording import code
from analyzers.source import Span
from analyzers.suppressions import PREFIX, Directive

_COMMENT = re.compile(rf"(?://|--|/\*)[\s*/-]*{PREFIX}")


def edits(situation: Situation) -> Iterable[Edit]:
    """Without the comment, or without the one rule of several that is idle."""
    span, told, whole = situation.span, situation.finding, situation.document.text
    text = whole[span.start : span.end]
    here = [one for one in situation.migration.directives if one.place == told.place]
    if len(here) != 1 or not _COMMENT.match(text) or told.advice != REMOVE:
        return ()
    rule = _idle(here[0], told.message)
    if rule is None or len(here[0].rules) == 1:
        return (_without(whole, span),)
    name = re.escape(rule)
    named = re.search(rf"(?<![\w-]){name}\s*,\s*", text) or re.search(rf"\s*,\s*{name}\b", text)
    if named is None:
        return ()
    return (Edit(span.start + named.start(), span.start + named.end(), ""),)


def _idle(directive: Directive, message: str) -> str | None:
    """The rule that the finding speaks of; None: the comment as a whole."""
    return next((rule for rule in directive.rules if code(rule) in message), None)


def _without(text: str, span: Span) -> Edit:
    """Takes its lines along where nothing else stands on them."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    end = len(text) if end < 0 else end + 1
    before, after = text[start : span.start], text[span.end : end]
    if not before.strip() and not after.strip():
        return Edit(start, end, "")
    if before.strip() and before[-1].isspace():
        return Edit(span.start - len(before) + len(before.rstrip()), span.end, "")
    return Edit(span.start, span.end + len(after) - len(after.lstrip(" \t")), "")
