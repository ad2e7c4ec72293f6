"""Gives findings the fixes that have been tried and found right."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TypeAlias

from analyzers.aside import NOWHERE, Aside
from analyzers.confidential import hiding
from analyzers.configured import Configured
from analyzers.findings import Finding, Fix
from analyzers.fixes.catalogue import FIXES
from analyzers.fixes.document import Document
from analyzers.fixes.edits import Edit, edited, whole_lines
from analyzers.fixes.fix import Rewriting
from analyzers.fixes.proof import MOST_TRIED, Trials
from analyzers.fixes.situation import Situation
from analyzers.fixes.skeletons import SKELETONS, skeleton
from analyzers.javascript.syntax import Tree
from analyzers.project import Project
from analyzers.review import Seen
from analyzers.rules.context import AddedMigration
from analyzers.source import SourceTree
from analyzers.struct import Struct, replace

FEWEST = 32
"""Migrations with findings for which two processes are quicker than one."""


class Offer(Struct, frozen=True):
    """What is added to a finding, the `number`th of all."""

    number: int
    fix: Fix | None
    advice: str


Offers: TypeAlias = tuple[Offer, ...]
_Group: TypeAlias = list[tuple[int, Finding]]


class Workshop(Struct, frozen=True):
    """What the rewriting of migrations needs to know."""

    seen: Seen
    projects: Mapping[str, Project]
    head: SourceTree
    configuration: Configured

    def offers(self, findings: Iterable[tuple[int, Finding]], most_tried: int) -> Offers:
        """What there is for numbered findings, the most severe of which come first."""
        at = dict(self._migrations(most_tried))
        groups = _groups(findings).items()
        return tuple(
            offer for (path, _), group in groups if path in at for offer in at[path].offers(group)
        )

    def _migrations(self, most_tried: int) -> Iterator[tuple[str, "_Migration"]]:
        for changes in self.seen.concerned:
            project = self.projects[changes.directory]
            told, configuration = self.seen.told, self.configuration
            trials = Trials(self.head, project, changes, configuration, told, most_tried)
            yield from ((m.path, _Migration(m, trials)) for m in changes.added if _is_readable(m))


def offered(
    findings: Sequence[Finding], workshop: Workshop, aside: Aside = NOWHERE
) -> tuple[Finding, ...]:
    """The findings, those with a safe rewrite with it. Only added migrations are rewritten.

    Where there are many of them, another process takes every other one, and half of all trials.
    """
    wanting = [(n, f) for n, f in enumerate(findings) if _may_be_fixed(f)]
    paths = list(dict.fromkeys(finding.place.path for _, finding in wanting))
    if len(paths) < FEWEST:
        return _with(findings, workshop.offers(wanting, MOST_TRIED))
    others = frozenset(paths[1::2])
    elsewhere = [(n, f) for n, f in wanting if f.place.path in others]
    here = [(n, f) for n, f in wanting if f.place.path not in others]
    question = partial(workshop.offers, elsewhere, MOST_TRIED // 2)
    begun = aside.begin([question], Offers)
    own = workshop.offers(here, MOST_TRIED // 2)
    answer = next(begun, None)
    return _with(findings, (*own, *(question() if answer is None else answer)))


def _may_be_fixed(finding: Finding) -> bool:
    return finding.fix is None and (finding.rule in FIXES or finding.rule in SKELETONS)


def _with(findings: Sequence[Finding], offers: Offers) -> tuple[Finding, ...]:
    more = list(findings)
    for offer in offers:
        more[offer.number] = replace(more[offer.number], fix=offer.fix, advice=offer.advice)
    return tuple(more)


def _groups(findings: Iterable[tuple[int, Finding]]) -> Mapping[tuple[str, str], _Group]:
    """The findings in each file of each rule, in their order."""
    groups: dict[tuple[str, str], _Group] = defaultdict(list)
    for number, finding in findings:
        groups[finding.place.path, finding.rule].append((number, finding))
    return groups


def _is_readable(added: AddedMigration) -> bool:
    is_code = not added.path.endswith(".sql")
    return added.up is not None and not added.syntax_problems and is_code


class _Migration(Struct, dict=True):
    added: AddedMigration
    trials: Trials

    @cached_property
    def document(self) -> Document:
        file = self.added.sources.files[self.added.path]
        return Document(file, Tree(file))

    def offers(self, group: _Group) -> Iterator[Offer]:
        """What there is for findings of one rule."""
        findings, rule = [finding for _, finding in group], group[0][1].rule
        fixes = self.fixes(findings) if rule in FIXES else {}
        for number, finding in group:
            if finding in fixes:
                yield Offer(number, fixes[finding], finding.advice)
            elif rule in SKELETONS:
                yield Offer(number, None, self._advice(finding))

    def fixes(self, findings: list[Finding]) -> dict[Finding, Fix]:
        """The fixes of findings of one rule: tried together, where they agree, else one by one."""
        if self.trials.exhausted:
            return {}
        rewriting = FIXES[findings[0].rule]
        edits = {f: own for f in findings if (own := self._edits(f, rewriting))}
        if edits and self._are_right(edits, rewriting):
            right = edits
        elif len(edits) > 1:
            right = {f: own for f, own in edits.items() if self._are_right({f: own}, rewriting)}
        else:
            right = {}
        return {f: fix for f, own in right.items() if (fix := self._fix(own)) is not None}

    def _advice(self, finding: Finding) -> str:
        """What the finding advises, with what belongs into each of several deployments."""
        code = skeleton(self._situation(finding))
        secret = hiding((self.document.text,))(code) != code
        return finding.advice if secret else "\n".join(filter(None, (finding.advice, code)))

    def _situation(self, finding: Finding) -> Situation:
        settings = self.trials.configuration.settings
        return Situation(finding, self.added, self.document, settings)

    def _edits(self, finding: Finding, rewriting: Rewriting) -> tuple[Edit, ...]:
        return tuple(rewriting.edits(self._situation(finding)))

    def _are_right(self, edits: dict[Finding, tuple[Edit, ...]], rewriting: Rewriting) -> bool:
        after = edited(self.document.text, (edit for own in edits.values() for edit in own))
        now = self.trials.of(self.added, after) if after is not None else None
        if now is None:
            return False
        was = self.trials.original(self.added)
        if not now.settles(next(iter(edits)).rule, len(edits), was):
            return False
        if rewriting.reverses and not now.reverses(self.trials.configuration.settings.postgres):
            return False
        return rewriting.runs_more or now.means(was, rewriting.meant)

    def _fix(self, edits: tuple[Edit, ...]) -> Fix | None:
        """None: the lines hold a secret, which nothing repeats."""
        text = self.document.text
        after = edited(text, edits)
        fix = whole_lines(text, after) if after is not None else None
        if fix is None or hiding((text,))(fix.replacement) != fix.replacement:
            return None
        return fix
