"""How severities, counts and links are said."""

from collections import Counter
from collections.abc import Iterable
from urllib.parse import quote

from analyzers.findings import Finding, Severity
from analyzers.source import Place
from app.report.escape import code, link
from app.report.values import Subject

SEVERITY_NAMES = {
    Severity.ERROR: "Error",
    Severity.WARNING: "Warning",
    Severity.NOTICE: "Notice",
}
_FAILING = {
    None: "No finding fails this check.",
    Severity.ERROR: "Errors fail this check.",
    Severity.WARNING: "Errors and warnings fail this check.",
    Severity.NOTICE: "Every finding fails this check.",
}


def counts(findings: Iterable[Finding]) -> str:
    """`2 errors, 1 warning`: the most severe first, what there is none of left out."""
    numbers = Counter(finding.severity for finding in findings)
    return ", ".join(
        plural(numbers[severity], name.lower())
        for severity, name in SEVERITY_NAMES.items()
        if numbers[severity]
    )


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def failing(fail_on: Severity | None) -> str:
    """Which findings fail the check, as a sentence."""
    return _FAILING[fail_on]


def rule_url(subject: Subject, rule: str) -> str:
    """The page of a rule; nothing where no server is known that has it."""
    return subject.public_url and f"{subject.public_url}/rules/{quote(rule, safe='')}"


def rule_link(subject: Subject, rule: str) -> str:
    address = rule_url(subject, rule)
    return link(code(rule), address) if address else code(rule)


def place_link(subject: Subject, place: Place, *, exists: bool) -> str:
    """A file and its lines; a link to them unless the file, or what GitHub calls the repository,
    is not there."""
    one_line = place.end_line <= place.line
    name = code(place.path, limit=500)
    shown = f"{name}, line {place.line}" if one_line else f"{name}, lines {_range(place)}"
    if not exists or not subject.repository:
        return shown
    return link(shown, _address(subject, place))


def lines_link(subject: Subject, place: Place, *, exists: bool) -> str:
    """The lines alone, where it is said already of which file."""
    shown = f"line {place.line}" if place.end_line <= place.line else f"lines {_range(place)}"
    linked = exists and bool(subject.repository)
    return link(shown, _address(subject, place)) if linked else shown


def line_link(subject: Subject, place: Place) -> str:
    """The number of a line of a file that the head has, as a link where there is a repository."""
    return f"[{place.line}]({_address(subject, place)})" if subject.repository else str(place.line)


def _address(subject: Subject, place: Place) -> str:
    lines = f"L{place.line}" if place.end_line <= place.line else f"L{place.line}-L{place.end_line}"
    address = f"{subject.web_url}/{subject.repository}/blob/{subject.head_sha}"
    return f"{address}/{_quoted(place.path)}#{lines}"


def _range(place: Place) -> str:
    return f"{place.line} to {place.end_line}"


def _quoted(path: str) -> str:
    return quote(path.encode(errors="replace"), safe="/")
