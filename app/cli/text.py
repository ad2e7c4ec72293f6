"""The output of the commands for people."""

import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from analyzers.environments import sentences as told_environments
from analyzers.findings import Finding, Fix, Severity
from analyzers.previewed import not_audited, not_judged, sentences, unknown_directories
from analyzers.result import Audit, Suppression
from app.checkout import Checkout
from app.cli.excerpt import gutter, spaced, write_excerpt
from app.cli.terminal import QUIET, line, markdown, passage, prose
from app.rule_page import markdown_of

if TYPE_CHECKING:
    from analyzers.rules import Rule

STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.NOTICE: "bold blue",
}
MAX_FIX_LINES = 60


def write_audit(checkout: Checkout, audit: Audit) -> None:
    for finding in audit.findings:
        write_finding(checkout, finding)
    for suppression in audit.suppressions:
        write_suppression(checkout, suppression)
    write_notes(checkout, audit)
    write_verdict(audit)


def write_finding(checkout: Checkout, finding: Finding) -> None:
    style = STYLES[finding.severity]
    place = finding.place
    direction = f" in {finding.direction.value}" if finding.direction else ""
    line((finding.severity.value, style), " ", (finding.rule, "bold"), direction)
    where = f"{shown_path(checkout, place.path)}:{place.line}:{place.column}"
    line(("╭─ ", QUIET), where, indent=gutter(place) + 1)
    write_excerpt(checkout, place, style)
    passage(finding.message, indent=2)
    if finding.advice:
        passage(finding.advice, first=("Instead: ", "bold green"), indent=2)
    if finding.fix:
        write_fix(finding.fix)
    for related in finding.related:
        at = f"{shown_path(checkout, related.place.path)}:{related.place.line}"
        line("See ", (at, "bold"), ":", indent=2)
        prose(related.note, indent=4)
    line()


def write_fix(fix: Fix) -> None:
    """The lines that may stand in place of others, as they would be written."""
    lines = fix.replacement.removesuffix("\n").split("\n")
    if len(lines) > MAX_FIX_LINES:
        return
    one = fix.start_line == fix.end_line
    replaced = f"line {fix.start_line}" if one else f"lines {fix.start_line} to {fix.end_line}"
    line(("Fix: ", "bold green"), f"{replaced} would become", indent=2)
    for content in lines:
        line(("+ ", "green"), spaced(content.rstrip("\r")), indent=4)


def write_suppression(checkout: Checkout, suppression: Suppression) -> None:
    """One that hides nothing is a finding of its own."""
    if suppression.findings:
        at = f"{shown_path(checkout, suppression.place.path)}:{suppression.place.line}"
        line(("suppressed ", QUIET), (suppression.rule, "bold"), f" {at}")
        prose(suppression.reason, indent=2)
        line()


def write_notes(checkout: Checkout, audit: Audit) -> None:
    """What was not understood, and what the configuration would change."""
    notes = [
        *told_environments(audit.environments),
        *map(unknown_directories, audit.unresolved),
        *map(not_judged, audit.unjudged),
        *map(not_audited, audit.refused),
        *not_modelled(checkout, audit),
        *(
            f"The history of `{k.table}` is only partly known: {k.reason}."
            for k in audit.partly_known
        ),
    ]
    for note in notes:
        prose(note)
    if audit.preview is not None:
        for number, sentence in enumerate(sentences(audit.preview)):
            prose(sentence, indent=2 if number else 0)
    if notes or audit.preview is not None:
        line()


def not_modelled(checkout: Checkout, audit: Audit) -> Iterator[str]:
    """Statements of which no rule knows what they do."""
    for migration in audit.migrations:
        for statement in (*migration.up, *migration.down):
            for kind in statement.not_modelled:
                at = f"{shown_path(checkout, migration.path)}:{statement.place.line}"
                yield f"{at}: what {kind} does is not modelled, so no rule has judged it."


def shown_path(checkout: Checkout, path: str) -> str:
    """From where the command runs, so that terminals and editors open it."""
    return _from_here(checkout.root, path)


@cache
def _from_here(root: Path, path: str) -> str:
    return os.path.relpath(root / path, _here())


@cache
def _here() -> Path:
    return Path.cwd()


def write_verdict(audit: Audit) -> None:
    """The last line: what the check says, and about how much."""
    if not audit.directories and not audit.findings:
        line("Nothing here concerns migrations: the check ", ("passes", "bold green"), ".")
        return
    failed = audit.fails(audit.settings.fail_on)
    verdict = ("fails", "bold red") if failed else ("passes", "bold green")
    line(f"{'; '.join(summary_of(audit))}: the check ", verdict, ".")


def summary_of(audit: Audit) -> Iterator[str]:
    """What was found, hidden, not understood, and in how many migrations."""
    yield ", ".join(counts(audit)) or "No findings"
    if hidden := sum(len(one.findings) for one in audit.suppressions):
        yield f"{hidden} suppressed"
    if unresolved := sum(len(migration.unresolved) for migration in audit.migrations):
        yield f"{plural(unresolved, 'place')} not understood"
    yield plural(len(audit.migrations), "added migration")


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
