"""A finding with all around it that a fix needs to know."""

from collections.abc import Iterator
from functools import cached_property

from analyzers.findings import Direction, Finding
from analyzers.fixes.document import Document
from analyzers.fixes.edits import Edit
from analyzers.fixes.functions import Function
from analyzers.javascript.syntax import Node
from analyzers.postgres.operations import Range
from analyzers.rules.context import AddedMigration, Replay, Step
from analyzers.settings import Settings
from analyzers.source import Span
from analyzers.struct import Struct

NESTED = frozenset(
    {"for_statement", "for_in_statement", "while_statement", "do_statement", "if_statement",
     "try_statement", "switch_statement"}
)  # fmt: skip
FUNCTIONS = frozenset(
    {"arrow_function", "function_expression", "function", "function_declaration",
     "generator_function", "method_definition"}
)  # fmt: skip


class Situation(Struct, frozen=True, dict=True):
    """A finding in a migration that the pull request adds."""

    finding: Finding
    migration: AddedMigration
    document: Document
    settings: Settings

    @cached_property
    def span(self) -> Span:
        """Where the finding stands."""
        return self.document.span(self.finding.place)

    @cached_property
    def path(self) -> list[Node]:
        """The nodes around the finding, the smallest one last."""
        return self.document.path(self.span)

    @property
    def up(self) -> Function | None:
        return self.document.functions.get("up")

    @property
    def replay(self) -> Replay | None:
        down = self.finding.direction is Direction.DOWN
        return self.migration.down if down else self.migration.up

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The operations that the finding speaks of: several where its line runs several times."""
        found, at = self.finding, self.finding.offset
        return tuple(
            step
            for step in (self.replay.steps if self.replay else ())
            if step.statement.sql.string == found.statement
            and at in (None, step.operation.at.start)
        )

    def call(self, *methods: str) -> Node | None:
        """The call of one of these methods in the chain of calls that the finding stands on."""
        return next((call for call in chain(self.path[-1]) if method(call) in methods), None)

    def sql(self, step: Step, part: Range, text: str) -> Edit | None:
        """Writes `text` instead of a part of a statement, where the source says that letter by
        letter; an empty part is a place to insert it."""
        sql, sender = step.statement.sql, step.statement.span
        if sender.path != self.migration.path:
            return None
        if method(self.document.path(sender)[-1]) != "raw":
            return None  # the words of a builder's argument are no SQL of their own
        start, end = part
        wide = sql.slice(start, end) if end > start else sql.slice(start - 1, end)
        spans = [piece.span for piece in wide.pieces]
        if not spans or not all(piece.exact for piece in wide.pieces) or None in spans:
            return None
        span = wide.span()
        if span is None or span.path != self.migration.path or span.end - span.start != len(wide):
            return None
        return Edit(span.start if end > start else span.end, span.end, text)


def chain(last: Node | None) -> Iterator[Node]:
    """The calls of `a.b().c()`, the last one first."""
    while last is not None and last.type in ("call_expression", "await_expression"):
        if last.type == "call_expression":
            yield last
            last = receiver(last)
        else:
            last = last.named[0] if last.named else None


def method(call: Node) -> str | None:
    """The name of the method that is called."""
    function = call.field("function")
    named = function.field("property") if function is not None else None
    return named.text if named is not None else None


def receiver(call: Node) -> Node | None:
    """What the method is called on."""
    function = call.field("function")
    return function.field("object") if function is not None else None


def arguments(call: Node) -> list[Node]:
    found = call.field("arguments")
    return found.named if found is not None else []
