"""Findings as annotations: plain text beside the line in the check run."""

from analyzers.findings import Finding, Severity
from app.report.escape import shorten, visible
from app.report.limits import MAX_ANNOTATION_TEXT, MAX_TITLE
from app.report.values import Annotation, Level, Subject
from app.report.words import rule_url

_LEVELS = {
    Severity.ERROR: Level.FAILURE,
    Severity.WARNING: Level.WARNING,
    Severity.NOTICE: Level.NOTICE,
}


def annotation(finding: Finding, subject: Subject) -> Annotation:
    place = finding.place
    one_line = place.line == place.end_line
    return Annotation(
        path=place.path,
        start_line=place.line,
        end_line=place.end_line,
        level=_LEVELS[finding.severity],
        title=shorten(finding.rule, MAX_TITLE),
        message=_bytes(_message(finding, subject), MAX_ANNOTATION_TEXT),
        raw_details=_bytes(_lines(finding.statement or ""), MAX_ANNOTATION_TEXT),
        start_column=place.column if one_line else None,
        end_column=max(place.column, place.end_column) if one_line else None,
    )


def _message(finding: Finding, subject: Subject) -> str:
    said = (
        visible(finding.message),
        _lines(shorten(finding.advice, 4_000)),
        rule_url(subject, finding.rule),
    )
    return "\n\n".join(part for part in said if part)


def _lines(plain: str) -> str:
    return "\n".join(visible(line, keep="\t") for line in plain.split("\n"))


def _bytes(plain: str, limit: int) -> str:
    """`plain` within a limit in UTF-8 bytes, cut between characters."""
    encoded = plain.encode()
    if len(encoded) <= limit:
        return plain
    return encoded[: limit - 3].decode(errors="ignore") + "…"
