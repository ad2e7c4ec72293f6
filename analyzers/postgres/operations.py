"""What a migration does to a database: PostgreSQL's statements as a small closed set.

The parser's tree has some 250 kinds of nodes. Everything after it sees these few instead. Each
operation knows the part of the SQL text that asks for it (`start`, `end`, in characters of its
statement's text), so that a finding can stand on the source of just that part.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """A possibly qualified name, spelt as PostgreSQL stores it (unquoted names lower-cased)."""

    name: str
    schema: str | None = None

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True, slots=True)
class Range:
    """Characters `start` up to, not including, `end` of the statement's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Type:
    """A data type under its name in PostgreSQL's catalogue (`int4`, `varchar`, `timestamptz`)."""

    name: str
    modifiers: tuple[int, ...] = ()
    array: bool = False
    schema: str | None = None


class Volatility(Enum):
    """How often an expression must be computed: once for good, once a statement, once a row."""

    IMMUTABLE = "immutable"
    STABLE = "stable"
    VOLATILE = "volatile"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Expression:
    """An SQL expression: its text, the columns and functions it names."""

    sql: str
    columns: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    constant: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """The far end of a foreign key. No `columns`: the primary key of `table`."""

    table: Name
    columns: tuple[str, ...] = ()
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"
    at: Range | None = None
    on_delete_at: Range | None = None


class ConstraintKind(Enum):
    CHECK = "check"
    FOREIGN_KEY = "foreign key"
    PRIMARY_KEY = "primary key"
    UNIQUE = "unique"
    EXCLUDE = "exclude"
    NOT_NULL = "not null"


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint on one or several columns of a table.

    `name` is None where the statement gives none and PostgreSQL makes one up. `using_index`
    names the ready-made index of ADD CONSTRAINT … USING INDEX. `valid` is False for NOT VALID.
    """

    kind: ConstraintKind
    columns: tuple[str, ...] = ()
    name: str | None = None
    reference: Reference | None = None
    check: Expression | None = None
    using_index: str | None = None
    valid: bool = True
    at: Range = Range(0, 0)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as CREATE TABLE or ADD COLUMN describes it.

    `constraints` are those written at the column, NOT NULL and DEFAULT aside.
    `generated`: "stored", "virtual", or "identity". serial types come as they are written.
    """

    name: str
    type: Type
    not_null: bool = False
    default: Expression | None = None
    generated: str | None = None
    constraints: tuple[Constraint, ...] = ()
    at: Range = Range(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """What every operation has: the range of SQL text that asks for it.

    `conditional`: behind a condition of the statement itself, as in a DO block.
    """

    at: Range = Range(0, 0)
    conditional: bool = False


# Tables ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CreateTable(At):
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


@dataclass(frozen=True, slots=True)
class DropTable(At):
    table: Name
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RenameTable(At):
    table: Name
    to: str


@dataclass(frozen=True, slots=True)
class Truncate(At):
    table: Name
    cascade: bool = False
    restart_identity: bool = False


# Columns -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AddColumn(At):
    table: Name
    column: Column
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropColumn(At):
    table: Name
    column: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RenameColumn(At):
    table: Name
    column: str
    to: str


@dataclass(frozen=True, slots=True)
class AlterColumnType(At):
    table: Name
    column: str
    type: Type
    using: Expression | None = None


@dataclass(frozen=True, slots=True)
class SetNotNull(At):
    table: Name
    column: str


@dataclass(frozen=True, slots=True)
class DropNotNull(At):
    table: Name
    column: str


@dataclass(frozen=True, slots=True)
class SetDefault(At):
    table: Name
    column: str
    default: Expression


@dataclass(frozen=True, slots=True)
class DropDefault(At):
    table: Name
    column: str


# Constraints and indexes -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AddConstraint(At):
    table: Name
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class ValidateConstraint(At):
    table: Name
    constraint: str


@dataclass(frozen=True, slots=True)
class DropConstraint(At):
    table: Name
    constraint: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RenameConstraint(At):
    table: Name
    constraint: str
    to: str


@dataclass(frozen=True, slots=True)
class CreateIndex(At):
    """`columns` are the plain columns it leads with; an expression ends them."""

    table: Name
    name: str | None
    columns: tuple[str, ...] = ()
    unique: bool = False
    concurrently: bool = False
    if_not_exists: bool = False
    method: str = "btree"
    predicate: Expression | None = None
    expressions: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class DropIndex(At):
    index: Name
    concurrently: bool = False
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RenameIndex(At):
    index: Name
    to: str


# Rows --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Insert(At):
    """`sources`: tables it selects from; empty for constant rows."""

    table: Name
    columns: tuple[str, ...] = ()
    sources: frozenset[Name] = frozenset()


@dataclass(frozen=True, slots=True)
class Update(At):
    table: Name
    columns: tuple[str, ...] = ()
    where: Expression | None = None
    sources: frozenset[Name] = frozenset()


@dataclass(frozen=True, slots=True)
class Delete(At):
    table: Name
    where: Expression | None = None
    sources: frozenset[Name] = frozenset()


@dataclass(frozen=True, slots=True)
class Select(At):
    """`locking`: FOR UPDATE, FOR SHARE and their like. `functions`: those it calls."""

    sources: frozenset[Name] = frozenset()
    functions: frozenset[str] = frozenset()
    locking: bool = False


# Everything else ---------------------------------------------------------------------------


class Scope(Enum):
    """How long a setting lasts."""

    SESSION = "session"
    TRANSACTION = "transaction"


@dataclass(frozen=True, slots=True)
class SetSetting(At):
    """SET and set_config(). `value` None: RESET, or SET … TO DEFAULT."""

    setting: str
    value: str | None
    scope: Scope = Scope.SESSION


class TransactionVerb(Enum):
    BEGIN = "begin"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    SAVEPOINT = "savepoint"
    RELEASE = "release"
    ROLLBACK_TO = "rollback to"


@dataclass(frozen=True, slots=True)
class ControlTransaction(At):
    verb: TransactionVerb
    savepoint: str | None = None


@dataclass(frozen=True, slots=True)
class LockTable(At):
    table: Name
    mode: str


class ObjectKind(Enum):
    """Objects that are only made, changed and dropped as a whole."""

    SCHEMA = "schema"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized view"
    SEQUENCE = "sequence"
    ENUM = "enum type"
    DOMAIN = "domain"
    COMPOSITE = "composite type"
    TYPE = "type"
    FUNCTION = "function"
    TRIGGER = "trigger"
    POLICY = "policy"
    RULE = "rule"
    EXTENSION = "extension"
    ROLE = "role"
    DATABASE = "database"
    PUBLICATION = "publication"
    STATISTICS = "statistics"


@dataclass(frozen=True, slots=True)
class CreateObject(At):
    """`table`: the table that a trigger, policy or rule belongs to."""

    kind: ObjectKind
    name: Name
    if_not_exists: bool = False
    or_replace: bool = False
    table: Name | None = None
    labels: tuple[str, ...] = ()
    sources: frozenset[Name] = frozenset()


@dataclass(frozen=True, slots=True)
class DropObject(At):
    kind: ObjectKind
    name: Name
    if_exists: bool = False
    cascade: bool = False
    table: Name | None = None


@dataclass(frozen=True, slots=True)
class AddEnumValue(At):
    type: Name
    value: str
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class Opaque(At):
    """A statement that is not modelled yet. `kind` is PostgreSQL's name of it (`CLUSTER`)."""

    kind: str
    tables: frozenset[Name] = frozenset()


Operation: TypeAlias = (
    CreateTable
    | DropTable
    | RenameTable
    | Truncate
    | AddColumn
    | DropColumn
    | RenameColumn
    | AlterColumnType
    | SetNotNull
    | DropNotNull
    | SetDefault
    | DropDefault
    | AddConstraint
    | ValidateConstraint
    | DropConstraint
    | RenameConstraint
    | CreateIndex
    | DropIndex
    | RenameIndex
    | Insert
    | Update
    | Delete
    | Select
    | SetSetting
    | ControlTransaction
    | LockTable
    | CreateObject
    | DropObject
    | AddEnumValue
    | Opaque
)
