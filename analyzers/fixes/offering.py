"""Gives findings the fixes that have been tried and found right."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from analyzers.confidential import hiding
from analyzers.configured import Configured
from analyzers.findings import Finding, Fix
from analyzers.fixes.catalogue import FIXES
from analyzers.fixes.document import Document
from analyzers.fixes.edits import Edit, edited, whole_lines
from analyzers.fixes.fix import Rewriting
from analyzers.fixes.proof import Trials
from analyzers.fixes.situation import Situation
from analyzers.fixes.skeletons import SKELETONS, skeleton
from analyzers.javascript.syntax import Tree
from analyzers.project import Project
from analyzers.review import Seen
from analyzers.rules.context import AddedMigration
from analyzers.source import SourceTree
from analyzers.struct import Struct, replace


def offered(
    findings: Sequence[Finding],
    seen: Seen,
    projects: Iterable[Project],
    head: SourceTree,
    configuration: Configured,
) -> tuple[Finding, ...]:
    """The findings, those with a safe rewrite with it. Only added migrations are rewritten."""
    wanting = [f for f in findings if f.fix is None and (f.rule in FIXES or f.rule in SKELETONS)]
    if not wanting:
        return tuple(findings)
    by_directory = {project.directory.paths[0]: project for project in projects}
    at: dict[str, _Migration] = {}
    for changes in seen.concerned:
        trials = Trials(head, by_directory[changes.directory], changes, configuration, seen.told)
        at |= {one.path: _Migration(one, trials) for one in changes.added if _is_readable(one)}
    more: dict[Finding, Finding] = {}
    for (path, rule), group in _groups(wanting).items():
        if path not in at:
            continue
        fixes = at[path].fixes(group) if rule in FIXES else {}
        more |= {finding: replace(finding, fix=fix) for finding, fix in fixes.items()}
        if rule in SKELETONS:
            more |= {f: at[path].explained(f) for f in group if f not in fixes}
    return tuple(more.get(finding, finding) for finding in findings)


def _groups(findings: Iterable[Finding]) -> Mapping[tuple[str, str], list[Finding]]:
    """The findings in each file of each rule, in their order: the most severe first."""
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.place.path, finding.rule].append(finding)
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

    def explained(self, finding: Finding) -> Finding:
        """The finding with what belongs into each of several deployments."""
        code = skeleton(self._situation(finding))
        secret = hiding((self.document.text,))(code) != code
        advice = "\n".join(filter(None, (finding.advice, code)))
        return finding if secret or not code else replace(finding, advice=advice)

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
