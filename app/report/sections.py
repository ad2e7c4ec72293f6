"""What the summary says besides the findings, each under a heading of its own."""

from collections.abc import Iterable, Iterator
from itertools import chain

from analyzers.environments import BASE
from analyzers.environments import sentences as told_environments
from analyzers.previewed import not_audited as sentence
from analyzers.previewed import not_judged, sentences, unknown_directories
from analyzers.result import Audit, UnresolvedReport
from app.report.escape import code, prose
from app.report.values import Subject
from app.report.words import place_link, plural, rule_link

_MOST_NAMED = 50


def previewed(audit: Audit) -> Iterator[str]:
    """What the configuration that this pull request brings would change."""
    if audit.preview is not None:
        first, *others = map(prose, sentences(audit.preview))
        listed = "\n".join(f"- {one}" for one in others)
        yield f"### A new configuration\n\n{first}" + (f"\n\n{listed}" if listed else "")


def not_audited(audit: Audit) -> Iterator[str]:
    """The files for which the check does not pass, whatever else was found."""
    lines = [f"- {prose(sentence(one))}" for one in audit.refused]
    if lines:
        yield "### What could not be audited\n\n" + "\n".join(_bounded(lines))


def environments(audit: Audit) -> Iterator[str]:
    """What each environment has run, and who says so."""
    lines = [f"- {prose(one)}" for one in told_environments(audit.environments)]
    if lines:
        yield "### What is applied\n\n" + "\n".join(_bounded(lines))


def sections(subject: Subject, audit: Audit) -> Iterator[str]:
    """Those that there is something to say in."""
    told = (
        ("Before you approve", _checklist(audit)),
        ("What was not understood", _not_understood(subject, audit)),
        ("Tables whose history is only partly known", _partly_known(audit)),
        ("Suppressed in the files", _suppressed(subject, audit)),
    )
    for heading, lines in told:
        shown = "\n".join(_bounded(list(lines)))
        if shown:
            yield f"### {heading}\n\n{shown}"
    if audit.directories and not audit.environments:
        yield BASE


def _bounded(lines: list[str]) -> Iterator[str]:
    yield from lines[:_MOST_NAMED]
    if len(lines) > _MOST_NAMED:
        yield f"- and {len(lines) - _MOST_NAMED} more"


def _checklist(audit: Audit) -> Iterator[str]:
    """Boxes that nobody can tick here: they are for a reviewer to go through."""
    return (f"- [ ] {prose(item)}" for item in audit.checklist)


def _not_understood(subject: Subject, audit: Audit) -> Iterator[str]:
    for one in audit.unresolved:
        yield f"- {prose(unknown_directories(one))}"
    for one in audit.unjudged:
        yield f"- {prose(not_judged(one))}"
    unresolved = chain.from_iterable(migration.unresolved for migration in audit.migrations)
    yield from _places(subject, unresolved)


def _places(subject: Subject, unresolved: Iterable[UnresolvedReport]) -> Iterator[str]:
    for one in dict.fromkeys(unresolved):
        yield f"- {place_link(subject, one.place, exists=True)}: {prose(one.reason)}"


def _partly_known(audit: Audit) -> Iterator[str]:
    return (f"- {code(known.table)}: {prose(known.reason)}" for known in audit.partly_known)


def _suppressed(subject: Subject, audit: Audit) -> Iterator[str]:
    """What comments in the files hide, each with the reason that somebody gave."""
    for one in audit.suppressions:
        if one.findings:
            where = place_link(subject, one.place, exists=True)
            hidden = prose(" ".join(finding.message for finding in one.findings))
            counted = plural(len(one.findings), "finding")
            yield (
                f"- {rule_link(subject, one.rule)} · {where}, {counted}: "
                f"{prose(one.reason)}\\\n  {hidden}"
            )
