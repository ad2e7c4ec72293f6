"""Reads cases out of Markdown: a heading, fences of source, the expectations on their lines.

The fences of a case are migrations in order; all but the last are applied, the last is the pull
request's. Words after the language say more of a fence:

    pull-request       the pull request adds it, though it isn't the last
    file=NAME          its file name; else one with a timestamp, in order
    file=./PATH        it is no migration: some file of the repository, as it is written
    base, head         only on the base branch, only on the pull request's head: two fences of one
                       name are a modified file, a lone `base` is a deleted one
    from=NAME          renamed from NAME
    no-transaction     for `sql`: the migration says `transaction: false`

An `sql` fence is a migration whose `up` sends that text with one `knex.raw`. A `yaml` fence without
a name is the repository's configuration. What is no migration is on both branches unless it says
`base` or `head`.

`// expect: rule-id [severity] ["words of the message"]`, several with commas, stands on the
offending line or alone on the line before it. Unmarked lines must be silent. The expectations are
taken out before the source is audited.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from analyzers.findings import Severity
from analyzers.memory import MemoryTree
from analyzers.request import Change, ChangeStatus, Request
from analyzers.rules import Rule
from analyzers.settings import PATH

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
"""When every case is audited."""

FILES = Path(__file__).parent
DIRECTORY = "migrations"
_MARKER = re.compile(r"[ \t]*(?:(?://|--|/\*|#|<!--)\s*expect:\s*(?P<what>.*?)\s*(?:\*/|-->)?)\s*$")
_EXPECTED = re.compile(
    r'(?P<rule>[a-z]+(?:-[a-z]+)+)(?:\s+(?P<severity>notice|warning|error))?(?:\s+"(?P<words>[^"]*)")?'
)


@dataclass(frozen=True)
class Expectation:
    rule: str
    path: str
    line: int
    severity: str | None
    words: str


@dataclass(frozen=True)
class Fence:
    """A block of a case. `line` is where its first line stands in the Markdown file."""

    language: str
    words: tuple[str, ...]
    lines: tuple[str, ...]
    line: int

    @property
    def is_plain(self) -> bool:
        name = self.option("file")
        return self.language == "yaml" if name is None else name.startswith("./")

    def option(self, key: str) -> str | None:
        found = (word.partition("=")[2] for word in self.words if word.startswith(f"{key}="))
        return next(found, None)


@dataclass(frozen=True)
class Case:
    """`places` tells where in the Markdown file each migration begins."""

    name: str
    request: Request
    expected: tuple[Expectation, ...]
    places: dict[str, int] = field(default_factory=dict)


def case_file(rule: Rule) -> Path:
    return FILES / f"{rule.id.replace('-', '_')}.md"


def cases(markdown: str, title: str = "") -> Iterator[Case]:
    """The cases of a text, each under its heading of the first level."""
    name, fences = title, list[Fence]()
    for item in _items(markdown):
        if isinstance(item, Fence):
            fences.append(item)
            continue
        if fences:
            yield _case(name, fences)
        name, fences = item, []
    if fences:
        yield _case(name, fences)


def section(page: str, heading: str) -> str:
    """A part of a rule's page, at the same lines as in the page."""
    before, found, rest = page.partition(f"## {heading}\n")
    assert found, f"there is no section '{heading}'"
    return "\n" * (before.count("\n") + 1) + rest.partition("\n## ")[0]


def _items(markdown: str) -> Iterator[str | Fence]:
    """Headings and fences in order."""
    lines = iter(enumerate(markdown.splitlines(), 1))
    for number, line in lines:
        if line.startswith("# "):
            yield line[2:]
        elif line.startswith("```"):
            language, *words = line[3:].split()
            block: list[str] = []
            for _, inner in lines:
                if inner.startswith("```"):
                    break
                block.append(inner)
            yield Fence(language, tuple(words), tuple(block), number + 1)


def _case(name: str, fences: list[Fence]) -> Case:
    sources = sorted(fences, key=lambda fence: not fence.is_plain)
    migrations = [fence for fence in sources if not fence.is_plain]
    paths = [_plain_path(fence) for fence in sources if fence.is_plain]
    paths += [_path(fence, index) for index, fence in enumerate(migrations)]
    base, head = dict[str, str](), dict[str, str]()
    expected: list[Expectation] = []
    for fence, path in zip(sources, paths, strict=True):
        text, found = _strip(fence, path)
        expected += found
        if _applied(fence, fence in migrations[-1:]):
            base[path] = text
        if "base" not in fence.words:
            head[path] = text
    renamed = {
        p: _located(old) for f, p in zip(sources, paths, strict=True) if (old := f.option("from"))
    }
    changes = tuple(_changes(base, head, renamed))
    request = Request(MemoryTree(base), MemoryTree(head), changes, now=NOW)
    places = {path: _first_line(fence) for fence, path in zip(sources, paths, strict=True)}
    return Case(name, request, tuple(expected), places)


def _applied(fence: Fence, last: bool) -> bool:
    if {"base", "applied"} & set(fence.words):
        return True
    return not (last or {"head", "pull-request"} & set(fence.words))


def _plain_path(fence: Fence) -> str:
    return (fence.option("file") or PATH).removeprefix("./")


def _path(fence: Fence, index: int) -> str:
    extension = "js" if fence.language == "sql" else fence.language
    return _located(fence.option("file") or f"202401{index + 1:02}000000_step.{extension}")


def _located(name: str) -> str:
    return name if "/" in name else str(PurePosixPath(DIRECTORY, name))


def _strip(fence: Fence, path: str) -> tuple[str, list[Expectation]]:
    """The source without its expectations; those alone on a line leave it empty."""
    lines: list[str] = []
    expected: list[Expectation] = []
    for line in fence.lines:
        marker = _MARKER.search(line)
        code = line[: marker.start()] if marker else line
        if lines or code.strip() or not marker:
            lines.append(code)
        if marker:
            at = len(lines) if code.strip() else len(lines) + 1
            expected += [_expectation(e, path, at) for e in _EXPECTED.finditer(marker["what"])]
    text = "\n".join(lines) + "\n"
    wrapped = fence.language == "sql" and not fence.is_plain
    return (_wrapped(text, fence) if wrapped else text), expected


def _first_line(fence: Fence) -> int:
    """Where the source begins: an expectation above its first line is no part of it."""
    return fence.line + next(i for i, line in enumerate(fence.lines) if not _MARKER.match(line))


def _expectation(found: re.Match[str], path: str, line: int) -> Expectation:
    severity = found["severity"]
    assert severity is None or Severity(severity)
    return Expectation(found["rule"], path, line, severity, found["words"] or "")


def _wrapped(sql: str, fence: Fence) -> str:
    escaped = sql.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    config = "exports.config = { transaction: false };" if "no-transaction" in fence.words else ""
    return f"exports.up = (knex) => knex.raw(`{escaped}`);\n{config}\n"


def _changes(
    base: dict[str, str], head: dict[str, str], renamed: dict[str, str]
) -> Iterator[Change]:
    for path in sorted({*base, *head}):
        if path in renamed:
            yield Change(path, ChangeStatus.RENAMED, renamed[path])
        elif path not in base:
            yield Change(path, ChangeStatus.ADDED)
        elif path not in head and path not in renamed.values():
            yield Change(path, ChangeStatus.DELETED)
        elif path in head and base[path] != head[path]:
            yield Change(path, ChangeStatus.MODIFIED)
