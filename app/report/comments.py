"""What a comment in a pull request says."""

import re
from pathlib import PurePosixPath

from analyzers.findings import Finding, Fix
from app.report.escape import block, code, fenced, is_plain, paragraphs, prose
from app.report.limits import MAX_COMMENT, MAX_SUGGESTION_LINES
from app.report.values import Subject
from app.report.words import SEVERITY_NAMES, rule_link

_MARK_LENGTH = 200
_APPLIED = "`migaudit check --fix` makes this change."
_SUGGESTION = re.compile(r"^(`{3,})suggestion$", re.MULTILINE)
_LANGUAGES = {".ts": "ts", ".mts": "ts", ".cts": "ts", ".sql": "sql"}


def comment(finding: Finding, subject: Subject, *, suggest: bool) -> str:
    """The comment on a finding's own lines. `suggest`: it stands on exactly the fix's lines."""
    return _within_limit(_parts(finding, subject, _fix(finding, suggest=suggest)))


def file_comment(finding: Finding, subject: Subject) -> str:
    """The same for the file as a whole: it names the line."""
    parts = _parts(finding, subject, _fix(finding, suggest=False))
    if finding.place.line > 1:
        parts[0] = f"Line {finding.place.line}: {parts[0]}"
    return _within_limit(parts)


def is_short(fix: Fix) -> bool:
    """Whether it can be read beside a comment, before and after."""
    before = fix.end_line - fix.start_line
    return max(before, fix.replacement.count("\n")) < MAX_SUGGESTION_LINES


def closed(body: str, note: str) -> str:
    """What a comment says once it is closed: why, and folded away what it said."""
    what = _SUGGESTION.sub(r"\1", body)
    folded = f"{note}\n\n<details><summary>What was found</summary>\n\n{what}\n\n</details>"
    return folded if len(folded) + _MARK_LENGTH <= MAX_COMMENT else note


def _parts(finding: Finding, subject: Subject, fix: str) -> list[str]:
    parts = [
        f"**{SEVERITY_NAMES[finding.severity]}:** {prose(finding.message)}",
        paragraphs(finding.advice),
        fix,
        *(
            f"See also {code(r.place.path)}, line {r.place.line}: {prose(r.note)}"
            for r in finding.related[:5]
        ),
        f"<sub>{rule_link(subject, finding.rule)}</sub>",
    ]
    return [part for part in parts if part]


def _fix(finding: Finding, *, suggest: bool) -> str:
    """The safe rewrite: applied with a click where it can be, else to be copied."""
    fix = finding.fix
    if fix is None:
        return ""
    if fix.replacement.count("\n") >= MAX_SUGGESTION_LINES:
        return _APPLIED
    if suggest and _applies(fix):
        return fenced(fix.replacement.removesuffix("\n"), "suggestion")
    language = _LANGUAGES.get(PurePosixPath(finding.place.path).suffix, "js")
    return block(fix.replacement.removesuffix("\n"), language)


def _applies(fix: Fix) -> bool:
    """A suggestion can't be escaped, so it must have nothing that hides."""
    return is_plain(fix.replacement)


def _within_limit(parts: list[str]) -> str:
    """The parts that fit, always with the first and the last."""
    size = len("\n\n".join(parts)) + _MARK_LENGTH
    while size > MAX_COMMENT and len(parts) > 2:
        size -= len(parts.pop(-2)) + 2
    return "\n\n".join(parts)
