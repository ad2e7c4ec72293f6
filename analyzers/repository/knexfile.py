"""Knexfiles as the rules about them look at them: values, and where they stand."""

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath

from analyzers.javascript.values import UNDEFINED, Array, Object, Unknown, Value
from analyzers.knex.knexfile import POSTGRES_CLIENTS, Exported
from analyzers.repository.pairs import Pair
from analyzers.source import Place, SourceFile, Span
from analyzers.struct import Struct
from analyzers.text import Text

_OWN = re.compile(
    r"^(?:dev|development|test|testing|local|ci|e2e|integration)(?![a-z])", re.IGNORECASE
)
_PRODUCTION = re.compile(r"^(?:prod|production|live)(?![a-z])", re.IGNORECASE)


class Environment(Struct, frozen=True):
    """One environment of a knexfile; the only one has no name."""

    name: str | None
    settings: Object

    @property
    def shared(self) -> bool:
        """Whether more than one developer, or a test, works with its database."""
        return self.name is None or not _OWN.match(self.name)

    @property
    def production(self) -> bool:
        return self.name is None or bool(_PRODUCTION.match(self.name))

    @property
    def may_be_postgres(self) -> bool:
        client = self.settings.properties.get("client", UNDEFINED)
        return not isinstance(client, Text) or client.string in POSTGRES_CLIENTS

    @property
    def migrations(self) -> Value:
        """What it says of migrations; Unknown where it may say something that nobody can see."""
        if "migrations" in self.settings.properties:
            return self.settings.properties["migrations"]
        return self.settings.open or UNDEFINED


class Knexfile(Struct, frozen=True):
    """A knexfile with the pairs of its own text; what it imports has none here."""

    exported: Exported
    pairs: tuple[Pair, ...]

    @property
    def file(self) -> SourceFile:
        return self.exported.file

    @property
    def path(self) -> str:
        return self.file.path

    @property
    def environments(self) -> tuple[Environment, ...]:
        every = (Environment(name, settings) for name, settings in self.exported.environments)
        return tuple(one for one in every if one.may_be_postgres)

    def place_of(self, environment: Environment, *keys: str) -> Place:
        """Where a setting of an environment stands, or what it is taken from, or the environment.

        The first line of the file where its own text has none of it.
        """
        named = () if environment.name is None else (environment.name,)
        for path in (named + keys, *(keys[at:] for at in range(len(keys))), named):
            for pair in self.pairs:
                if path and pair.path[-len(path) :] == path:
                    return self.file.place(Span(self.path, pair.key.start, pair.value.end))
        return Place(self.path, 1, 1, 1, 1)

    def directories(self, environment: Environment) -> tuple[str, ...] | None:
        """Where its migrations are, from the repository's root; None: it doesn't say, or who knows.

        Knex works from the knexfile's own directory.
        """
        migrations = environment.migrations
        given = migrations.properties.get("directory") if isinstance(migrations, Object) else None
        items = given.items if isinstance(given, Array) else [given]
        if not all(isinstance(item, Text) for item in items):
            return None
        written = (item.string for item in items if isinstance(item, Text))
        return tuple(self._resolved(path) for path in written)

    def says_no_directory(self, environment: Environment) -> bool:
        """Whether it surely leaves it to Knex."""
        migrations = environment.migrations
        if isinstance(migrations, Object):
            return "directory" not in migrations.properties and migrations.open is None
        return migrations is UNDEFINED

    def switched_on(self, environment: Environment, name: str) -> bool:
        migrations = environment.migrations
        return isinstance(migrations, Object) and migrations.properties.get(name) is True

    def _resolved(self, path: str) -> str:
        if path.startswith("/"):
            return path
        resolved = normpath(join(dirname(self.path), path))
        return "" if resolved == "." else resolved


class Written(Struct, frozen=True):
    """A part of a connection that is written down: `what` it is, as a noun."""

    what: str
    text: Text


MAX_ADDRESS = 2_000
"""Characters of an address of a database that are looked at."""

_PASSWORD = re.compile(r"^\w[\w+.-]*://[^/?#\s]*?:(?P<password>[^@/?#\s]+)@")
_HOST = re.compile(r"^\w[\w+.-]*://(?:[^@/?#\s]*@)?(?P<host>\[[^\]]*\]|[^:/?#\s]*)")
_LOCAL = re.compile(
    r"^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|::1|\[::1\]|[^.]*|.*\.(?:local|localhost|test"
    r"|example|internal))$|^/",
    re.IGNORECASE,
)


def written(environment: Environment) -> Iterator[Written]:
    """The password and the host of an environment's connection, where they are literal."""
    connection = environment.settings.properties.get("connection", UNDEFINED)
    if isinstance(connection, Text):
        yield from _in_address(connection)
    if not isinstance(connection, Object):
        return
    for name in ("connectionString", "url"):
        address = connection.properties.get(name)
        if isinstance(address, Text):
            yield from _in_address(address)
    for what in ("password", "host"):
        value = connection.properties.get(what)
        if isinstance(value, Text) and value.string.strip():
            yield Written(what, value)


def is_local(host: str) -> bool:
    """Whether a name means the same machine, or the same set of containers, wherever it is used."""
    return bool(_LOCAL.match(host[:MAX_ADDRESS]))


def leaves_host_open(environment: Environment) -> bool:
    """Whether the host is taken from somewhere else: the environment, mostly."""
    connection = environment.settings.properties.get("connection", UNDEFINED)
    host = connection.properties.get("host") if isinstance(connection, Object) else connection
    return isinstance(host, Unknown)


def _in_address(address: Text) -> Iterator[Written]:
    for what, pattern in (("password", _PASSWORD), ("host", _HOST)):
        found = pattern.match(address.string[:MAX_ADDRESS])
        if found and found[what]:
            yield Written(what, address.slice(*found.span(what)))
