"""Whether statements that are worked out are those that real Knex sent."""

import re
from collections.abc import Sequence
from itertools import groupby

from analyzers.describe import StatementReport
from tests.conformance.recording import Run, Sent

_UNKNOWN = re.compile(r"""((?:"\w+"\.)?"[^" ]*" in \(\$\d+\)|(?:!?=|<>) \$\d+|\$\d+)""")


def same(worked_out: Sequence[StatementReport], run: Run) -> bool:
    """Whether they are what was sent, in order.

    A statement behind a condition that only a run decides may be missing; those of a loop of
    unknown length may come as often as they like. A run that ended in an error is held to what
    it sent until then.
    """
    reached = {0}
    for repeated, group in groupby(worked_out, lambda statement: statement.repeated):
        statements = tuple(group)
        if repeated:
            reached = _any_number(statements, run.sent, reached)
            continue
        for statement in statements:
            if run.error is not None and len(run.sent) in reached:
                return True
            reached = _after(statement, run.sent, reached)
    return len(run.sent) in reached


def unexplained(worked_out: Sequence[StatementReport], run: Run) -> list[str]:
    """What was sent and is nowhere among the statements that are worked out."""
    return [sent.sql for sent in run.sent if not any(_is(one, sent) for one in worked_out)]


def _after(statement: StatementReport, sent: Sequence[Sent], reached: set[int]) -> set[int]:
    further = {at + 1 for at in reached if at < len(sent) and _is(statement, sent[at])}
    return further | reached if statement.conditional else further


def _any_number(
    statements: Sequence[StatementReport], sent: Sequence[Sent], reached: set[int]
) -> set[int]:
    for at in range(min(reached, default=len(sent)), len(sent)):
        if at in reached and any(_is(statement, sent[at]) for statement in statements):
            reached = reached | {at + 1}
    return reached


def _is(statement: StatementReport, sent: Sent) -> bool:
    return statement.in_transaction == sent.in_transaction and _could_be(statement.sql, sent.sql)


def _could_be(text: str, sql: str) -> bool:
    """Whether `sql` is `text` with values of the run in the places of unknown bindings.

    For an unknown list of values there is one such place, or `1 = 0` if it is empty; a
    comparison with null is written `is null`.
    """
    if text == sql:
        return True
    parts = _UNKNOWN.split(text)
    return len(parts) > 1 and bool(re.fullmatch("".join(map(_pattern, parts)), sql, re.DOTALL))


def _pattern(part: str) -> str:
    if _UNKNOWN.fullmatch(part) is None:
        return re.escape(part)
    if part.startswith("$"):
        return ".*?"
    if part.startswith(("=", "!", "<")):
        return rf"(?:{re.escape(part[: part.index('$')])}.*?|is (?:not )?null)"
    return rf"(?:{re.escape(part[: part.rindex('(')])}\(.*?\)|1 = 0)"
