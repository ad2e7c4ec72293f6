"""The machine that evaluates a migration: what natives and hosts talk to."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn

from analyzers.findings import Direction
from analyzers.javascript import evaluation, invoking, properties, requiring
from analyzers.javascript.branches import diverge
from analyzers.javascript.builtins.errors import error
from analyzers.javascript.builtins.global_names import GLOBALS, OPAQUE
from analyzers.javascript.completion import Exhausted, Thrown
from analyzers.javascript.convert import plainly
from analyzers.javascript.dropping import Dropped
from analyzers.javascript.inherited import INHERITED, Inherited
from analyzers.javascript.iterating import items_of, keys_of
from analyzers.javascript.loop import Await, Loop, Reply
from analyzers.javascript.modules import Module, Notes, Program, Source
from analyzers.javascript.promises import Promise
from analyzers.javascript.trail import join
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Object,
    Outcome,
    Thenable,
    Unknown,
    UnknownItems,
    Value,
)
from analyzers.knex.execution import (
    Database,
    Execution,
    Habit,
    Observation,
    Statement,
    Unresolved,
)
from analyzers.source import SourceTree, Span
from analyzers.struct import replace
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.scope import Scope
    from analyzers.javascript.syntax import Node

MOST_STATEMENTS = 10_000
MOST_CHARACTERS = 2_000_000
MOST_ITEMS = 200_000

__all__ = ["INHERITED", "Inherited", "Machine", "load", "run"]

evaluation.register()


class Machine:
    """One direction of one migration, while it is evaluated.

    `risks` counts what may fail at run time, `handled` what deals with an error: who compares
    two readings knows whether such came in between.
    """

    most_characters = MOST_CHARACTERS
    most_items = MOST_ITEMS

    def __init__(
        self, program: Program, source: Source, database: Database, transaction: int | None = 0
    ) -> None:
        self.program = program
        self.source = source
        self.path = source.file.path
        self.database = database
        self.environment = program.environment
        self.transaction = transaction
        self.loop = Loop(self, program.steps)
        self.notes = Notes()
        self.statements: list[Statement] = []
        self.dropped = Dropped(self)
        self.here_node: Node = source.tree.root
        self.labels: dict[tuple[int, int], str] = {}
        self.risks = 0
        self.handled = 0
        self.loading = False
        self._missing: tuple[tuple[str, int, int], str] | None = None

    @property
    def conditional(self) -> bool:
        """Whether this point is reached only under a condition that a run decides."""
        return self.loop.fiber.conditional

    @property
    def here(self) -> Span:
        """The statement or call that is being carried out."""
        return self.here_node.span

    def entry(self, at: Span) -> Span | None:
        """The part of the migration that reaches `at`, where that lies in another file."""
        return self.loop.fiber.entry if at.path != self.path else None

    # What hosts and natives ask for

    def call(
        self, function: Value, arguments: Sequence[Value], at: Span, this: Value = UNDEFINED
    ) -> Evaluation:
        """Calls a function, as JavaScript would; an async one gives a `Promise`."""
        for value in (*arguments, this):
            if isinstance(value, Thenable):
                self.dropped.give(value)
        return (yield invoking.invoke(self, function, arguments, at, this))

    def get(self, value: Value, key: str, at: Span) -> Outcome:
        """The member `key` of any value."""
        return properties.get(self, value, key, at)

    def settled(self, value: Value, at: Span) -> Evaluation:
        """What `await value` gives. Only within `Thenable.settle` and what `start` is given."""
        if isinstance(value, Unknown):
            return (yield self._settled_unknown(value, at))
        return (yield Await(value, at))

    def start(self, evaluation: Evaluation, at: Span) -> Promise:
        """Runs an evaluation beside the program, as an async function: `knex.transaction`."""
        return self.loop.spawn(evaluation, Promise())

    def reply(self) -> Evaluation:
        """Waits until PostgreSQL has answered all that was sent so far."""
        return (yield Reply())

    def send(
        self,
        sql: Text,
        at: Span,
        transaction: int | None | Inherited = INHERITED,
        entry: Span | None = None,
        prepared: str | None = None,
    ) -> None:
        """Sends one text to the database: a `Statement` with the flags of this point."""
        fiber = self.loop.fiber
        number = self.transaction if isinstance(transaction, Inherited) else transaction
        under = fiber.conditional, fiber.repeated
        statement = Statement(sql, at, *under, number, entry or self.entry(at), prepared)
        if self.loading:
            self.unresolved(at, "sends a query when the file is loaded")
            return
        if len(self.statements) >= MOST_STATEMENTS:
            raise Exhausted(f"it sends more than {MOST_STATEMENTS:,} statements")
        self.risks += 1
        self.handled += 1
        fiber.unanswered = True
        fiber.promise.queries = True
        self.statements.append(statement)
        self.database.send(statement)

    def throw(self, message: str, at: Span, kind: str = "Error") -> NoReturn:
        """Raises a JavaScript `Error` that the program may catch; never gives a value."""
        raise Thrown(error(kind, Text.of(message, at), at), at)

    def unresolved(self, at: Span, reason: str) -> Unknown:
        """Notes, once, that a part can't be known; the value to go on with."""
        self.risks += 1
        self.handled += 1
        self.notes.unresolved.setdefault(Unresolved(at, reason, self.entry(at)))
        return Unknown(reason, at)

    def observe(self, observation: Observation) -> None:
        """Notes a habit, once for each place."""
        entry = self.entry(observation.span)
        self.notes.observations.setdefault(replace(observation, entry=entry))

    # What the evaluation of syntax asks for

    def refuse(self, message: str, at: Span) -> NoReturn:
        """Raises JavaScript's `TypeError`."""
        self.throw(message, at, "TypeError")

    def get_any(self, owner: Value, key: str | Unknown, at: Span) -> Outcome:
        """The member of a key that may be unknown."""
        if isinstance(key, str):
            return self.get(owner, key, at)
        names = [value.string for value in key.either if isinstance(value, Text)]
        if names and len(names) == len(key.either):
            return self._member_of_names(owner, names, key, at)
        return plainly(key)

    def put(self, owner: Value, key: str | Unknown, value: Value, node: "Node") -> Outcome:
        """`owner[key] = value`"""
        if isinstance(owner, Object) and id(owner) in self.program.owners:
            requiring.note_export(self.program.owners[id(owner)], owner, key, value, node)
        return properties.put(self, owner, key, value, node.span)

    def delete(self, owner: Value, key: str | Unknown, at: Span) -> None:
        properties.delete(self, owner, key, at)

    def write(self, variables: dict[str, Value], name: str, value: Value) -> None:
        """Gives a name or a property a value, which an unknown condition may take back."""
        trail = self.loop.fiber.trail
        if trail is not None:
            trail.note(variables, name)
        variables[name] = value

    def forget(self, variables: dict[str, Value], name: str) -> None:
        """Removes a property."""
        trail = self.loop.fiber.trail
        if trail is not None:
            trail.note(variables, name)
        variables.pop(name, None)

    def forget_value(self, holder: "Scope", name: str, unknown: Unknown) -> None:
        """Makes a variable unknown; an array that it holds, its items."""
        value = holder.variables[name]
        if isinstance(value, Array):
            self.note_items(value)
            value.items[:] = [self.unknown_items(unknown)]
        elif not isinstance(value, Object):
            self.write(holder.variables, name, unknown)

    def note_items(self, array: Array) -> None:
        """Says that an array's items are about to change."""
        trail = self.loop.fiber.trail
        if trail is not None:
            self.loop.spend(len(array.items) // 64)
            trail.note_items(array.items)

    def item(self, array: Array, index: int) -> Value:
        """The item at `index`: unknown behind items of unknown number."""
        for value in array.items[: index + 1]:
            if isinstance(value, UnknownItems):
                return plainly(value)
        return array.items[index] if index < len(array.items) else UNDEFINED

    def items_of(self, value: Value, node: "Node") -> list[Value]:
        """What iterating over a value gives."""
        return items_of(self, value, node.span)

    def items_at(self, value: Value, at: Span) -> list[Value]:
        return items_of(self, value, at)

    def keys_of(self, value: Value, node: "Node") -> list[Value]:
        """What `for … in` gives."""
        return keys_of(self, value, node.the("right").span)

    def unknown_items(self, value: Value) -> UnknownItems:
        """Items of unknown number, for the reason that `value` is unknown."""
        if isinstance(value, UnknownItems):
            return value
        if isinstance(value, Unknown):
            return UnknownItems(value.reason, value.at, value.varies)
        return UnknownItems("which items there are is known only at run time", self.here)

    def has_unknown_items(self, array: Array) -> bool:
        return any(isinstance(item, UnknownItems) for item in array.items)

    def sized(self, value: Value, node: "Node") -> Value:
        """The value, unless it has grown beyond what is followed."""
        if isinstance(value, Text):
            if len(value.pieces) > 8 and len(value.string) > MOST_CHARACTERS:
                return self.unresolved(node.span, "the text grows longer than is followed")
        elif isinstance(value, Array) and len(value.items) > MOST_ITEMS:
            return self.unresolved(node.span, "the array grows larger than is followed")
        return value

    def sized_at(self, value: Value, at: Span) -> Value:
        too_long = isinstance(value, Text) and len(value.string) > MOST_CHARACTERS
        if too_long or (isinstance(value, Array) and len(value.items) > MOST_ITEMS):
            return self.unresolved(at, "the value grows larger than is followed")
        return value

    def joined(self, one: Value, other: Value, node: "Node") -> Value:
        reason = "which value it has is known only at run time"
        return join(one, other, node.span, reason)

    def joined_at(self, one: Value, other: Value, at: Span, reason: str) -> Value:
        return join(one, other, at, reason)

    def drop(self, value: Value, node: "Node") -> None:
        """Takes note of a value that nobody uses."""
        self.dropped.drop(value, node)

    def drop_at(self, value: Value, at: Span) -> None:
        self.dropped.drop_at(value, at)

    def keep(self, value: Value, target: "Node", initial: "Node | None") -> None:
        """Takes note of a value that gets a name."""
        if isinstance(value, (Thenable, Promise)) and initial is not None:
            self.dropped.keep(value, target, initial)

    def adopt(self, value: Value, at: Span) -> Outcome:
        """Sets off what unknown code may have awaited."""
        if isinstance(value, (Thenable, Promise)):
            self.start(self.settled(value, at), at)
        return UNDEFINED

    def after_replies(self, evaluation: Evaluation) -> None:
        """Runs an evaluation when everything that is awaited has been answered."""
        self.loop.postpone(evaluation)

    def source_text(self, at: Span) -> str:
        source = self.program.sources.get(at.path)
        return "" if source is None else source.file.text[at.start : at.end]

    def note_environment(self, value: Value, node: "Node") -> None:
        """A condition that depends on where or when it runs is told."""
        varies = isinstance(value, Unknown) and value.varies
        if varies or (node.tree.has_environment and "process.env" in node.text):
            subject = node.text.strip("()")
            self.observe(Observation(Habit.ENVIRONMENT, node.span, subject[:80]))

    def miss(self, node: "Node", key: str) -> None:
        """Remembers a member that a host doesn't have, in case that it is used."""
        self._missing = ((node.tree.path, node.start, node.end), key)

    def missed(self, node: "Node") -> None:
        """A missing member is used: where a host should have had it, that is told."""
        if self._missing is not None and self._missing[0] == (node.tree.path, node.start, node.end):
            own = node.field("property") or node.field("index") or node
            self.observe(Observation(Habit.UNKNOWN_METHOD, own.span, self._missing[1]))

    def global_value(self, name: str, node: "Node") -> Value:
        """A name that the file doesn't declare."""
        if name in GLOBALS:
            return GLOBALS[name]
        if name in OPAQUE:
            return Unknown(f"`{name}` is not followed", node.span)
        return self.throw(f"{name} is not defined", node.span, "ReferenceError")

    def declares(self, node: "Node", scope: "Scope") -> bool:
        name = node.text
        return scope.holder(name) is not None or name in GLOBALS or name in OPAQUE

    def require(self, wanted: str, at: Span, importer: Source) -> Outcome:
        """What importing `wanted` gives."""
        return requiring.require(self, wanted, at, importer)

    def import_later(self, wanted: Value, at: Span, importer: Source) -> Outcome:
        """`import(…)`"""
        if not isinstance(wanted, Text):
            return self.unresolved(at, "imports a file that is known only at run time")
        return self.start(requiring.imported(self, wanted.string, at, importer), at)

    def missing_import(self, imported: Object, name: str, at: Span) -> Value:
        return requiring.missing_import(self, imported, name, at)

    def export_all(self, source: Source, value: Value, node: "Node") -> None:
        requiring.note_export(source, source.module, "exports", value, node)
        self.write(source.module.properties, "exports", value)

    def method_of_unknown(
        self, owner: Unknown, key: str, arguments: Sequence[Value], at: Span
    ) -> Outcome:
        return invoking.method_of_unknown(self, owner, key, arguments, at)

    def _member_of_names(
        self, owner: Value, names: Sequence[str], key: Unknown, at: Span
    ) -> Evaluation:
        value: Value = yield self.get(owner, names[0], at)
        for name in names[1:]:
            value = join(value, (yield self.get(owner, name, at)), at, key.reason)
        return value

    def _settled_unknown(self, value: Unknown, at: Span) -> Evaluation:
        """Awaits each thing that it may be, under the condition that it is."""
        awaited = [v for v in value.either if isinstance(v, (Thenable, Promise))]
        if not awaited:
            return (yield Await(value, at))
        ways = [self.settled(alternative, at) for alternative in value.either]
        return (yield diverge(self, ways, at, value.reason))


def load(
    tree: SourceTree,
    path: str,
    *,
    environment: Mapping[str, str] | None = None,
    packages: Mapping[str, Value] | None = None,
    program: Program | None = None,
) -> Module:
    """Parses `path` and evaluates its top level, with all it imports from the tree.

    `environment` is what `process.env` holds; `packages` are models of packages from outside
    the repository, by name (`knex`). Who loads many files of one tree gives them one `program`,
    which then says both. Raises `UnreadableFile` and `syntax.TooLarge`.
    """
    return requiring.load(program or Program(tree, environment, packages), path)


def run(
    module: Module,
    direction: Direction,
    arguments: Sequence[Value],
    *,
    database: Database,
    transaction: int | None = 0,
) -> Execution:
    """Evaluates `up` or `down`. The module is left as it was: every run starts from `load`'s state.

    `transaction` is the number of the one that the direction runs in; None: in none.
    """
    return requiring.run(module, direction, arguments, database, transaction)
