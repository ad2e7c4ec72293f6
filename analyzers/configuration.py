"""The repository's configuration: the bytes of its file in, settings and mistakes out."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from posixpath import normpath

from analyzers.findings import Severity
from analyzers.knex.release import LINES
from analyzers.settings import (
    ENVIRONMENT_NAME,
    MOST_COMMENTS,
    NEWEST_POSTGRES,
    OLDEST_POSTGRES,
    PATH,
    CommentPolicy,
    Drafts,
    Environment,
    Naming,
    Override,
    Settings,
    Source,
)
from analyzers.shapes import (
    Choice,
    Enough,
    Key,
    ListOf,
    Names,
    Problem,
    Reading,
    Record,
    Schema,
    Whole,
    Word,
    Wrong,
)
from analyzers.source import Place, SourceFile, Span
from analyzers.struct import Struct, field, replace
from analyzers.yaml_tree import InvalidYaml, tree_of

MAX_BYTES = 64 * 1024
"""Every setting there is, said in full, takes a tenth of it."""


class Configuration(Struct, frozen=True):
    """What a file says. Where it holds a problem, nothing of it counts: `settings` are defaults.

    `origins`: where each setting stands, those in `rules` and `env` as `rules.drop-table`.
    """

    file: SourceFile
    settings: Settings = field(default_factory=Settings)
    problems: tuple[Problem, ...] = ()
    origins: Mapping[str, Place] = field(default_factory=dict)


def parse(content: bytes, rules: Collection[str], path: str = PATH) -> Configuration:
    """Reads the file's `content`; `rules` are the ids that there are. Raises nothing."""
    if len(content) > MAX_BYTES:
        return unreadable(f"it has more than {MAX_BYTES // 1024} kB", path)
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        file = SourceFile(path, content.decode())
    except UnicodeDecodeError as error:
        file = SourceFile(path, content.decode(errors="replace"))
        at = len(content[: error.start].decode())
        return _invalid(file, Span(path, at, at + 1), "it is no UTF-8 text")
    try:
        root = tree_of(file)
    except InvalidYaml as invalid:
        return _invalid(file, invalid.span, invalid.reason)
    reading = Reading(file, rules)
    settings = Settings()
    with suppress(Enough, Wrong):
        if root is not None:
            settings = DOCUMENT.read(reading, root, "The configuration", origins=True)
    if reading.problems:
        return Configuration(file, problems=tuple(reading.problems))
    return Configuration(file, settings, origins=reading.origins)


def unreadable(reason: str, path: str = PATH) -> Configuration:
    """The configuration in a file whose content can't be had."""
    return _invalid(SourceFile(path, ""), Span(path, 0, 0), reason)


def _invalid(file: SourceFile, span: Span, reason: str) -> Configuration:
    problem = Problem(file.place(span), f"`{file.path}` cannot be read: {reason}.")
    return Configuration(file, problems=(problem,))


def merged(default: Configuration, own: Configuration) -> Settings:
    """The settings of a repository over those of its organisation.

    Rules and variables count one by one; of all else, what the repository says replaces it.
    """
    settings = default.settings
    for key in KEYS:
        if key.name in own.origins:
            said = getattr(own.settings, key.field or key.name)
            if isinstance(said, Mapping):
                said = {**getattr(settings, key.field or key.name), **said}
            settings = replace(settings, **{key.field or key.name: said})
    return settings


def schema(rules: Collection[str]) -> Schema:
    """The JSON Schema of the file, for editors: it accepts what `parse` accepts."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"migaudit: {PATH}",
        **DOCUMENT.schema(rules),
        "$defs": {"severity": _SEVERITY.schema(rules)},
    }


_SEVERITIES: Mapping[str, Severity] = {one.value: one for one in Severity}
_SEVERITY = Choice({"off": None, **_SEVERITIES})
_THRESHOLD = Choice({**_SEVERITIES, "never": None})

_INSIDE = r"^(?![/~])(?!(?:[^/]*/)*\.\.(?:/|$))[^\\\x00\n"


def _folder(path: str) -> str:
    normal = normpath(path)
    return "" if normal == "." else normal


_DIRECTORY = Word(
    _INSIDE + r"*?]+$",
    "paths in the repository",
    "Write paths from the repository's root, such as `[db/migrations]`.",
    _folder,
)
_KNEXFILE = Word(
    _INSIDE + r"*?]+$",
    "paths in the repository",
    "Write paths from the repository's root, such as `[packages/api/knexfile.js]`.",
    _folder,
)
_PATTERN = Word(
    _INSIDE + r"]+$",
    "patterns of paths in the repository",
    "Write paths from the repository's root; `*` stands for a name, `**` for folders, "
    "such as `[legacy/**]`.",
)
_TABLE = Word(
    r"^[^\s\".*]+(?:\.[^\s\".*]+)?$",
    "names of tables",
    "Write them as PostgreSQL stores them, with or without a schema, such as `[orders]`.",
)
_VARIABLE = Word(
    r"^[A-Za-z_][A-Za-z0-9_]*$",
    "no name of a variable",
    "Write letters, digits and underscores, no digit first.",
)
_VALUE = Word(
    r"^[^\x00]*$", "a text", "Write its value as text, `''` for an empty one.", secret=True
)
_ENVIRONMENT = Word(
    rf"^{ENVIRONMENT_NAME}$",
    "no name of an environment",
    "Write one such as `production`: up to 100 characters, no space first or last.",
)
_DEPLOYMENT = Word(
    r"^[^\x00-\x1f]{1,255}$", "a name", "Write the environment's name on GitHub, such as `prod`."
)
_TAGS = Word(
    r"^[^\x00-\x20~^:\\]{1,255}$",
    "a pattern of tags",
    "Write one such as `v*`; `*` stands for any characters, `?` for one.",
)
_RELEASE = Word(
    "^(?:{}|(?:{})\\.[0-9]+)$".format(
        "|".join(line.replace(".", "\\.") for line in LINES),
        "|".join(line.replace(".", "\\.") for line in LINES if "." in line),
    ),
    "a release of Knex",
    f"Write one such as `{LINES[-1]}`, from {LINES[0]} on.",
    numbers=tuple(sorted({float(line) for line in LINES})),
)


def _list(of: Word) -> ListOf:
    return ListOf(of, "a list", of.advice)


_RULES = Names(_SEVERITY)

KEYS: tuple[Key, ...] = (
    Key("fail_on", _THRESHOLD, "From which severity on a finding fails the check."),
    Key(
        "postgres",
        Whole(OLDEST_POSTGRES, NEWEST_POSTGRES, "PostgreSQL's major version"),
        "The major version of PostgreSQL in production.",
    ),
    Key("knex", _RELEASE, "The release of Knex, where package.json does not tell it."),
    Key(
        "rules",
        replace(_RULES, origin="rules"),
        "Severities of rules, `off` for none.",
        field="severities",
    ),
    Key(
        "overrides",
        ListOf(
            Record(
                (
                    Key(
                        "paths",
                        _list(_PATTERN),
                        "Files, folders or patterns from the repository's root.",
                        required=True,
                    ),
                    Key(
                        "rules",
                        _RULES,
                        "Severities of rules in these files.",
                        field="severities",
                        required=True,
                    ),
                ),
                Override,
            ),
            "a list",
            "Write items with `paths` and `rules`.",
        ),
        "Severities for some paths: the last item that matches counts.",
    ),
    Key("large_tables", _list(_TABLE), "Tables where time that grows with the rows is worse."),
    Key("small_tables", _list(_TABLE), "Tables where time that grows with the rows is short."),
    Key(
        "env",
        Names(_VALUE, _VARIABLE, origin="env"),
        "What migrations and knexfiles find in process.env.",
        field="environment",
    ),
    Key("directories", _list(_DIRECTORY), "Where the migrations are."),
    Key("knexfiles", _list(_KNEXFILE), "The knexfiles that count, in place of those found."),
    Key(
        "comments",
        Record(
            (
                Key("severity", _THRESHOLD, "From which severity on a finding gets a comment."),
                Key(
                    "limit",
                    Whole(0, MOST_COMMENTS, "a number of comments"),
                    "How many comments a pull request gets at most.",
                ),
                Key(
                    "drafts",
                    Choice({one.value: one for one in Drafts}),
                    "When findings on a draft get their comments: `now` or `when_ready`.",
                ),
            ),
            CommentPolicy,
        ),
        "Comments on lines of the pull request; the check run's summary has all findings.",
    ),
    Key(
        "naming",
        Choice({one.value: one for one in Naming}),
        "How files of migrations are named: as the others are, by timestamp, by sequence.",
    ),
    Key(
        "environments",
        Names(
            Record(
                (
                    Key(
                        "applied",
                        Choice({one.value: one for one in Source}),
                        "Who says what has been applied there.",
                        required=True,
                    ),
                    Key("deployment", _DEPLOYMENT, "Its name on GitHub, where that is another."),
                    Key("tags", _TAGS, "Tags of which the newest names what is deployed."),
                    Key("directories", _list(_DIRECTORY), "Whose migrations run there."),
                ),
                Environment,
            ),
            _ENVIRONMENT,
            origin="environments",
        ),
        "Where migrations run, and who says what has been applied there.",
    ),
)
"""All settings: what the file may say, the JSON Schema and `migaudit config` are made from it."""

DOCUMENT = Record(KEYS, Settings)
