"""Gives findings the fixes that have been tried and found right."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from analyzers.confidential import hiding
from analyzers.configured import Configured
from analyzers.findings import Finding, Fix
from analyzers.fixes.catalogue import FIXES
from analyzers.fixes.document import Document
from analyzers.fixes.edits import edited, whole_lines
from analyzers.fixes.fix import Rewriting
from analyzers.fixes.proof import Trials
from analyzers.fixes.situation import Situation
from analyzers.javascript.syntax import Tree
from analyzers.project import Project
from analyzers.review import Seen
from analyzers.rules.context import AddedMigration
from analyzers.source import SourceTree

MOST_TRIALS = 300
"""Findings of one audit for which a fix is looked for: the first ones, the most severe."""


def offered(
    findings: Sequence[Finding],
    seen: Seen,
    projects: Iterable[Project],
    head: SourceTree,
    configuration: Configured,
) -> tuple[Finding, ...]:
    """The findings, those with a safe rewrite with it. Only added migrations are rewritten."""
    by_directory = {project.directory.paths[0]: project for project in projects}
    at = {
        added.path: _Migration(
            added, Trials(head, by_directory[changes.directory], changes, configuration)
        )
        for changes in seen.concerned
        for added in changes.added
        if added.up is not None and not added.syntax_problems and not added.path.endswith(".sql")
    }
    fixable = [f for f in findings if f.rule in FIXES and f.fix is None and f.place.path in at]
    fixes = {f: at[f.place.path].fix(f) for f in fixable[:MOST_TRIALS]}
    return tuple(replace(f, fix=fixes[f]) if fixes.get(f) else f for f in findings)


@dataclass(slots=True)
class _Migration:
    added: AddedMigration
    trials: Trials
    _document: Document | None = None

    @property
    def document(self) -> Document:
        if self._document is None:
            file = self.added.sources.files[self.added.path]
            self._document = Document(file, Tree(file))
        return self._document

    def fix(self, finding: Finding) -> Fix | None:
        settings = self.trials.configuration.settings
        situation = Situation(finding, self.added, self.document, settings)
        return next(self._proven(situation), None)

    def _proven(self, situation: Situation) -> Iterator[Fix]:
        """The first rewriting that is right."""
        text = self.document.text
        for rewriting in FIXES[situation.finding.rule]:
            edits = tuple(rewriting.edits(situation))
            after = edited(text, edits) if edits else None
            if after is None or not self._is_right(situation.finding, after, rewriting):
                continue
            fix = whole_lines(text, after)
            if fix is not None and hiding((text,))(fix.replacement) == fix.replacement:
                yield fix

    def _is_right(self, finding: Finding, after: str, rewriting: Rewriting) -> bool:
        was = self.trials.of(self.added, self.document.text)
        now = self.trials.of(self.added, after)
        if was is None or now is None or not now.settles(finding, was):
            return False
        if rewriting.reverses and not now.reverses(self.trials.configuration.settings.postgres):
            return False
        return rewriting.runs_more or now.means(was, rewriting.meant)
