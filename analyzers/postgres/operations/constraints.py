"""Operations on constraints and indexes."""

from dataclasses import dataclass

from analyzers.postgres.operations.terms import At, Constraint, Expression, Name


@dataclass(frozen=True, slots=True)
class AddConstraint(At):
    """`again`: a primary key, and the same statement adds another one before."""

    table: Name
    constraint: Constraint
    again: bool = False


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
    """`columns` are the plain columns it leads with; an expression ends them.

    `keys`: all keys in order. `only`: of a partitioned table, not of its partitions. `options`:
    what is said of keys and index besides, such as `DESC`, in their order.
    """

    table: Name
    name: str | None
    columns: tuple[str, ...] = ()
    unique: bool = False
    concurrently: bool = False
    if_not_exists: bool = False
    method: str = "btree"
    predicate: Expression | None = None
    expressions: tuple[Expression, ...] = ()
    includes: tuple[str, ...] = ()
    keys: tuple[str | Expression, ...] = ()
    only: bool = False
    nulls_not_distinct: bool = False
    options: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class AlterIndex(At):
    """ALTER INDEX other than RENAME. `change`: "options", "attach", "statistics", "tablespace"."""

    index: Name
    change: str
    partition: Name | None = None
