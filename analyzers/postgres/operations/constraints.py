"""Operations on constraints and indexes."""

from analyzers.postgres.operations.terms import At, Constraint, Expression, Name


class AddConstraint(At, frozen=True):
    """`again`: a primary key, and the same statement adds another one before. `repeated`: a UNIQUE,
    and the same statement adds just such a key, too."""

    table: Name
    constraint: Constraint
    again: bool = False
    repeated: bool = False


class ValidateConstraint(At, frozen=True):
    table: Name
    constraint: str


class DropConstraint(At, frozen=True):
    table: Name
    constraint: str
    if_exists: bool = False
    cascade: bool = False


class RenameConstraint(At, frozen=True):
    table: Name
    constraint: str
    to: str


class CreateIndex(At, frozen=True):
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


class DropIndex(At, frozen=True):
    index: Name
    concurrently: bool = False
    if_exists: bool = False
    cascade: bool = False


class RenameIndex(At, frozen=True):
    index: Name
    to: str


class AlterIndex(At, frozen=True):
    """ALTER INDEX other than RENAME. `change`: "options", "attach", "statistics", "tablespace".

    `to`: the tablespace.
    """

    index: Name
    change: str
    partition: Name | None = None
    to: str | None = None
