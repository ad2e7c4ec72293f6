"""Puts fixes into a text, as many as don't get in each other's way."""

from collections.abc import Iterable

from analyzers.findings import Finding
from analyzers.fixes.edits import replaced
from analyzers.struct import Struct


class Applied(Struct, frozen=True):
    """A text after some fixes: those `done`, and those `left` because they touch the same lines."""

    text: str
    done: tuple[Finding, ...] = ()
    left: tuple[Finding, ...] = ()


def fixed(text: str, findings: Iterable[Finding]) -> Applied:
    """Applies the fixes of the findings to the text that they were found in.

    Of several that touch the same lines, the first is applied: of the most severe finding.
    """
    taken: dict[Finding, range] = {}
    left: list[Finding] = []
    for finding in findings:
        if finding.fix is None:
            continue
        lines = range(finding.fix.start_line, finding.fix.end_line + 1)
        if any(lines.start < other.stop and other.start < lines.stop for other in taken.values()):
            left.append(finding)
        else:
            taken[finding] = lines
    for finding in sorted(taken, key=lambda one: -taken[one].start):
        if finding.fix is not None:
            text = replaced(text, finding.fix)
    return Applied(text, tuple(taken), tuple(left))
