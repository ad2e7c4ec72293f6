"""What a pull request does to the surroundings of its migrations."""

from collections.abc import Callable, Iterator
from itertools import chain
from posixpath import basename

from analyzers.findings import Finding
from analyzers.knex.knexfile import knexfiles
from analyzers.repository.surroundings import Surroundings
from analyzers.repository.workflow import is_workflow
from analyzers.request import ChangeStatus, Request
from analyzers.result import UnresolvedReport
from analyzers.rules.rule import Rule
from analyzers.settings import Settings
from analyzers.source import Kind, SourceFile, SourceTree
from analyzers.struct import Struct
from analyzers.suppressions import Directive


class Examined(Struct, frozen=True):
    """The surroundings on both branches, and which of their files the pull request changes.

    `base` None: all of it is looked at as if it were new. `documents` are pages of Markdown that
    change; they are looked at one by one. `whole`: something else changes, too.
    """

    base: Surroundings | None
    head: Surroundings
    changed: tuple[str, ...]
    documents: tuple[str, ...]
    whole: bool

    def ask(self, rule: Rule) -> Iterator[Finding]:
        """What the pull request brings: new findings, and those on lines that it changes.

        A rule that is `standing` is told again whenever a file is changed that it speaks of.
        """
        if not (self.whole and rule.repository_checks) and not rule.document_checks:
            return
        old: set[object] = set()
        if self.base is not None:
            old.update(_key(self.base, finding) for finding in self._asked(rule, self.base))
        for finding in self._asked(rule, self.head):
            again = rule.standing and finding.place.path in self.changed
            if again or _key(self.head, finding) not in old:
                yield finding

    def directives(self) -> tuple[Directive, ...]:
        return tuple(one for path in self.changed for one in self.head.directives(path))

    def source(self, path: str) -> SourceFile | None:
        return self.head.file(path)

    def unjudged(self) -> tuple[UnresolvedReport, ...]:
        """The changed files that could not be judged."""
        return tuple(one for one in self.head.unjudged if one.place.path in self.changed)

    def _asked(self, rule: Rule, surroundings: Surroundings) -> Iterator[Finding]:
        if self.whole:
            yield from chain.from_iterable(check(surroundings) for check in rule.repository_checks)
        for check in rule.document_checks:
            files = (surroundings.file(path) for path in self.documents)
            yield from chain.from_iterable(check(file) for file in files if file is not None)


def examined(
    request: Request, settings: Settings, progress: Callable[[str], None]
) -> Examined | None:
    """None: the pull request changes none of these files."""
    around = [_is_around(tree, settings) for tree in (request.base, request.head)]
    touched = {path for c in request.changes for path in (c.path, c.previous) if path}
    there = [c.path for c in request.changes if c.status is not ChangeStatus.DELETED]
    if request.repository:
        files = (path for path, entry in request.head.entries().items() if entry.kind is Kind.FILE)
        there = sorted(path for path in files if "node_modules/" not in path)
    documents = tuple(path for path in there if path.endswith(".md"))
    whole = request.repository or any(one(path) for one in around for path in touched)
    if not whole and not documents:
        return None
    changed = tuple(path for path in there if around[1](path))
    base, head = (
        Surroundings(tree, settings, request.unanalysable, progress, tuple(_in(tree, changed)))
        for tree in (request.base, request.head)
    )
    return Examined(None if request.repository else base, head, changed, documents, whole)


def _in(tree: SourceTree, paths: tuple[str, ...]) -> Iterator[str]:
    entries = tree.entries()
    return (path for path in paths if path in entries)


def _is_around(tree: SourceTree, settings: Settings) -> Callable[[str], bool]:
    entries = tree.entries()

    def check(path: str) -> bool:
        if "node_modules/" in path:
            return False
        if path in entries and not settings.knexfiles and knexfiles({path: entries[path]}):
            return True
        named = path in settings.knexfiles or basename(path) == "package.json"
        return named or is_workflow(path)

    return check


def _key(surroundings: Surroundings, finding: Finding) -> object:
    """A finding with its lines as they are written."""
    file = surroundings.file(finding.place.path)
    lines = file.lines(finding.place.line, finding.place.end_line) if file else []
    return (finding.place.path, finding.message, tuple(line.strip() for line in lines))
