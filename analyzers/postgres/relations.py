"""What a schema holds: tables with all that belongs to them, views, types, functions, sequences."""

import hashlib
from enum import Enum
from functools import cached_property

from analyzers.postgres.content import canonical
from analyzers.postgres.operations import (
    UNTOLD,
    Constraint,
    ConstraintKind,
    Expression,
    Name,
    ObjectKind,
    Spelling,
    Type,
    Volatility,
)
from analyzers.struct import Struct, names, replace

# Where temporary tables live; PostgreSQL looks there first.
TEMPORARY = "pg_temp"


class Rows(Enum):
    """What a table may hold: nothing, rows that migrations wrote as constants, or anything."""

    NONE = "none"
    CONSTANT = "constant"
    UNKNOWN = "unknown"


class TableColumn(Struct, frozen=True):
    """A column of a table. `type` None: the history doesn't tell.

    `not_null` and `has_default` None: the history doesn't tell. `generated`: "stored", "virtual"
    or "identity". `sequence`: what a serial or identity column owns. `always`: an identity that
    takes no values of anybody else's.
    """

    name: str
    type: Type | None = None
    not_null: bool | None = False
    default: Expression | None = None
    has_default: bool | None = False
    generated: str | None = None
    sequence: Name | None = None
    inherited: bool = False
    always: bool = False


class Index(Struct, frozen=True):
    """An index. `columns` are the plain columns it leads with; an expression ends them.

    `uses`: every column that keys, INCLUDE, expressions and predicate name. `constraint`: it
    belongs to the PRIMARY KEY, UNIQUE or EXCLUDE constraint of its name. `options`: what was
    said of its keys and of itself besides. `attached`: it belongs to one of the partitioned table
    above.
    """

    name: str
    columns: tuple[str, ...] = ()
    unique: bool = False
    method: str = "btree"
    predicate: Expression | None = None
    expressions: tuple[Expression, ...] = ()
    uses: frozenset[str] = frozenset()
    includes: tuple[str, ...] = ()
    constraint: bool = False
    valid: bool | None = True
    options: tuple[str, ...] = ()
    attached: bool = False


class Trigger(Struct, frozen=True):
    """A trigger. `below`: what it is called on partitions, where that is another name."""

    name: str
    function: Name | None = None
    update_of: frozenset[str] = frozenset()
    definition: Spelling = UNTOLD
    for_each_row: bool = True
    below: tuple[tuple[Name, str], ...] = ()

    def on(self, partition: Name) -> str:
        """Its name on a partition."""
        return dict(self.below).get(partition, self.name)

    def following(self, old: Name, new: Name) -> "Trigger":
        """The same after a partition has another name."""
        if all(name != old for name, _ in self.below):
            return self
        below = ((new if name == old else name, called) for name, called in self.below)
        return replace(self, below=tuple(below))

    def renamed_on(self, partition: Name, name: str) -> "Trigger":
        kept = tuple(pair for pair in self.below if pair[0] != partition)
        return replace(self, below=(*kept, (partition, name)))


class Policy(Struct, frozen=True):
    """A policy of row level security. `definition` None: it was altered."""

    name: str
    definition: Spelling | None = UNTOLD


class Table(Struct, frozen=True, dict=True, eq=False):
    """A table by its full name.

    `exists` False: it may be missing. `certain` False: only partly known, or touched by a
    statement that may not have run; what it doesn't list, it may have all the same.
    `lacks`: columns that an uncertain table surely doesn't have; `doubtful`: those it lists and
    may not have. `settings`: what was set of the table that isn't any of the others, and how.
    `added`: columns that what is replayed now has added. `unlogged` None: not known. `place`: of
    a partition, its lower bounds (None: MINVALUE), the values of a list, or a hash's modulus and
    remainder; nothing for a DEFAULT one.
    """

    name: Name
    columns: tuple[TableColumn, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    policies: tuple[Policy, ...] = ()
    rules: frozenset[str] = frozenset()
    row_security: bool = False
    partition_by: str | None = None
    partition_columns: tuple[str, ...] = ()
    partition_of: Name | None = None
    default_partition: bool = False
    inherits: tuple[Name, ...] = ()
    temporary: bool = False
    unlogged: bool | None = False
    settings: frozenset[tuple[str, str]] = frozenset()
    exists: bool = True
    certain: bool = True
    lacks: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()
    rows: Rows = Rows.UNKNOWN
    added: frozenset[str] = frozenset()
    place: tuple[str | None, ...] = ()

    def __eq__(self, other: object) -> bool:
        same = isinstance(other, Table)
        return same and all(getattr(self, name) == getattr(other, name) for name in _COMPARED)

    __hash__ = None  # type: ignore[assignment]

    @property
    def new(self) -> bool:
        """Created by what is replayed now, and not filled from other tables since."""
        return self.rows is not Rows.UNKNOWN

    def settled(self) -> "Table":
        """The same table in production: nobody knows what it holds, nothing of it is new."""
        if not self.new and not self.added:
            return self
        return replace(self, rows=Rows.UNKNOWN, added=frozenset())

    def column(self, name: str) -> TableColumn | None:
        for column in self.columns:
            if column.name == name:
                return column
        return None

    def has_column(self, name: str) -> bool | None:
        """None: the history does not tell."""
        if self.column(name) is not None:
            return True if self.certain else self._believes(name)
        return False if self.certain or name in self.lacks else None

    def constraint(self, name: str) -> Constraint | None:
        return next((c for c in self.constraints if c.name == name), None)

    def is_unproven(self, column: str) -> bool:
        """Whether there is a NOT NULL of the column that is NOT VALID."""
        return any(
            c.kind is ConstraintKind.NOT_NULL and not c.valid and column in c.columns
            for c in self.constraints
        )

    def index(self, name: str) -> Index | None:
        return next((index for index in self.indexes if index.name == name), None)

    @property
    def primary_key(self) -> Constraint | None:
        return next((c for c in self.constraints if c.kind is ConstraintKind.PRIMARY_KEY), None)

    @cached_property
    def parents(self) -> frozenset[Name]:
        """The tables of which it is a partition or heir."""
        own = (self.partition_of,) if self.partition_of else ()
        return frozenset((*own, *self.inherits))

    @cached_property
    def targets(self) -> frozenset[Name]:
        """The tables that its foreign keys point at."""
        return frozenset(c.reference.table for c in self.constraints if c.reference)

    @cached_property
    def constraint_names(self) -> frozenset[Name]:
        """The names of its constraints in its namespace, and of those that came along."""
        names = (name for c in self.constraints for name in (c.name, *dict(c.copies).values()))
        return frozenset(Name(name, self.name.schema) for name in names if name)

    @cached_property
    def default_texts(self) -> frozenset[str]:
        """The string constants in its defaults, such as the sequence that one counts by."""
        defaults = (column.default for column in self.columns)
        return frozenset(text for default in defaults if default for text in default.literals)

    @cached_property
    def digest(self) -> bytes:
        return hashlib.sha256(canonical(self)).digest()

    def _believes(self, name: str) -> bool | None:
        return None if name in self.doubtful else True


_COMPARED = tuple(name for name in names(Table) if name != "added")


def unknown(name: Name) -> Table:
    """A table of which nothing is known."""
    return Table(name, unlogged=None, certain=False)


class View(Struct, frozen=True):
    """A view or materialized view.

    `sources`: full names of what it reads. `reads`: columns that its query names, `*` for all of
    some table. `outputs` None: its columns are not known. `definition`: its query, with the
    columns that each `*` stood for; None: not known. `renamed`: what it names has other names
    since, which its text doesn't know.
    """

    name: Name
    sources: frozenset[Name] = frozenset()
    reads: frozenset[str] = frozenset({"*"})
    outputs: tuple[str, ...] | None = None
    materialized: bool = False
    indexes: tuple[Index, ...] = ()
    exists: bool = True
    definition: Spelling | None = UNTOLD
    renamed: tuple[tuple[str, str], ...] = ()

    def following(self, old: str, new: str) -> tuple[tuple[str, str], ...]:
        """`renamed` after one more name, which may be the way back of the last."""
        if self.renamed[-1:] == ((new, old),):
            return self.renamed[:-1]
        return (*self.renamed, (old, new))


class DefinedType(Struct, frozen=True):
    """An enum, domain or composite type. `definition`: of any other than an enum or domain."""

    name: Name
    kind: ObjectKind
    labels: tuple[str, ...] = ()
    base: Type | None = None
    checks: tuple[Constraint, ...] = ()
    not_null: bool = False
    default: Expression | None = None
    definition: Spelling = UNTOLD


class Function(Struct, frozen=True):
    """The functions of one name. `overloads`: the text of each by the types of its arguments.

    `volatility` and `returns` are those of the last that was made.
    """

    name: Name
    volatility: Volatility = Volatility.VOLATILE
    returns: Type | None = None
    overloads: tuple[tuple[tuple[Type, ...], str], ...] = ()


class Sequence(Struct, frozen=True):
    """`owner`: the table and column whose end is its end. `options`: those that aren't usual."""

    name: Name
    owner: tuple[Name, str] | None = None
    options: frozenset[tuple[str, str]] = frozenset()
