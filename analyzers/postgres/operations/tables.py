"""Operations on whole tables and partitions."""

from enum import Enum

from analyzers.postgres.operations.terms import At, Column, Constraint, Name
from analyzers.struct import Struct


class CreateTable(At, Struct, frozen=True):
    """`reads`: columns that the query of CREATE TABLE AS names, `*` for all of some table.

    `strategy`: of a partition's bounds, as in AttachPartition; `place`: as in `Table`.
    """

    table: Name
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    if_not_exists: bool = False
    temporary: bool = False
    unlogged: bool = False
    like: tuple[Name, ...] = ()
    inherits: tuple[Name, ...] = ()
    partition_of: Name | None = None
    partition_by: str | None = None
    from_query: bool = False
    sources: frozenset[Name] = frozenset()
    partition_columns: tuple[str, ...] = ()
    default_partition: bool = False
    like_options: frozenset[str] = frozenset()
    with_data: bool = True
    reads: frozenset[str] = frozenset()
    strategy: str | None = None
    place: tuple[str | None, ...] = ()


class DropTable(At, Struct, frozen=True):
    """`together`: all tables that the statement names, `table` included."""

    table: Name
    if_exists: bool = False
    cascade: bool = False
    together: frozenset[Name] = frozenset()


class RenameTable(At, Struct, frozen=True):
    table: Name
    to: str


class Truncate(At, Struct, frozen=True):
    """`together`: all tables that the statement names, `table` included."""

    table: Name
    cascade: bool = False
    restart_identity: bool = False
    together: frozenset[Name] = frozenset()


class TableChange(Enum):
    """Changes of a table that only its locks and its copying tell apart."""

    OWNER = "OWNER TO"
    STORAGE_PARAMETERS = "SET or RESET of storage parameters"
    STATISTICS = "SET STATISTICS"
    COLUMN_OPTIONS = "SET or RESET of column options"
    COLUMN_STORAGE = "SET STORAGE"
    COMPRESSION = "SET COMPRESSION"
    LOGGED = "SET LOGGED"
    UNLOGGED = "SET UNLOGGED"
    TABLESPACE = "SET TABLESPACE"
    ACCESS_METHOD = "SET ACCESS METHOD"
    REPLICA_IDENTITY = "REPLICA IDENTITY"
    ENABLE_TRIGGER = "ENABLE TRIGGER"
    DISABLE_TRIGGER = "DISABLE TRIGGER"
    RULE = "ENABLE or DISABLE RULE"
    ENABLE_ROW_SECURITY = "ENABLE ROW LEVEL SECURITY"
    DISABLE_ROW_SECURITY = "DISABLE ROW LEVEL SECURITY"
    FORCE_ROW_SECURITY = "FORCE ROW LEVEL SECURITY"
    NO_FORCE_ROW_SECURITY = "NO FORCE ROW LEVEL SECURITY"
    CLUSTER_ON = "CLUSTER ON"
    WITHOUT_CLUSTER = "SET WITHOUT CLUSTER"
    INHERIT = "INHERIT"
    NO_INHERIT = "NO INHERIT"
    ALTER_CONSTRAINT = "ALTER CONSTRAINT"
    OF_TYPE = "OF or NOT OF"
    WITHOUT_OIDS = "SET WITHOUT OIDS"
    FOREIGN_OPTIONS = "OPTIONS"


class ChangeTable(At, Struct, frozen=True):
    """`subject`: the trigger, constraint, column or storage parameters it concerns, if any.

    `other`: the parent of INHERIT and NO INHERIT. `options`: the parameters that SET gives a
    value and RESET none; of triggers, "user" where those of foreign keys are left out.
    `guarded`: one of the commands beside it takes SHARE ROW EXCLUSIVE. `again`: one before it says
    whether the table is logged, too.
    """

    table: Name
    change: TableChange
    subject: str | None = None
    other: Name | None = None
    options: tuple[tuple[str, str | None], ...] = ()
    guarded: bool = False
    again: bool = False


class AttachPartition(At, Struct, frozen=True):
    """`default`: as DEFAULT partition. `strategy`: of its bounds: "range", "list", "hash".

    `bounds`: the constants in them; None for what isn't one. `place`: as in `Table`.
    """

    table: Name
    partition: Name
    default: bool = False
    strategy: str | None = None
    bounds: tuple[str | None, ...] = ()
    place: tuple[str | None, ...] = ()


class DetachPartition(At, Struct, frozen=True):
    table: Name
    partition: Name
    concurrently: bool = False
