"""The parts that operations are made of: names, types, expressions, constraints, columns."""

from enum import Enum
from typing import NamedTuple

from analyzers.struct import Struct


class Name(NamedTuple):
    """A possibly qualified name, spelt as PostgreSQL stores it (unquoted names lower-cased)."""

    name: str
    schema: str | None = None

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


class Spelling(str):
    """SQL without its comments and white space: what differs from it may yet mean the same."""

    __slots__ = ()


UNTOLD = Spelling()


class Range(NamedTuple):
    """Characters `start` up to, not including, `end` of the statement's text."""

    start: int
    end: int


NOWHERE = Range(0, 0)


class Type(Struct, frozen=True):
    """A data type under its name in PostgreSQL's catalogue (`int4`, `varchar`, `timestamptz`).

    `collation`: what a COLLATE beside it says.
    """

    name: str
    modifiers: tuple[int, ...] = ()
    array: bool = False
    schema: str | None = None
    collation: str | None = None

    def __str__(self) -> str:
        modifiers = f"({','.join(map(str, self.modifiers))})" if self.modifiers else ""
        schema = f"{self.schema}." if self.schema else ""
        return f"{schema}{self.name}{modifiers}{'[]' if self.array else ''}"


UNKNOWN_TYPE = Type("unknown")
"""That of a string literal, until it is known what for."""


class Volatility(Enum):
    """How often an expression must be computed: once for good, once a statement, once a row."""

    IMMUTABLE = "immutable"
    STABLE = "stable"
    VOLATILE = "volatile"
    UNKNOWN = "unknown"


class Expression(Struct, frozen=True):
    """An SQL expression: its text, the columns and functions it names.

    Functions are spelt in lower case, those of `pg_catalog` without it; CURRENT_TIMESTAMP and its
    kin count as functions. `constant`: nothing but literals and casts of them. `null`: just NULL.
    `proves_not_null`: columns that cannot be NULL where it is true. `cast`: it is nothing but
    this column, cast to this type. `compares`: columns that have to equal a constant, or one of
    several. `label`: what PostgreSQL would call it as a column of a result. `literals`: the texts
    of its string literals. `queries`: another query is in it. `gives`: its type, where its text
    alone tells that. `literal`: the text of the string literal that it is, cast or not.
    """

    sql: str
    columns: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    constant: bool = False
    null: bool = False
    proves_not_null: frozenset[str] = frozenset()
    cast: "tuple[str, Type] | None" = None
    compares: frozenset[str] = frozenset()
    label: str = ""
    literals: frozenset[str] = frozenset()
    tables: frozenset[Name] = frozenset()
    queries: bool = False
    gives: Type | None = None
    literal: str | None = None


class Reference(Struct, frozen=True):
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


class Constraint(Struct, frozen=True):
    """A constraint on one or several columns of a table.

    `name` is None where the statement gives none and PostgreSQL makes one up. `using_index`
    names the ready-made index of ADD CONSTRAINT … USING INDEX. `valid` is False for NOT VALID.
    `method`: the access method of EXCLUDE. `copies`: the names that PostgreSQL 12 to 17 give to
    those of a foreign key at a partitioned table, by the partition that each is for.
    """

    kind: ConstraintKind
    columns: tuple[str, ...] = ()
    name: str | None = None
    reference: Reference | None = None
    check: Expression | None = None
    using_index: str | None = None
    valid: bool = True
    at: Range = NOWHERE
    enforced: bool = True
    deferrable: bool = False
    no_inherit: bool = False
    nulls_not_distinct: bool = False
    includes: tuple[str, ...] = ()
    method: str | None = None
    copies: tuple[tuple[Name, str], ...] = ()


COMPUTED = ("stored", "virtual")
"""How a column is `generated` whose value PostgreSQL works out itself."""


class Column(Struct, frozen=True):
    """A column as CREATE TABLE or ADD COLUMN describes it.

    `constraints` are those written at the column, NOT NULL and DEFAULT aside.
    `generated`: "stored", "virtual" (by `expression`), or "identity". `always`: an identity that
    takes no values of anybody else's. serial types come as they are written. `not_null_name`,
    `not_null_alone`: the name of its NOT NULL, and whether that says NO INHERIT.
    """

    name: str
    type: Type
    not_null: bool = False
    default: Expression | None = None
    generated: str | None = None
    constraints: tuple[Constraint, ...] = ()
    at: Range = NOWHERE
    expression: Expression | None = None
    not_null_name: str | None = None
    not_null_alone: bool = False
    always: bool = False


class At(Struct, frozen=True, kw_only=True):
    """What every operation has: the range of SQL text that asks for it.

    `conditional`: behind a condition of the statement itself, as in a DO block. `lenient`: ALTER
    TABLE IF EXISTS and its kin, which do nothing where their table is missing. `alone`: ALTER
    TABLE ONLY, which leaves partitions and heirs out. `beside`: a command of an ALTER TABLE that
    takes ACCESS EXCLUSIVE for one of its commands; the strongest lock is that of all.
    """

    at: Range = NOWHERE
    conditional: bool = False
    lenient: bool = False
    alone: bool = False
    beside: bool = False
