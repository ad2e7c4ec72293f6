"""Reads what surrounds the migrations of one tree, and follows what workflows run."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from posixpath import basename, join, normpath

from analyzers.javascript.syntax import JAVASCRIPT, TYPESCRIPT, TooLarge, Tree
from analyzers.knex.knexfile import exported_of, knexfiles
from analyzers.repository.commands import file_run, script_run, split
from analyzers.repository.knexfile import Knexfile
from analyzers.repository.pairs import Pair, pairs, string_of
from analyzers.repository.workflow import Job, Step, Workflow, is_workflow, workflow_of
from analyzers.result import UnresolvedReport
from analyzers.settings import Settings
from analyzers.source import Kind, Place, SourceFile, SourceTree, Span, UnreadableFile
from analyzers.struct import Struct, field
from analyzers.suppressions import PREFIX, Directive, in_file
from analyzers.yaml_tree import InvalidYaml

MOST_FILES = 60
MOST_CHARACTERS = 100_000
MOST_COMMANDS = 2_000
DEEPEST_SCRIPTS = 6
_COMMENT = re.compile(rf"(?:^|\s)(?P<comment>#\s*{PREFIX}[^\n]*)", re.MULTILINE)
AUTOMATION = frozenset(
    {"Procfile", "Dockerfile", "app.json", "fly.toml", "render.yaml", ".gitlab-ci.yml",
     "Jenkinsfile", "bitbucket-pipelines.yml", "railway.json", "app.yaml", "buildspec.yml",
     "azure-pipelines.yml", "cloudbuild.yaml", "entrypoint.sh", "docker-entrypoint.sh"}
)  # fmt: skip
"""Files by which something else than a person runs commands."""


class Script(Struct, frozen=True):
    """A script of a package.json."""

    name: str
    command: str
    place: Place


class Run(Struct, frozen=True):
    """A command that a step runs, directly or through a script. `at` is its line in the step."""

    command: str
    at: Place
    step: Step
    job: Job


class Surroundings(Struct, eq=False, dict=True):
    """The knexfiles, workflows, scripts and documents of one tree.

    `progress` is told each path before it is read. `changed` are the files that the pull request
    changes. What can't be read is in `unjudged`.
    """

    tree: SourceTree
    settings: Settings
    unanalysable: Mapping[str, str]
    progress: Callable[[str], None]
    changed: tuple[str, ...] = ()
    unjudged: list[UnresolvedReport] = field(default_factory=list)
    texts: dict[str, SourceFile | None] = field(default_factory=dict)
    _runs: dict[tuple[str, str], tuple[Run, ...]] = field(default_factory=dict)
    _packages: dict[str, tuple[Script, ...]] = field(default_factory=dict)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        entries = self.tree.entries()
        files = (path for path, entry in entries.items() if entry.kind is Kind.FILE)
        return tuple(sorted(path for path in files if "node_modules/" not in path))

    @cached_property
    def knexfiles(self) -> tuple[Knexfile, ...]:
        named = self.settings.knexfiles or knexfiles(self.tree.entries())
        return tuple(filter(None, map(self._knexfile, named[:MOST_FILES])))

    @cached_property
    def workflows(self) -> tuple[Workflow, ...]:
        paths = [path for path in self.paths if is_workflow(path)]
        return tuple(filter(None, map(self._workflow, paths[:MOST_FILES])))

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        """Those of the package.json files that change."""
        paths = [path for path in self.changed if basename(path) == "package.json"]
        return tuple(script for path in paths[:MOST_FILES] for script in self.scripts_of(path))

    @cached_property
    def automated(self) -> frozenset[str]:
        """The names of all scripts that something else than a person runs."""
        paths = [
            path
            for path in self.paths
            if basename(path) in AUTOMATION or is_workflow(path) or path == ".circleci/config.yml"
        ]
        texts = (self.text(path) for path in paths[:MOST_FILES])
        lines = (line for file in texts if file is not None for line in file.text.split("\n"))
        commands = (command for line in lines for command in split(line.strip(" -[]'\"")))
        return frozenset(filter(None, map(script_run, commands)))

    def file(self, path: str) -> SourceFile | None:
        """A file that rules may point into."""
        return self.text(path) if path in self.tree.entries() else None

    def text(self, path: str) -> SourceFile | None:
        """A file of text, read once; None where it can't be had."""
        if path not in self.texts:
            self.texts[path] = self._text(path)
        return self.texts[path]

    def _text(self, path: str) -> SourceFile | None:
        reason = self.unanalysable.get(path)
        if reason is None:
            self.progress(path)
            try:
                text = self.tree.read(path).decode("utf-8").removeprefix("\ufeff")
            except UnicodeDecodeError:
                reason = "it is no UTF-8 text"
            except UnreadableFile as unreadable:
                reason = unreadable.reason
            else:
                if len(text) <= MOST_CHARACTERS:
                    return SourceFile(path, text)
                reason = f"it has more than {MOST_CHARACTERS:,} characters"
        self._unjudged(Place(path, 1, 1, 1, 1), reason)
        return None

    def runs(self, workflow: Workflow, job: Job) -> tuple[Run, ...]:
        """The commands of a job in their order, scripts followed into what they run."""
        key = (workflow.path, job.id)
        if key not in self._runs:
            found = tuple(islice(self._followed_runs(workflow, job), MOST_COMMANDS + 1))
            if len(found) > MOST_COMMANDS:
                reason = f"the job `{job.id}` runs more than {MOST_COMMANDS:,} commands"
                self._unjudged(workflow.file.place(job.span), reason)
            self._runs[key] = found
        return self._runs[key]

    def _followed_runs(self, workflow: Workflow, job: Job) -> Iterator[Run]:
        for step in job.steps:
            for command in split(step.run):
                at = workflow.place_of(step, command)
                for followed in self.followed(command, step.folder):
                    yield Run(followed, at, step, job)

    def followed(self, command: str, folder: str = "", depth: int = 0) -> Iterator[str]:
        """The command itself, and those of the scripts that it runs."""
        yield command
        if depth >= DEEPEST_SCRIPTS:
            return
        name, file = script_run(command), file_run(command)
        script = None if name is None else self._script(name, folder)
        inner = None if script is None else script.command
        if file is not None and normpath(join(folder, file)) in self.tree.entries():
            found = self.text(normpath(join(folder, file)))
            inner = found.text if found else None
        for part in split(inner) if inner else ():
            yield from self.followed(part, folder, depth + 1)

    def directives(self, path: str) -> tuple[Directive, ...]:
        """The comments of a file that would suppress findings."""
        file = self.text(path)
        if file is None or PREFIX not in file.text:
            return ()
        if path.endswith((".yml", ".yaml")):
            comments = [
                Span(path, *found.span("comment")) for found in _COMMENT.finditer(file.text)
            ]
            return tuple(in_file(file, comments))
        if path.endswith((*JAVASCRIPT, *TYPESCRIPT)):
            return tuple(in_file(file, Tree(file).comments()))
        return ()

    def _script(self, name: str, folder: str) -> Script | None:
        """The script of that name in the folder's package.json, else in the root's."""
        for path in dict.fromkeys((normpath(join(folder, "package.json")), "package.json")):
            for script in self.scripts_of(path) if path in self.tree.entries() else ():
                if script.name == name:
                    return script
        return None

    def _knexfile(self, path: str) -> Knexfile | None:
        if path not in self.tree.entries() or path in self.unanalysable:
            return None
        self.progress(path)
        try:
            exported = exported_of(self.tree, path, environment=self.settings.environment)
            return Knexfile(exported, pairs(exported.file))
        except UnreadableFile as unreadable:
            self._unjudged(Place(path, 1, 1, 1, 1), unreadable.reason)
        except TooLarge as too_large:
            self._unjudged(Place(path, 1, 1, 1, 1), str(too_large))
        return None

    def _workflow(self, path: str) -> Workflow | None:
        file = self.text(path)
        if file is None:
            return None
        try:
            return workflow_of(file)
        except InvalidYaml as invalid:
            self._unjudged(file.place(invalid.span), invalid.reason)
            return None

    def scripts_of(self, path: str) -> tuple[Script, ...]:
        """The scripts of one package.json."""
        if path not in self._packages:
            self._packages[path] = tuple(self._scripts(path))
        return self._packages[path]

    def _scripts(self, path: str) -> Iterator[Script]:
        file = self.text(path)
        if file is None:
            return
        for pair in self._pairs(file):
            command = string_of(pair)
            if len(pair.path) == 2 and pair.path[0] == "scripts" and command is not None:
                span = Span(path, pair.key.start, pair.value.end)
                yield Script(pair.path[1], command, file.place(span))

    def _pairs(self, file: SourceFile) -> tuple[Pair, ...]:
        try:
            return pairs(file)
        except TooLarge as too_large:
            self._unjudged(Place(file.path, 1, 1, 1, 1), str(too_large))
            return ()

    def _unjudged(self, place: Place, reason: str) -> None:
        report = UnresolvedReport(place, reason)
        if report not in self.unjudged:
            self.unjudged.append(report)
