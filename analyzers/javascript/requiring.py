"""Loading files and running what they export."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzers.findings import Direction
from analyzers.javascript.builtins.json_text import value_of
from analyzers.javascript.completion import Exhausted
from analyzers.javascript.convert import plainly
from analyzers.javascript.evaluation.module_syntax import run_top_level
from analyzers.javascript.loop import Circumstances
from analyzers.javascript.modules import Module, Program, Source, module_of
from analyzers.javascript.packages import package
from analyzers.javascript.promises import Promise, State
from analyzers.javascript.resolution import resolve
from analyzers.javascript.syntax import JAVASCRIPT, TYPESCRIPT, TooLarge
from analyzers.javascript.trail import Trail
from analyzers.javascript.values import (
    UNDEFINED,
    Class,
    Evaluation,
    Function,
    Native,
    Object,
    Outcome,
    Thenable,
    Unknown,
    Value,
)
from analyzers.knex.execution import Database, Execution, Ignorant
from analyzers.source import Span, UnreadableFile
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.syntax import Node


def load(program: Program, path: str) -> Module:
    """Parses a file and evaluates its top level."""
    from analyzers.javascript.machine import Machine

    source = program.sources.get(path)
    if source is None or not source.is_complete:
        source = program.parse(path)
        machine = Machine(program, source, Ignorant(), None)
        machine.loading = True
        machine.notes = source.notes
        promise = machine.loop.spawn(evaluated(machine, source), Promise(), Circumstances())
        drive(machine)
        if promise.state is State.REJECTED:
            source.throws = promise.at
        source.is_complete = True
    return module_of(program, source, exported(program, source))


def evaluated(machine: "Machine", source: Source) -> Evaluation:
    return (yield run_top_level(machine, source, require_of(source)))


def drive(machine: "Machine") -> None:
    """Lets everything happen; a budget that runs out is an unresolved part."""
    try:
        machine.loop.run()
    except Exhausted as exhausted:
        machine.unresolved(machine.here, exhausted.reason)


def exported(program: Program, source: Source) -> dict[str, Value]:
    """What the file exports, by name; the methods of an exported object's class included."""
    exports = source.exports
    found: dict[str, Value] = {}
    if isinstance(exports, Object) and isinstance(exports.constructor, Class):
        ancestor: Value = exports.constructor
        for _ in range(50):
            if not isinstance(ancestor, Class):
                break
            found = {**ancestor.methods, **found}
            ancestor = ancestor.superclass
    if isinstance(exports, (Object, Function, Class)):
        found.update(exports.properties)
    return found


def run(
    module: Module,
    direction: Direction,
    arguments: Sequence[Value],
    database: Database,
    transaction: int | None,
) -> Execution:
    """Runs what a module exports as `up` or `down`, and takes back what that changed of it."""
    from analyzers.javascript.machine import Machine

    program = module.program
    source = program.sources[module.file.path]
    machine = Machine(program, source, database, transaction)
    export = module.exports.get(direction.value)
    if export is None:
        return Execution(direction)
    trail = Trail()
    evaluation = directed(machine, export.value, arguments, source, export.span)
    promise = machine.loop.spawn(evaluation, Promise(), Circumstances(trail=trail))
    drive(machine)
    machine.dropped.report()
    trail.undo()
    throws = promise.at if promise.state is State.REJECTED else module.throws
    return Execution(
        direction,
        tuple(machine.statements),
        tuple(machine.notes.unresolved),
        tuple(machine.notes.observations),
        throws,
        _words(promise.value) if promise.state is State.REJECTED else "",
    )


def _words(error: Value) -> str:
    message = error.properties.get("message") if isinstance(error, Object) else error
    if isinstance(message, Unknown):
        return message.reason
    return message.string if isinstance(message, Text) else ""


def directed(
    machine: "Machine", function: Value, arguments: Sequence[Value], source: Source, at: Span
) -> Evaluation:
    """Calls `up` or `down` as Knex does, and waits for what it gives."""
    result: Value = yield machine.call(function, arguments, at, source.exports)
    if isinstance(result, (Promise, Thenable, Unknown)):
        return (yield machine.settled(result, machine.here))
    machine.drop_at(result, at)
    return result


def require_of(source: Source) -> Native:
    """`require` as this file sees it."""

    def call(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
        wanted = arguments[0] if arguments else UNDEFINED
        if isinstance(wanted, Text):
            return require(machine, wanted.string, at, source)
        reason = "which file it imports is known only at run time"
        return machine.unresolved(at, reason) if isinstance(wanted, Unknown) else UNDEFINED

    def locate(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
        wanted = arguments[0] if arguments else UNDEFINED
        path = (
            resolve(machine.program, source.file.path, wanted.string)
            if isinstance(wanted, Text)
            else None
        )
        return (
            Unknown("where this module lies is not followed", at)
            if path is None
            else Text.of("/" + path, at)
        )

    return Native("require", call, members={"resolve": Native("resolve", locate)})


def imported(machine: "Machine", wanted: str, at: Span, importer: Source) -> Evaluation:
    return (yield require(machine, wanted, at, importer))


def require(machine: "Machine", wanted: str, at: Span, importer: Source) -> Outcome:
    """What importing `wanted` gives: a model, or what a file of the repository exports."""
    program = machine.program
    if wanted in program.packages:
        return program.packages[wanted]
    model = package(wanted)
    if model is not None:
        return model
    path = resolve(program, importer.file.path, wanted)
    if path is None:
        return outside(wanted, at)
    try:
        return required_file(machine, path, at, importer)
    except UnreadableFile as error:
        return Unknown(f"the imported file `{path}` {error.reason}", at)
    except TooLarge as error:
        return Unknown(str(error), at)


def outside(wanted: str, at: Span) -> Value:
    if wanted.startswith((".", "/")):
        return Unknown(f"the imported file `{wanted}` is not in the repository", at)
    return Unknown(f"the package `{wanted}` is not part of the repository", at)


def required_file(machine: "Machine", path: str, at: Span, importer: Source) -> Outcome:
    program = machine.program
    if path.endswith((*JAVASCRIPT, *TYPESCRIPT)):
        source = program.sources.get(path)
        if source is not None:
            importer.imports.append(source)
            return source.exports
        source = program.parse(path)
        importer.imports.append(source)
        return required_source(machine, source)
    content = program.read(path)
    whole = Span(path, 0, len(content))
    if not path.endswith(".json"):
        return Text.written(content, whole)
    try:
        return value_of(content, whole)
    except ValueError:
        return Unknown(f"the imported file `{path}` is not valid JSON", at)


def required_source(machine: "Machine", source: Source) -> Evaluation:
    """Evaluates an imported file, whatever the circumstances of who imports it first."""
    fiber = machine.loop.fiber
    kept = fiber.trail, fiber.conditional, fiber.repeated
    notes, loading, here = machine.notes, machine.loading, machine.here_node
    fiber.trail, fiber.conditional, fiber.repeated = None, False, False
    machine.notes, machine.loading = source.notes, True
    try:
        yield evaluated(machine, source)
    finally:
        fiber.trail, fiber.conditional, fiber.repeated = kept
        machine.notes, machine.loading, machine.here_node = notes, loading, here
        source.is_complete = True
    if not notes_known(machine, source):
        machine.notes.unresolved.update(source.notes.unresolved)
    return source.exports


def notes_known(machine: "Machine", source: Source) -> bool:
    """Whether who loads the file now tells its notes anyway, with those of all imports."""
    return machine.loading


def note_export(
    source: Source, owner: Object, key: "str | Unknown", value: Value, node: "Node"
) -> None:
    """Remembers where a file exports a name."""
    if owner is not source.module:
        if isinstance(key, str):
            source.spans.setdefault(key, node.span)
        return
    if key != "exports":
        return
    right = node.field("right")
    if right is not None and right.type == "object":
        for part in right.named:
            name = part.field("key") or part.field("name") or part
            source.spans.setdefault(name.text.strip("'\"`"), part.span)


def missing_import(machine: "Machine", imported: Object, name: str, at: Span) -> Value:
    """A name that an imported file doesn't export: not yet, where files import each other."""
    owner = machine.program.owners.get(id(imported))
    if owner is not None and not owner.is_complete:
        return Unknown(f"`{name}` comes from a file that imports this one", at)
    return plainly(imported.open) if imported.open is not None else UNDEFINED
