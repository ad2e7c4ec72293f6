"""The output of the commands for people."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analyzers.confidential import masked
from analyzers.findings import Finding, Severity
from analyzers.previewed import not_judged, sentences, unknown_directories
from analyzers.result import Audit, Suppression
from analyzers.source import Place, UnreadableFile
from app.checkout import Checkout
from app.cli.terminal import line, markdown, passage, prose, width
from app.rule_page import markdown_of

if TYPE_CHECKING:
    from analyzers.rules import Rule

STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.NOTICE: "bold blue",
}
QUIET = "bright_black"
MAX_EXCERPT_LINES = 6
MAX_EXCERPT_WIDTH = 160


def write_audit(checkout: Checkout, audit: Audit) -> None:
    for finding in audit.findings:
        write_finding(checkout, finding)
    for suppression in audit.suppressions:
        write_suppression(checkout, suppression)
    write_notes(audit)
    write_summary(audit)


def write_notes(audit: Audit) -> None:
    """What the configuration and the knexfiles leave open, or would change."""
    for one in audit.unresolved:
        prose(unknown_directories(one))
    for one in audit.unjudged:
        prose(not_judged(one))
    if audit.preview is not None:
        for number, sentence in enumerate(sentences(audit.preview)):
            prose(sentence, indent=2 if number else 0)
    if audit.unresolved or audit.unjudged or audit.preview:
        line()


def write_suppression(checkout: Checkout, suppression: Suppression) -> None:
    """One that hides nothing is a finding of its own."""
    if suppression.findings:
        at = os.path.relpath(checkout.root / suppression.place.path, Path.cwd())
        line(("suppressed ", QUIET), (suppression.rule, "bold"), f" {at}:{suppression.place.line}")
        prose(suppression.reason, indent=2)
        line()


def write_finding(checkout: Checkout, finding: Finding) -> None:
    style = STYLES[finding.severity]
    place = finding.place
    at = os.path.relpath(checkout.root / place.path, Path.cwd())
    where = f"{at}:{place.line}:{place.column}"
    direction = f" in {finding.direction.value}" if finding.direction else ""
    line((finding.severity.value, style), " ", (finding.rule, "bold"), direction)
    line(("╭─ ", QUIET), where, indent=gutter(place) + 1)
    write_excerpt(source_lines(checkout, place), place, style)
    passage(finding.message, indent=2)
    if finding.advice:
        passage(finding.advice, first=("Instead: ", "bold green"), indent=2)
    for related in finding.related:
        prose(
            f"{related.place.path}:{related.place.line}: {related.note}",
            first=("See ", ""),
            indent=2,
        )
    line()


def write_excerpt(lines: Sequence[str], place: Place, style: str) -> None:
    bar = (" │ ", QUIET)
    margin = gutter(place)
    for number, content in enumerate(lines[:MAX_EXCERPT_LINES], place.line):
        line((str(number).rjust(margin), QUIET), bar, shown(content))
        line(" " * margin, bar, (underline(content, number, place), style))
    if len(lines) > MAX_EXCERPT_LINES:
        line(" " * margin, bar, (f"… {len(lines) - MAX_EXCERPT_LINES} more lines", QUIET))


def source_lines(checkout: Checkout, place: Place) -> list[str]:
    """The lines of a place; none where the file is gone or can't be shown."""
    for tree in (checkout.head, checkout.base):
        if place.path not in tree.entries():
            continue
        try:
            text = tree.read(place.path).decode("utf-8-sig")
        except (UnreadableFile, UnicodeDecodeError):
            return []
        return masked(text).split("\n")[place.line - 1 : place.end_line]
    return []


def underline(content: str, number: int, place: Place) -> str:
    """Carets below the part of a line that belongs to a place."""
    bare = content.rstrip("\r")
    first = place.column - 1 if number == place.line else len(bare) - len(bare.lstrip())
    last = place.end_column - 1 if number == place.end_line else len(bare)
    start, end = width(shown(bare[:first])), width(shown(bare[:last]))
    return " " * start + "^" * max(end - start, 1)


def shown(content: str) -> str:
    text = content.rstrip("\r").replace("\t", "    ")
    return text if len(text) <= MAX_EXCERPT_WIDTH else text[:MAX_EXCERPT_WIDTH] + "…"


def gutter(place: Place) -> int:
    return max(len(str(place.end_line)), 3)


def write_summary(audit: Audit) -> None:
    if not audit.directories and not audit.findings:
        line("Nothing here concerns migrations: the check ", ("passes", "bold green"), ".")
        return
    for known in audit.partly_known:
        prose(f"The history of {known.table} is only partly known: {known.reason}.", indent=0)
    failed = audit.fails(audit.settings.fail_on)
    verdict = ("fails", "bold red") if failed else ("passes", "bold green")
    counted = ", ".join(counts(audit)) or "No findings"
    migrations = plural(len(audit.migrations), "added migration")
    line(f"{counted}; {migrations}: the check ", verdict, ".")


def counts(audit: Audit) -> Iterator[str]:
    for severity in reversed(Severity):
        number = sum(finding.severity is severity for finding in audit.findings)
        if number:
            yield plural(number, severity.value)


def plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def write_catalogue(rules: "Sequence[Rule]") -> None:
    longest = max(len(rule.id) for rule in rules)
    for rule in rules:
        severity = (f"{rule.severity.value:<8}", STYLES[rule.severity])
        line((f"{rule.id:<{longest}}  ", "bold"), severity, rule.title)


def write_page(rule: "Rule") -> None:
    line((rule.id, "bold"), " · ", (rule.severity.value, STYLES[rule.severity]))
    markdown(f"# {rule.title}\n\n{markdown_of(rule)}")
