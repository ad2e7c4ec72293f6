"""Asks every rule about what a pull request changes, and puts the answers in order."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from types import MappingProxyType

from analyzers.asking import Told, ask
from analyzers.confidential import Hiding, hiding
from analyzers.configured import Configured
from analyzers.findings import Finding
from analyzers.judging import judged
from analyzers.repository.examined import Examined
from analyzers.result import Suppression
from analyzers.rules import Rule, catalogue
from analyzers.rules.context import (
    Changes,
    IdleDirective,
    Misconfiguration,
    Sources,
    Stray,
)
from analyzers.settings import PATH, Settings
from analyzers.struct import Struct, replace
from analyzers.suppressing import Suppressing
from analyzers.suppressions import Directive

NOTHING: Told = MappingProxyType({})


class Reviewed(Struct, frozen=True):
    """All findings that are told, the most severe first, then by place; and what hides others."""

    findings: tuple[Finding, ...]
    suppressions: tuple[Suppression, ...]


class Seen(Struct, frozen=True):
    """All that rules look at: what the pull request does to migrations, to what surrounds them,
    and what it adds where Knex doesn't look. `told`: what is known to be found in migrations.
    """

    concerned: tuple[Changes, ...]
    around: Examined | None = None
    strays: tuple[Stray, ...] = ()
    told: Told = NOTHING


def review(seen: Seen, configuration: Configured) -> Reviewed:
    every, around = seen.concerned, seen.around
    sources = {added.path: added.sources for changes in every for added in changes.added}
    sources[PATH] = configuration.sources
    asked: dict[str, list[Finding]] = {rule: [] for rule in catalogue()}
    if around is not None:
        for rule in catalogue().values():
            asked[rule.id] += around.ask(rule)
            sources.update(_files(around, asked[rule.id]))
    about = chain(_ask_configuration(configuration.mistakes), _ask_strays(seen.strays))
    for finding in chain(about, *(ask(changes, seen.told) for changes in every)):
        asked[finding.rule].append(finding)
    suppressing = Suppressing(_directives(every, around), catalogue())
    told = {
        rule: _told(catalogue()[rule], findings, configuration.settings, sources, suppressing)
        for rule, findings in asked.items()
        if findings
    }
    idle = list(_ask_directives(suppressing.idle()))
    for rule in {finding.rule: catalogue()[finding.rule] for finding in idle}.values():
        own = [finding for finding in idle if finding.rule == rule.id]
        others = _told(rule, own, configuration.settings, sources, suppressing)
        told[rule.id] = [*told.get(rule.id, ()), *others]
    found = sorted(chain(*told.values()), key=lambda f: (-f.severity.rank, f.place, f.rule))
    return Reviewed(
        tuple(_hidden(sources, finding) for finding in found),
        tuple(_hidden_in(sources, suppression) for suppression in suppressing.suppressions()),
    )


def _told(
    rule: Rule,
    findings: Iterable[Finding],
    settings: Settings,
    sources: dict[str, Sources],
    suppressing: Suppressing,
) -> list[Finding]:
    """The findings of one rule that nobody has switched off."""
    graded = (judged(rule, finding, settings) for finding in findings)
    identified = _identified(sources, (finding for finding in graded if finding is not None))
    shown = list(suppressing.shown(identified))
    return shown[:1] if rule.once else shown


def _directives(concerned: Iterable[Changes], around: Examined | None) -> tuple[Directive, ...]:
    migrations = chain.from_iterable(changes.added for changes in concerned)
    found = chain.from_iterable(migration.directives for migration in migrations)
    return (*found, *(around.directives() if around is not None else ()))


def _files(around: Examined, findings: Iterable[Finding]) -> dict[str, Sources]:
    files = {finding.place.path: around.source(finding.place.path) for finding in findings}
    return {path: Sources({path: file}) for path, file in files.items() if file is not None}


def _ask_directives(idle: Iterable[IdleDirective]) -> Iterator[Finding]:
    for directive in idle:
        for rule in catalogue().values():
            for check in rule.directive_checks:
                yield from check(directive)


def _ask_strays(strays: Iterable[Stray]) -> Iterator[Finding]:
    for stray in strays:
        for rule in catalogue().values():
            for check in rule.stray_checks:
                yield from check(stray)


def _ask_configuration(mistakes: Iterable[Misconfiguration]) -> Iterator[Finding]:
    for mistake in mistakes:
        for rule in catalogue().values():
            for check in rule.misconfiguration_checks:
                yield from check(mistake)


def _identified(sources: dict[str, Sources], findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each finding once, with a fingerprint that moved lines and rebases leave as it is."""
    seen: Counter[str] = Counter()
    for finding in _once(findings):
        hide = _hiding(sources, finding)
        subject = hide(finding.statement or _line(sources, finding))
        key = "\0".join((finding.rule, finding.place.path, re.sub(r"\s+", " ", subject)))
        ordinal = seen[key]
        seen[key] += 1
        digest = hashlib.sha256(f"{key}\0{ordinal}".encode("utf-8", "surrogatepass")).hexdigest()
        yield replace(finding, fingerprint=digest[:32])


def _once(findings: Iterable[Finding]) -> Iterable[Finding]:
    """What is said in the same words of the same place, of several tables for one, is said once."""
    said: dict[tuple[object, ...], Finding] = {}
    for one in findings:
        said.setdefault((one.place, one.message, one.advice, one.severity, one.direction), one)
    return said.values()


def _hidden(sources: dict[str, Sources], finding: Finding) -> Finding:
    """The finding without what is secret: a statement of it may repeat a password."""
    hide = _hiding(sources, finding)
    return replace(
        finding,
        message=hide(finding.message),
        advice=hide(finding.advice),
        statement=None if finding.statement is None else hide(finding.statement),
    )


def _hidden_in(sources: dict[str, Sources], suppression: Suppression) -> Suppression:
    findings = tuple(_hidden(sources, finding) for finding in suppression.findings)
    return replace(suppression, findings=findings)


def _hiding(sources: dict[str, Sources], finding: Finding) -> Hiding:
    held = sources.get(finding.place.path)
    return hiding(tuple(file.text for file in held.files.values()) if held else ())


def _line(sources: dict[str, Sources], finding: Finding) -> str:
    held = sources.get(finding.place.path)
    file = held.files.get(finding.place.path) if held else None
    return "\n".join(file.lines(finding.place.line, finding.place.end_line)) if file else ""
