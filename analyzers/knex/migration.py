"""A migration: one file, what it exports, and what its `up` and `down` would do."""

from collections.abc import Mapping
from posixpath import basename

from analyzers.findings import Direction
from analyzers.javascript import machine
from analyzers.javascript.builtins.global_names import GLOBALS
from analyzers.javascript.machine import INHERITED
from analyzers.javascript.modules import Export, Module, Program
from analyzers.javascript.syntax import Node
from analyzers.javascript.values import Function, Object, Value
from analyzers.knex.builder import Connection
from analyzers.knex.execution import Database, Execution, Habit, Observation
from analyzers.knex.knex import Knex, Package, Transactions
from analyzers.knex.release import LATEST, Release
from analyzers.source import SourceTree
from analyzers.struct import Struct, replace


class Migration(Struct, frozen=True):
    """One loaded migration. `name` is what Knex records: the file's name with its extension.

    `transaction` is what its `config` says about running in one; None where it says nothing.
    """

    path: str
    module: Module
    up: Export | None
    down: Export | None
    transaction: bool | None = None

    @property
    def name(self) -> str:
        return basename(self.path)

    def uses_transaction(self, *, disabled: bool = False) -> bool:
        """Whether it runs in a transaction, where the knexfile may have `disabled` them."""
        return not disabled if self.transaction is None else self.transaction


def load(
    tree: SourceTree,
    path: str,
    *,
    release: Release = LATEST,
    environment: Mapping[str, str] | None = None,
    program: Program | None = None,
) -> Migration:
    """Reads a migration. Raises what `analyzers.javascript.machine.load` raises.

    Who reads many migrations of one tree gives each the same `program_for` the tree: what
    they import is then read once.
    """
    module = machine.load(
        tree, path, program=program or program_for(tree, release=release, environment=environment)
    )
    exports = module.exports
    return Migration(path, module, exports.get("up"), exports.get("down"), _transaction(module))


def program_for(
    tree: SourceTree,
    *,
    release: Release = LATEST,
    environment: Mapping[str, str] | None = None,
) -> Program:
    """What the migrations of a tree share."""
    return Program(tree, environment, {"knex": Package(release)})


def execute(
    migration: Migration,
    direction: Direction,
    database: Database,
    *,
    release: Release = LATEST,
    disable_transactions: bool = False,
) -> Execution:
    """Everything that one direction would do to `database`; nothing where it is not exported."""
    export: Export | None = getattr(migration, direction.value)
    if export is None:
        return Execution(direction)
    in_transaction = migration.uses_transaction(disabled=disable_transactions)
    knex = Knex(Connection(release, INHERITED), Transactions())
    parameter = _promise(export.value)
    ran = machine.run(
        migration.module,
        direction,
        [knex] if parameter is None else [knex, GLOBALS["Promise"]],
        database=database,
        transaction=0 if in_transaction else None,
    )
    if parameter is None:
        return ran
    seen = Observation(Habit.NOT_PASSED, parameter.span, parameter.text)
    return replace(ran, observations=(*ran.observations, seen))


def _promise(function: Value) -> Node | None:
    """The second parameter, by which Knex before 0.95 passed a library's `Promise`, if it is used.

    Migrations of those days have run. They are followed as they ran.
    """
    parameters = function.node.field("parameters") if isinstance(function, Function) else None
    second = parameters.named[1:2] if parameters is not None else []
    named = (second[0].field("pattern") or second[0]) if second else None
    if named is None or named.text != "Promise" or not isinstance(function, Function):
        return None
    inside = function.node.the("body").descendants()
    used = any(one.type == "identifier" and one.text == "Promise" for one in inside)
    return named if used else None


def _transaction(module: Module) -> bool | None:
    config = module.exports.get("config")
    if config is None or not isinstance(config.value, Object):
        return None
    said = config.value.properties.get("transaction")
    return said if isinstance(said, bool) else None
