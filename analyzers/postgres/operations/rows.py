"""Operations on rows: queries and changes of data."""

from typing import NamedTuple

from analyzers.postgres.operations.terms import At, Expression, Name, Type


class Given(NamedTuple):
    """What a row gives to a column, called by its name or place: a value of the type `kind`, or
    that of another `column` of `table`. `bare`: a constant that no cast makes of that type."""

    to: str | int
    kind: Type | None = None
    column: str = ""
    table: Name | None = None
    bare: bool = False


class Insert(At, frozen=True):
    """`sources`: tables it selects from; empty for constant rows.

    `conflict`: the columns of ON CONFLICT (…). `literals`: texts of string literals in it.
    `guarded`: rows that are there already are no error (ON CONFLICT). `listed`: its rows are
    written out, as by VALUES. `where`: which rows its query takes. `limited`: a LIMIT is in it.
    `given`: the columns that get anything but DEFAULT; `overriding`: OVERRIDING SYSTEM VALUE or
    USER VALUE. `reads`: columns that its query names, `*` for all of some table. `widths`: how
    many values the rows have that are written out. `gives`: what the text tells of its values.
    """

    table: Name
    columns: tuple[str, ...] = ()
    sources: frozenset[Name] = frozenset()
    conflict: tuple[str, ...] = ()
    literals: frozenset[str] = frozenset()
    guarded: bool = False
    listed: bool = False
    where: Expression | None = None
    limited: bool = False
    given: frozenset[str] = frozenset()
    overriding: bool = False
    reads: frozenset[str] = frozenset()
    widths: frozenset[int] = frozenset()
    gives: frozenset[Given] = frozenset()


class Update(At, frozen=True):
    """`values`: for each of `columns` the constant it is set to; None where it is none.

    `reads`: columns that the new values are made from. `limited`: a LIMIT is somewhere in it.
    `given`: those of `columns` that get anything but DEFAULT. `gives`: what the text tells of the
    values.
    """

    table: Name
    columns: tuple[str, ...] = ()
    where: Expression | None = None
    sources: frozenset[Name] = frozenset()
    literals: frozenset[str] = frozenset()
    values: tuple[str | None, ...] = ()
    reads: frozenset[str] = frozenset()
    limited: bool = False
    given: frozenset[str] = frozenset()
    gives: frozenset[Given] = frozenset()


class Delete(At, frozen=True):
    """`limited`: a LIMIT is somewhere in it."""

    table: Name
    where: Expression | None = None
    sources: frozenset[Name] = frozenset()
    literals: frozenset[str] = frozenset()
    limited: bool = False


class Merge(At, frozen=True):
    table: Name
    sources: frozenset[Name] = frozenset()


class Copy(At, frozen=True):
    """COPY. `writes`: COPY … FROM."""

    table: Name
    writes: bool = True


class Select(At, frozen=True):
    """`locking`: FOR UPDATE, FOR SHARE and their like. `functions`: those it calls.

    `columns`: of a query of a single table, those that it names; `filtered`: it has conditions.
    """

    sources: frozenset[Name] = frozenset()
    functions: frozenset[str] = frozenset()
    locking: bool = False
    literals: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    filtered: bool = False
