"""knexfiles: what a repository tells Knex about its migrations and its connections."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from posixpath import basename, dirname, join, normpath

from analyzers.findings import Direction
from analyzers.javascript import machine as javascript
from analyzers.javascript.builtins.json_text import value_of
from analyzers.javascript.machine import Machine
from analyzers.javascript.modules import Export, Module
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Host,
    Native,
    Object,
    Outcome,
    Unknown,
    Value,
    is_function,
)
from analyzers.knex.connection_settings import on_connect
from analyzers.knex.directory import LOAD_EXTENSIONS, Directory
from analyzers.knex.execution import Ignorant, Unresolved
from analyzers.knex.knex import Package
from analyzers.knex.release import LATEST, Release, release_of
from analyzers.source import Entry, Kind, SourceFile, SourceTree, Span, UnreadableFile
from analyzers.struct import Struct, replace
from analyzers.text import Text

POSTGRES_CLIENTS = frozenset({"pg", "postgres", "postgresql", "pgnative", "pg-native"})
"""What `client` says for PostgreSQL."""


class Configuration(Struct, frozen=True):
    """What one environment of a knexfile says, as far as it is known.

    `client` None: not known. `on_connect` are the statements that every new connection begins
    with. `postgres` is the server's version where the file names it. `renames_identifiers`:
    names in the database differ from those in migrations (`wrapIdentifier`).
    """

    knexfile: str
    environment: str | None
    directory: Directory
    client: str | None = None
    table_name: str = "knex_migrations"
    schema_name: str | None = None
    disable_transactions: bool = False
    on_connect: tuple[str, ...] = ()
    postgres: int | None = None
    renames_identifiers: bool = False
    unresolved: tuple[Unresolved, ...] = ()

    @property
    def may_be_postgres(self) -> bool:
        return self.client is None or self.client in POSTGRES_CLIENTS


_KNEXFILE = re.compile(r"(?:^|[.-])knexfile(?:[.-][\w.-]+)?\.(?:js|cjs|mjs|ts|cts|mts|json)$")


def _mappers(machine: Machine, arguments: Sequence[Value], at: Span) -> Outcome:
    """`knexSnakeCaseMappers()`: names of migrations in camelCase become snake_case."""
    unknown = Unknown("renames identifiers", at)
    return Object({"wrapIdentifier": unknown, "postProcessResponse": unknown})


def _objection() -> Object:
    """What knexfiles take from the package `objection`."""
    names = ("knexSnakeCaseMappers", "knexIdentifierMapping", "knexIdentifierMappers")
    unknown = Unknown("the package `objection` is not followed", Span("", 0, 0))
    return Object({name: Native(name, _mappers) for name in names}, open=unknown)


_MARKS = ("client", "dialect", "connection", "migrations", "pool", "seeds")


def knexfiles(entries: Mapping[str, Entry]) -> tuple[str, ...]:
    """The knexfiles of a repository, by their names."""
    return tuple(
        path
        for path in sorted(entries)
        if _KNEXFILE.search(basename(path))
        and "node_modules/" not in path
        and not path.endswith((".d.ts", ".test.ts", ".spec.ts", ".test.js", ".spec.js"))
        and entries[path].kind is Kind.FILE
    )


def configurations(
    tree: SourceTree, path: str, *, environment: Mapping[str, str] | None = None
) -> tuple[Configuration, ...]:
    """What the knexfile at `path` says for each of its environments, production first.

    Raises what `analyzers.javascript.machine.load` raises.
    """
    module, exported, unresolved = _evaluated(tree, path, environment)
    if isinstance(exported, Unknown):
        unresolved = (*unresolved, Unresolved(exported.at, exported.reason))
    found = [
        _configuration(module, name, settings, unresolved)
        for name, settings in _environments(exported)
    ]
    if not found and unresolved:
        unknown = Unknown(unresolved[0].reason, unresolved[0].span)
        settings = Object({"client": unknown, "migrations": unknown})
        found = [_configuration(module, None, settings, unresolved)]
    return tuple(sorted(found, key=_rank))


class Exported(Struct, frozen=True):
    """The values of a knexfile: its environments, None for the name of the only one.

    `complete` is False where there may be more of them.
    """

    file: SourceFile
    environments: tuple[tuple[str | None, Object], ...]
    complete: bool


def exported_of(
    tree: SourceTree, path: str, *, environment: Mapping[str, str] | None = None
) -> Exported:
    """What the knexfile at `path` exports, as it is. Raises what `configurations` raises."""
    module, exported, _ = _evaluated(tree, path, environment)
    complete = isinstance(exported, Object) and exported.open is None
    return Exported(module.file, tuple(_environments(exported)), complete)


def _evaluated(
    tree: SourceTree, path: str, environment: Mapping[str, str] | None
) -> tuple[Module, Value, tuple[Unresolved, ...]]:
    packages: dict[str, Value] = {"knex": Package(LATEST), "objection": _objection()}
    module = javascript.load(tree, path, environment=environment, packages=packages)
    return module, *_exported(module)


def release_for(tree: SourceTree, path: str) -> Release:
    """The release of Knex that the nearest package.json above `path` asks for."""
    folder = dirname(path)
    while True:
        try:
            package = json.loads(tree.read(join(folder, "package.json")))
        except (UnreadableFile, ValueError, RecursionError):
            package = None
        asked = _asked_release(package)
        if asked is not None:
            return release_of(asked)
        if not folder:
            return LATEST
        folder = dirname(folder)


def _asked_release(package: object) -> str | None:
    if not isinstance(package, dict):
        return None
    for section in ("dependencies", "devDependencies", "peerDependencies"):
        asked = package.get(section)
        if isinstance(asked, dict) and isinstance(asked.get("knex"), str):
            return str(asked["knex"])
    return None


def _rank(configuration: Configuration) -> tuple[bool, int]:
    order = ("production", "prod", None, "staging", "development")
    name = configuration.environment
    return (not configuration.may_be_postgres, order.index(name) if name in order else len(order))


def _exported(module: Module) -> tuple[Value, tuple[Unresolved, ...]]:
    """The value of a knexfile; a function in it is called, and what it promises awaited."""
    value = _whole(module)
    if not is_function(value):
        return value, module.unresolved
    results: list[Value] = []

    def program(machine: Machine, at: Span) -> Evaluation:
        called: Value = yield machine.call(value, [Object()], at)
        results.append((yield machine.settled(called, at)))
        return UNDEFINED

    unresolved = _run(module, program)
    return (results[0] if results else UNDEFINED), (*module.unresolved, *unresolved)


def _run(module: Module, program: Callable[[Machine, Span], Evaluation]) -> tuple[Unresolved, ...]:
    """Runs functions of the file; what could not be followed."""

    def start(machine: Machine, arguments: Sequence[Value], at: Span) -> Outcome:
        return machine.start(program(machine, at), at)

    entry = Export("up", module.file.whole(), Native("knexfile", start))
    called = replace(module, exports={"up": entry})
    execution = javascript.run(called, Direction.UP, [], database=Ignorant(), transaction=None)
    return execution.unresolved


def _whole(module: Module) -> Value:
    """What requiring the file gives; a module's default export counts for it."""
    file = module.file
    if file.path.endswith(".json"):
        return _from_json(file)
    exports = module.program.sources[file.path].exports
    if isinstance(exports, Object) and "default" in exports.properties:
        return exports.properties["default"]
    return exports


def _from_json(file: SourceFile) -> Value:
    try:
        return value_of(file.text, file.whole())
    except ValueError:
        return Unknown("it is no valid JSON", file.whole())


def _after_create(module: Module, settings: Object) -> tuple[str, ...]:
    """What `pool.afterCreate` sends on each new connection."""
    pool = settings.properties.get("pool")
    function = pool.properties.get("afterCreate") if isinstance(pool, Object) else None
    if not is_function(function):
        return ()
    connection = PooledConnection()
    done = Native("done", lambda machine, arguments, at: UNDEFINED)

    def program(machine: Machine, at: Span) -> Evaluation:
        called: Value = yield machine.call(function, [connection, done], at)
        yield machine.settled(called, at)
        return UNDEFINED

    _run(module, program)
    return tuple(connection.sent)


class PooledConnection(Host):
    """The driver's connection that `afterCreate` gets: it takes note of what is sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def get(self, machine: Machine, key: str, at: Span) -> Value:
        return Native(key, self._query) if key == "query" else UNDEFINED

    def _query(self, machine: Machine, arguments: Sequence[Value], at: Span) -> Outcome:
        if arguments and isinstance(arguments[0], Text):
            self.sent.append(arguments[0].string)
        answered = arguments[-1] if arguments else UNDEFINED
        if is_function(answered):
            return machine.call(answered, [None, Object()], at)
        return UNDEFINED


def _environments(exported: Value) -> Iterator[tuple[str | None, Object]]:
    if not isinstance(exported, Object):
        return
    if any(mark in exported.properties for mark in _MARKS):
        yield None, exported
        return
    for name, settings in exported.properties.items():
        if isinstance(settings, Object) and any(m in settings.properties for m in _MARKS):
            yield name, settings


def _configuration(
    module: Module, name: str | None, settings: Object, unresolved: tuple[Unresolved, ...]
) -> Configuration:
    path = module.file.path
    migrations = settings.properties.get("migrations", UNDEFINED)
    told = migrations.properties if isinstance(migrations, Object) else {}
    problems = list(unresolved)
    directory = _directory(path, told, problems)
    if isinstance(migrations, Unknown):
        problems.append(Unresolved(migrations.at, migrations.reason))
        directory = Directory(())
    return Configuration(
        path,
        name,
        directory,
        client=_client(settings),
        table_name=_string(told.get("tableName")) or "knex_migrations",
        schema_name=_string(told.get("schemaName")),
        disable_transactions=told.get("disableTransactions") is True,
        on_connect=(*on_connect(settings), *_after_create(module, settings)),
        postgres=_postgres(settings),
        renames_identifiers="wrapIdentifier" in settings.properties,
        unresolved=tuple(dict.fromkeys(problems)),
    )


def _directory(path: str, told: Mapping[str, Value], problems: list[Unresolved]) -> Directory:
    given = told.get("directory", Text.of("./migrations"))
    paths: list[str] = []
    for one in given.items if isinstance(given, Array) else [given]:
        if isinstance(one, Unknown):
            problems.append(Unresolved(one.at, one.reason))
        elif isinstance(one, Text):
            paths.append(_resolved(path, one.string))
    extensions = _strings(told.get("loadExtensions"))
    separately = told.get("sortDirsSeparately") is True
    return Directory(tuple(paths), extensions or LOAD_EXTENSIONS, separately)


def _resolved(knexfile: str, given: str) -> str:
    """A directory from the repository's root. Knex works from the knexfile's own directory."""
    if given.startswith("/"):
        return normpath(given).lstrip("/")
    resolved = normpath(join(dirname(knexfile), given))
    return "" if resolved == "." else resolved


def _client(settings: Object) -> str | None:
    client = settings.properties.get("client", settings.properties.get("dialect", UNDEFINED))
    return _string(client)


def _postgres(settings: Object) -> int | None:
    version = _string(settings.properties.get("version"))
    match = re.match(r"\d+", version or "")
    return int(match.group()) if match else None


def _string(value: Value) -> str | None:
    return value.string if isinstance(value, Text) else None


def _strings(value: Value) -> tuple[str, ...]:
    if not isinstance(value, Array):
        return ()
    return tuple(item.string for item in value.items if isinstance(item, Text))
