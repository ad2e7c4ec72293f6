"""The repository's configuration: the bytes of its file in, settings and mistakes out."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from posixpath import normpath

from analyzers.findings import Severity
from analyzers.settings import NEWEST_POSTGRES, OLDEST_POSTGRES, PATH, Settings
from analyzers.source import Place, SourceFile, Span
from analyzers.spelling import nearest
from analyzers.spelling import shown as code
from analyzers.yaml_tree import Alias, InvalidYaml, Listing, Node, Scalar, Table, tree_of

MAX_BYTES = 64 * 1024
"""Every setting there is, said in full, takes a tenth of it."""

MAX_PROBLEMS = 20
"""More than anybody corrects at once."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake: what is wrong where, and what is allowed there.

    `unknown_rule`: a name in the place of a rule's that is none.
    """

    place: Place
    message: str
    advice: str = ""
    unknown_rule: bool = False


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a file says. Where it holds a problem, nothing of it counts: `settings` are defaults."""

    file: SourceFile
    settings: Settings = field(default_factory=Settings)
    problems: tuple[Problem, ...] = ()


def parse(content: bytes, rules: Collection[str]) -> Configuration:
    """Reads the file's `content`; `rules` are the ids that there are. Raises nothing."""
    if len(content) > MAX_BYTES:
        return unreadable(f"it has more than {MAX_BYTES // 1024} kB")
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        file = SourceFile(PATH, content.decode())
    except UnicodeDecodeError as error:
        file = SourceFile(PATH, content.decode(errors="replace"))
        at = len(content[: error.start].decode())
        return _invalid(file, Span(PATH, at, at + 1), "it is no UTF-8 text")
    try:
        root = tree_of(file)
    except InvalidYaml as invalid:
        return _invalid(file, invalid.span, invalid.reason)
    reading = _Reading(file, rules)
    settings = Settings()
    with suppress(_Enough):
        settings = _document(reading, root)
    problems = tuple(reading.problems)
    return Configuration(file, Settings() if problems else settings, problems)


def unreadable(reason: str) -> Configuration:
    """The configuration in a file whose content can't be had."""
    return _invalid(SourceFile(PATH, ""), Span(PATH, 0, 0), reason)


def _invalid(file: SourceFile, span: Span, reason: str) -> Configuration:
    problem = Problem(file.place(span), f"`{PATH}` cannot be read: {reason}.")
    return Configuration(file, problems=(problem,))


class _Enough(Exception):
    """There are so many problems that more would help nobody."""


@dataclass(slots=True)
class _Reading:
    """One file being read, and what is wrong with it so far."""

    file: SourceFile
    rules: Collection[str]
    problems: list[Problem] = field(default_factory=list)

    def wrong(
        self, node: Node, message: str, advice: str = "", *, unknown_rule: bool = False
    ) -> None:
        place = self.file.place(node.span)
        self.problems.append(Problem(place, message, advice, unknown_rule))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Enough


def _document(reading: _Reading, root: Node | None) -> Settings:
    settings = Settings()
    if root is None:
        return settings
    for key, value in _entries(reading, root, "The configuration"):
        read = _SETTINGS.get(key.text)
        if read is None:
            advice = _instead(key.text, _SETTINGS)
            reading.wrong(key, f"There is no setting {code(key.text)}.", advice)
        else:
            settings = read(reading, value, settings)
    return settings


def _fail_on(reading: _Reading, node: Node, settings: Settings) -> Settings:
    allowed: Mapping[str, Severity | None] = {**_SEVERITIES, "never": None}
    found = _choice(reading, node, "`fail_on`", allowed)
    return settings if found is None else replace(settings, fail_on=allowed[found])


def _postgres(reading: _Reading, node: Node, settings: Settings) -> Settings:
    known = range(OLDEST_POSTGRES, NEWEST_POSTGRES + 1)
    if isinstance(node, Scalar) and node.plain and not node.tag and node.text in map(str, known):
        return replace(settings, postgres=int(node.text))
    quoted = isinstance(node, Scalar) and not node.plain and node.text in map(str, known)
    given = "a text, for its quotes" if quoted else _shown(node)
    message = f"`postgres` takes PostgreSQL's major version, and this is {given}."
    advice = f"Write a whole number from {OLDEST_POSTGRES} to {NEWEST_POSTGRES}, without quotes."
    reading.wrong(node, message, advice)
    return settings


def _rules(reading: _Reading, node: Node, settings: Settings) -> Settings:
    allowed: Mapping[str, Severity | None] = {"off": None, **_SEVERITIES}
    severities: dict[str, Severity | None] = {}
    for key, value in _entries(reading, node, "`rules`"):
        if key.text not in reading.rules:
            near = nearest(key.text, reading.rules)
            advice = (f"Write {code(near)}. " if near else "") + "`migaudit rules` lists all."
            message = f"There is no rule {code(key.text)}."
            reading.wrong(key, message, advice, unknown_rule=True)
        found = _choice(reading, value, code(key.text), allowed)
        if found is not None:
            severities[key.text] = allowed[found]
    return replace(settings, severities=severities)


def _env(reading: _Reading, node: Node, settings: Settings) -> Settings:
    """`process.env` holds nothing but text: a number is taken as it is written."""
    variables: dict[str, str] = {}
    for key, value in _entries(reading, node, "`env`"):
        if not _VARIABLE.fullmatch(key.text):
            advice = "Write letters, digits and underscores, no digit first."
            reading.wrong(key, f"{code(key.text)} is no name of a variable.", advice)
        elif not isinstance(value, Scalar) or value.is_null or value.tag or "\0" in value.text:
            advice = "Write its value as text, `''` for an empty one."
            given = "nothing" if isinstance(value, Scalar) and value.is_null else _kind(value)
            reading.wrong(value, f"{code(key.text)} takes a text, and this is {given}.", advice)
        else:
            variables[key.text] = value.text
    return replace(settings, environment=variables)


def _directories(reading: _Reading, node: Node, settings: Settings) -> Settings:
    advice = "Write paths from the repository's root, such as `[db/migrations]`."
    if isinstance(node, Scalar) and node.is_null:
        return settings
    if not isinstance(node, Listing) or node.tag:
        reading.wrong(node, f"`directories` takes a list, and this is {_shown(node)}.", advice)
        return settings
    paths: list[str] = []
    for item in node.items:
        if isinstance(item, Scalar) and not item.tag and _is_inside(item.text):
            path = normpath(item.text)
            paths.append("" if path == "." else path)
        else:
            said = f"`directories` takes paths in the repository, and this is {_shown(item)}."
            reading.wrong(item, said, advice)
    return replace(settings, directories=tuple(dict.fromkeys(paths)))


_SETTINGS: Mapping[str, Callable[[_Reading, Node, Settings], Settings]] = {
    "fail_on": _fail_on,
    "postgres": _postgres,
    "rules": _rules,
    "env": _env,
    "directories": _directories,
}
_SEVERITIES: Mapping[str, Severity] = {one.value: one for one in Severity}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _is_inside(path: str) -> bool:
    """Whether it is a path below the root, with slashes, and no pattern."""
    outside = path.startswith(("/", "~")) or normpath(path).split("/")[0] == ".."
    return bool(path) and not outside and not set(path) & set("\\*?\0\n")


def _entries(reading: _Reading, node: Node, subject: str) -> Iterator[tuple[Scalar, Node]]:
    """The keys and values of a mapping, each key once; none where nothing is written."""
    if isinstance(node, Scalar) and node.is_null:
        return
    if not isinstance(node, Table) or node.tag:
        message = f"{subject} takes names with their values, and this is {_shown(node)}."
        reading.wrong(node, message, "Write `name: value` lines.")
        return
    known: dict[str, Scalar] = {}
    for key, value in node.items:
        if not isinstance(key, Scalar) or key.tag:
            reading.wrong(key, f"{subject} takes names with their values: this is {_kind(key)}.")
        elif key.text in known:
            first = reading.file.place(known[key.text].span).line
            message = f"{code(key.text)} is there twice: first on line {first}."
            reading.wrong(key, message, "Remove one of them.")
        else:
            known[key.text] = key
            yield key, value


def _choice(reading: _Reading, node: Node, subject: str, allowed: Collection[str]) -> str | None:
    """The one of the words `allowed` that is written here.

    `off` is a truth value to YAML 1.1 and a word to YAML 1.2: what counts is what is written.
    """
    if isinstance(node, Scalar) and not node.tag and node.text in allowed:
        return node.text
    message = f"{subject} takes no value such as {_shown(node)}."
    reading.wrong(node, message, _instead(node.text if isinstance(node, Scalar) else "", allowed))
    return None


def _instead(word: str, allowed: Iterable[str]) -> str:
    near = nearest(word, allowed)
    listed = ", ".join(map(code, allowed))
    return f"Write {code(near)}. Allowed are {listed}." if near else f"Allowed are {listed}."


def _shown(node: Node) -> str:
    if isinstance(node, Scalar) and not node.is_null and not node.tag:
        return code(node.text) if node.text else "an empty text"
    return _kind(node)


def _kind(node: Node) -> str:
    match node:
        case Alias():
            return "an alias, which is never followed"
        case Scalar() | Listing() | Table() if node.tag:
            return f"a value with the tag {code(node.tag)}"
        case Scalar():
            return "nothing" if node.is_null else "a text"
        case Listing():
            return "a list"
        case Table():
            return "a mapping"
