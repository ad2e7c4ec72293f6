"""Programs given as source, run with a tiny database of the tests' own."""

from analyzers.findings import Direction
from analyzers.javascript.builtins.json_text import JSON
from analyzers.javascript.machine import load, run
from analyzers.javascript.modules import MOST_STEPS, Program
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Host,
    Native,
    Text,
    Thenable,
    Unknown,
)
from analyzers.knex.execution import Ignorant
from analyzers.memory import MemoryTree
from analyzers.source import SourceFile

PATH = "migrations/20240101000000_change.js"


class Query(Thenable):
    """A query that is sent when it is awaited; what the database answers is unknown."""

    def __init__(self, sql):
        self.sql = sql

    def get(self, machine, key, at):
        return UNDEFINED

    def settle(self, machine, at):
        machine.send(self.sql, at)
        return Unknown("the rows of a query are known only at run time", at)


class Table(Host):
    """What a callback gets that describes a table: its methods note their own names."""

    def get(self, machine, key, at):
        return Native(key, self._note) if key in ("text", "index") else UNDEFINED

    def _note(self, machine, arguments, at):
        machine.send(Text.of("table ") + written(arguments[0]), at)
        return self


class Knex(Host):
    """`knex.raw(…)` sends its argument, `knex.table(callback)` calls back at once."""

    def get(self, machine, key, at):
        methods = {"raw": self._raw, "table": self._table, "schema": None}
        if key == "schema":
            return self
        return Native(key, methods[key]) if key in methods else UNDEFINED

    def call(self, machine, arguments, at):
        return Query(Text.of("select from ") + written(arguments[0]))

    def _raw(self, machine, arguments, at):
        return Query(Text.join(Text.of(" / "), [written(value) for value in arguments]))

    def _table(self, machine, arguments, at):
        yield machine.call(arguments[0], [Table()], at)
        return Query(Text.of("table"))


def written(value):
    """A value as a text, with what is unknown in angle brackets."""
    if isinstance(value, Text):
        return value
    if isinstance(value, Unknown):
        return Text.of("<" + " | ".join(sorted(str(written(v)) for v in value.either)) + ">")
    if isinstance(value, Array):
        return Text.join(Text.of(","), [written(item) for item in value.items])
    if value is None or isinstance(value, bool):
        return Text.of({None: "null", True: "true", False: "false"}[value])
    plain = isinstance(value, (int, float))
    return Text.of(repr(value) if plain else type(value).__name__.lower())


def loaded(text, *, path=PATH, files=None, environment=None, steps=MOST_STEPS):
    tree = MemoryTree({path: text, **(files or {})})
    return load(tree, path, program=Program(tree, environment, steps=steps))


def executed(text, direction=Direction.UP, *, database=None, **options):
    """A whole file's `up`, or `down`."""
    module = loaded(text, **options)
    return run(module, direction, [Knex()], database=database or Ignorant())


def up(body, **options):
    """The body of an async `up`."""
    return executed(up_with(body), **options)


def up_with(body):
    return f"exports.up = async (knex) => {{ {body} }};"


def sent(execution):
    return [str(statement.sql) for statement in execution.statements]


def sql(body, **options):
    return sent(up(body, **options))


def marks(body, **options):
    """Each statement with its flags: `?` for conditional, `*` for repeated."""
    return [
        ("?" if s.conditional else "") + ("*" if s.repeated else "") + str(s.sql)
        for s in up(body, **options).statements
    ]


def reasons(execution):
    return [unresolved.reason for unresolved in execution.unresolved]


def source(text, span, path=PATH):
    return SourceFile(path, text).text[span.start : span.end]


class Output(Host):
    """A function that notes its arguments as JSON, for comparisons with Node."""

    def __init__(self):
        self.lines = []

    def get(self, machine, key, at):
        return UNDEFINED

    def call(self, machine, arguments, at):
        for value in arguments:
            text = yield machine.call(JSON.members["stringify"], [value], at)
            self.lines.append(str(text) if isinstance(text, Text) else "undefined")
        return UNDEFINED


class Tick(Thenable):
    """A query that notes its own sending, and gives its name."""

    def __init__(self, output, name):
        self.output, self.name = output, name

    def get(self, machine, key, at):
        return UNDEFINED

    def settle(self, machine, at):
        self.output.lines.append(f'"send {self.name}"')
        yield machine.reply()
        return Text.of(self.name)


def noted(body):
    """What a program gives to `out`, with `q(name)` for queries; `throws` where it ends so."""
    output = Output()
    query = Native("q", lambda machine, arguments, at: Tick(output, str(arguments[0])))
    module = loaded(f"exports.up = async (out, q) => {{ {body} }};")
    execution = run(module, Direction.UP, [output, query], database=Ignorant())
    assert not execution.unresolved
    return output.lines + (["throws"] if execution.throws else [])
