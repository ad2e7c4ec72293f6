"""The files of a program: loading them, and what each one exports."""

from collections.abc import Mapping

from analyzers.javascript.syntax import Node, Problem, Tree
from analyzers.javascript.values import Class, Function, Object, Value
from analyzers.knex.execution import Observation, Unresolved
from analyzers.source import Entry, SourceFile, SourceTree, Span, UnreadableFile
from analyzers.struct import Struct, field

MOST_STEPS = 600_000
"""How many steps one file's top level or one direction may take: about a second."""


class Export(Struct, frozen=True):
    """One name that a module exports. `span` is where it does so.

    `does_nothing`: it is a function whose body is empty but for comments, a bare return or
    a resolved promise.
    """

    name: str
    span: Span
    value: Value
    does_nothing: bool = False


class Module(Struct, frozen=True):
    """One evaluated file. `problems` are its syntax errors; `unresolved` and `observations`
    what evaluating its top level, and that of all it imports, met."""

    file: SourceFile
    exports: Mapping[str, Export]
    program: "Program"
    problems: tuple[Problem, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    observations: tuple[Observation, ...] = ()
    throws: Span | None = None

    def files(self) -> tuple[str, ...]:
        """The paths of the file and of all that it imports."""
        source = self.program.sources[self.file.path]
        return tuple(each.file.path for each in everything(source))

    def tokens(self) -> tuple[str, ...]:
        """The code without its formatting and comments."""
        return self.program.sources[self.file.path].tree.tokens()

    def comments(self) -> tuple[Span, ...]:
        """The comments of the file itself."""
        return self.program.sources[self.file.path].tree.comments()


class Notes(Struct, eq=False):
    """What was met that the caller has to know, each place once."""

    unresolved: dict[Unresolved, None] = field(default_factory=dict)
    observations: dict[Observation, None] = field(default_factory=dict)


class Source(Struct, eq=False):
    """A file while its program is evaluated.

    `module` is CommonJS's object of that name: what `exports` holds in the end is exported.
    """

    tree: Tree
    file: SourceFile
    module: Object
    notes: Notes = field(default_factory=Notes)
    spans: dict[str, Span] = field(default_factory=dict)
    imports: "list[Source]" = field(default_factory=list)
    is_complete: bool = False
    throws: Span | None = None

    @property
    def exports(self) -> Value:
        return self.module.properties["exports"]


class Program:
    """All files that are evaluated together, and what surrounds them.

    Several migrations of one tree share a program, and with it the helpers they import. `steps`
    is the budget of each evaluation.
    """

    def __init__(
        self,
        tree: SourceTree,
        environment: Mapping[str, str] | None = None,
        packages: Mapping[str, Value] | None = None,
        steps: int = MOST_STEPS,
    ) -> None:
        self.tree = tree
        self.environment = environment or {}
        self.packages = packages or {}
        self.steps = steps
        self.sources: dict[str, Source] = {}
        self.owners: dict[int, Source] = {}
        self._entries: Mapping[str, Entry] | None = None
        self.resolved: dict[tuple[str, str], str | None] = {}

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every path of the tree."""
        if self._entries is None:
            self._entries = self.tree.entries()
        return self._entries

    def parse(self, path: str) -> Source:
        """Reads and parses a file; raises `UnreadableFile` and `TooLarge`."""
        file = SourceFile(path, self.read(path))
        exports, module = Object(), Object()
        module.properties["exports"] = exports
        source = Source(Tree(file), file, module)
        self.sources[path] = source
        self.owners[id(exports)] = source
        self.owners[id(module)] = source
        return source

    def read(self, path: str) -> str:
        """A file's text, without a byte order mark; raises `UnreadableFile`."""
        try:
            return self.tree.read(path).decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise UnreadableFile(path, "it is not UTF-8 text") from error


def everything(source: Source) -> list[Source]:
    """A file and all that it imports, directly or not, each once."""
    found: dict[int, Source] = {}
    pending = [source]
    while pending:
        next_source = pending.pop()
        if id(next_source) not in found:
            found[id(next_source)] = next_source
            pending.extend(reversed(next_source.imports))
    return list(found.values())


def module_of(program: Program, source: Source, exports: Mapping[str, Value]) -> Module:
    """What a file turned out to be."""
    sources = everything(source)
    return Module(
        source.file,
        {name: export_of(source, name, value) for name, value in exports.items()},
        program,
        source.tree.problems(),
        tuple(note for each in sources for note in each.notes.unresolved),
        tuple(note for each in sources for note in each.notes.observations),
        source.throws,
    )


def export_of(source: Source, name: str, value: Value) -> Export:
    span = source.spans.get(name) or source.file.whole()
    if name not in source.spans and isinstance(value, (Function, Class)):
        span = value.span if value.span.path == source.file.path else span
    return Export(name, span, value, isinstance(value, Function) and does_nothing(value.node))


NOTHING = frozenset(
    {"undefined", "null", "Promise.resolve()", "Promise.resolve(null)", "Promise.resolve(true)",
     "Promise.resolve(undefined)", "true", "false", "({})", "void0", "[]", "{}"}
)  # fmt: skip
"""What has no effect, without its white space."""

QUIET_STATEMENTS = ("return_statement", "empty_statement", "comment", "debugger_statement")


def does_nothing(function: Node) -> bool:
    """Whether a function's body is empty but for what has no effect."""
    body = function.field("body")
    if body is None:
        return False
    if body.type != "statement_block":
        return is_nothing(body)
    return all(quiet(statement) for statement in body.named)


def quiet(statement: Node) -> bool:
    if statement.type == "expression_statement" and statement.named:
        inner = statement.named[0]
        return inner.type == "string" or (inner.type == "await_expression" and is_nothing(inner))
    if statement.type not in QUIET_STATEMENTS:
        return False
    return not statement.named or is_nothing(statement.named[0])


def is_nothing(expression: Node) -> bool:
    return "".join(expression.text.removeprefix("await ").split()) in NOTHING
