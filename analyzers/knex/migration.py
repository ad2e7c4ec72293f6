"""A migration: one file, what it exports, and what its `up` and `down` would do."""

from collections.abc import Mapping
from posixpath import basename

from analyzers.findings import Direction
from analyzers.javascript import machine
from analyzers.javascript.machine import INHERITED
from analyzers.javascript.modules import Export, Module, Program
from analyzers.javascript.values import Object
from analyzers.knex.builder import Connection
from analyzers.knex.execution import Database, Execution
from analyzers.knex.knex import Knex, Package, Transactions
from analyzers.knex.release import LATEST, Release
from analyzers.source import SourceTree
from analyzers.struct import Struct


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
    if getattr(migration, direction.value) is None:
        return Execution(direction)
    in_transaction = migration.uses_transaction(disabled=disable_transactions)
    knex = Knex(Connection(release, INHERITED), Transactions())
    return machine.run(
        migration.module,
        direction,
        [knex],
        database=database,
        transaction=0 if in_transaction else None,
    )


def _transaction(module: Module) -> bool | None:
    config = module.exports.get("config")
    if config is None or not isinstance(config.value, Object):
        return None
    said = config.value.properties.get("transaction")
    return said if isinstance(said, bool) else None
