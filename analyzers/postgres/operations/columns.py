"""Operations on the columns of a table."""

from analyzers.postgres.operations.terms import At, Column, Expression, Name, Type


class AddColumn(At, frozen=True):
    table: Name
    column: Column
    if_not_exists: bool = False


class DropColumn(At, frozen=True):
    table: Name
    column: str
    if_exists: bool = False
    cascade: bool = False


class RenameColumn(At, frozen=True):
    table: Name
    column: str
    to: str


class AlterColumnType(At, frozen=True):
    """`type.collation`: the new collation, if the statement names one. `again`: the statement
    changed the column's type already. `dropped`: it drops the column, too, which comes first."""

    table: Name
    column: str
    type: Type
    using: Expression | None = None
    again: bool = False
    dropped: bool = False


class SetNotNull(At, frozen=True):
    """`again`: the same statement drops it first."""

    table: Name
    column: str
    again: bool = False


class DropNotNull(At, frozen=True):
    """`dropped`: the same statement drops the column, too."""

    table: Name
    column: str
    dropped: bool = False


class SetDefault(At, frozen=True):
    table: Name
    column: str
    default: Expression


class DropDefault(At, frozen=True):
    """`dropped`: the same statement drops the column, too."""

    table: Name
    column: str
    dropped: bool = False


class SetGenerated(At, frozen=True):
    """ADD or SET GENERATED AS IDENTITY ("identity"), SET EXPRESSION ("expression").

    `always` None: the statement doesn't say.
    """

    table: Name
    column: str
    how: str
    add: bool = False
    always: bool | None = None
    expression: Expression | None = None


class DropGenerated(At, frozen=True):
    """DROP IDENTITY ("identity"), DROP EXPRESSION ("expression").

    `dropped`: the same statement drops the column, too.
    """

    table: Name
    column: str
    how: str
    if_exists: bool = False
    dropped: bool = False
