"""Takes a migration out of Knex's transaction."""

import re

from analyzers.fixes.document import Document
from analyzers.fixes.edits import Edit
from analyzers.javascript.syntax import Node
from analyzers.source import Span

_SETTING = "{ transaction: false }"


def without_transaction(document: Document) -> Edit | None:
    """Exports a `config` the way `up` is exported; None where there is one already."""
    up = document.functions.get("up")
    if up is None or re.search(r"\bconfig\b", document.text):
        return None
    exported = _object(document.tree.root)
    if exported is not None:
        return _member(document, exported)
    prefix = "export const config" if document.style.is_module else "exports.config"
    if "module.exports." in document.text:
        prefix = "module.exports.config"
    at = _start(document, up.statement)
    return Edit(at, at, f"{prefix} = {_SETTING}{document.style.end}\n\n")


def _object(root: Node) -> Node | None:
    """The object that `module.exports` is."""
    for statement in root.named:
        inner = statement.named[0] if statement.named else statement
        if inner.type == "assignment_expression" and inner.the("left").text == "module.exports":
            value = inner.the("right")
            return value if value.type == "object" else None
    return None


def _member(document: Document, exported: Node) -> Edit | None:
    if not exported.named:
        return None
    first = exported.named[0]
    at = _start(document, first)
    same_line = "\n" not in document.text[exported.start : first.start]
    after = " " if same_line else f"\n{document.indent(first.start)}"
    return Edit(at, at, f"config: {_SETTING},{after}")


def _start(document: Document, node: Node) -> int:
    """Where a statement begins, with the comments that belong to it."""
    start = node.start
    for span in reversed(document.tree.comments()):
        between = document.text[span.end : start]
        if span.end <= start and not between.strip() and between.count("\n") < 2:
            before = document.text[document.text.rfind("\n", 0, span.start) + 1 : span.start]
            start = start if before.strip() else span.start
    return start


def with_transaction(document: Document, at: Span) -> Edit | None:
    """Takes away a `config` that says nothing but to do without; None where it says more."""
    text = document.text[at.start : at.end]
    if not _ALONE.search(text) or text.count(":") > 2:
        return None
    for node in document.path(at):
        if node.type in ("expression_statement", "export_statement") and _ALONE.search(node.text):
            removal = document.removal(node)
            return removal and _with_blank_line(document, removal)
        if node.type == "pair" and _ALONE.search(node.text):
            comma = re.match(r"\s*,[^\S\n]*\n?[^\S\n]*", document.text[node.end :])
            return Edit(node.start, node.end + comma.end(), "") if comma else None
    return None


_ALONE = re.compile(r"config['\"]?\s*[=:]\s*\{\s*transaction\s*:\s*false\s*,?\s*\}\s*;?\s*$")


def _with_blank_line(document: Document, removal: Edit) -> Edit:
    blank = re.match(r"[ \t]*\r?\n", document.text[removal.end :])
    return removal._replace(end=removal.end + blank.end()) if blank else removal
