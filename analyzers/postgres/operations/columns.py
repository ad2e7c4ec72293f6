"""Operations on the columns of a table."""

from dataclasses import dataclass

from analyzers.postgres.operations.terms import At, Column, Expression, Name, Type


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
    """`type.collation`: the new collation, if the statement names one. `again`: the statement
    changed the column's type already. `dropped`: it drops the column, too, which comes first."""

    table: Name
    column: str
    type: Type
    using: Expression | None = None
    again: bool = False
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class SetNotNull(At):
    """`again`: the same statement drops it first."""

    table: Name
    column: str
    again: bool = False


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


@dataclass(frozen=True, slots=True)
class SetGenerated(At):
    """ADD or SET GENERATED AS IDENTITY ("identity"), SET EXPRESSION ("expression").

    `always` None: the statement doesn't say.
    """

    table: Name
    column: str
    how: str
    add: bool = False
    always: bool | None = None
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class DropGenerated(At):
    """DROP IDENTITY ("identity"), DROP EXPRESSION ("expression")."""

    table: Name
    column: str
    how: str
    if_exists: bool = False
