"""What earlier migrations built, as far as their history tells."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import TypeAlias

from analyzers.postgres.content import canonical
from analyzers.postgres.operations import (
    Constraint,
    ConstraintKind,
    Expression,
    Name,
    ObjectKind,
    Type,
    Volatility,
)

# Where temporary tables live; PostgreSQL looks there first.
TEMPORARY = "pg_temp"


class Rows(Enum):
    """What a table may hold: nothing, rows that migrations wrote as constants, or anything."""

    NONE = "none"
    CONSTANT = "constant"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table. `type` None: the history doesn't tell.

    `not_null` and `has_default` None: the history doesn't tell. `generated`: "stored", "virtual"
    or "identity". `sequence`: what a serial or identity column owns.
    """

    name: str
    type: Type | None = None
    not_null: bool | None = False
    default: Expression | None = None
    has_default: bool | None = False
    generated: str | None = None
    sequence: Name | None = None
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    """An index. `columns` are the plain columns it leads with; an expression ends them.

    `uses`: every column that keys, INCLUDE, expressions and predicate name. `constraint`: it
    belongs to the PRIMARY KEY, UNIQUE or EXCLUDE constraint of its name.
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


@dataclass(frozen=True, slots=True)
class Trigger:
    name: str
    function: Name | None = None
    update_of: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Table:
    """A table by its full name.

    `exists` False: it may be missing. `certain` False: only partly known, or touched by a
    statement that may not have run; what it doesn't list, it may have all the same.
    `lacks`: columns that an uncertain table surely doesn't have; `doubtful`: those it lists and
    may not have.
    """

    name: Name
    columns: tuple[TableColumn, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    policies: frozenset[str] = frozenset()
    row_security: bool = False
    partition_by: str | None = None
    partition_columns: tuple[str, ...] = ()
    partition_of: Name | None = None
    default_partition: bool = False
    inherits: tuple[Name, ...] = ()
    temporary: bool = False
    unlogged: bool = False
    exists: bool = True
    certain: bool = True
    lacks: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()
    rows: Rows = Rows.UNKNOWN

    @property
    def new(self) -> bool:
        """Created by what is replayed now, and not filled from other tables since."""
        return self.rows is not Rows.UNKNOWN

    def column(self, name: str) -> TableColumn | None:
        return next((column for column in self.columns if column.name == name), None)

    def has_column(self, name: str) -> bool | None:
        """None: the history does not tell."""
        if self.column(name) is not None:
            return True if self.certain else self._believes(name)
        return False if self.certain or name in self.lacks else None

    def constraint(self, name: str) -> Constraint | None:
        return next((c for c in self.constraints if c.name == name), None)

    def index(self, name: str) -> Index | None:
        return next((index for index in self.indexes if index.name == name), None)

    @property
    def primary_key(self) -> Constraint | None:
        return next((c for c in self.constraints if c.kind is ConstraintKind.PRIMARY_KEY), None)

    @cached_property
    def constraint_names(self) -> frozenset[str | None]:
        return frozenset(constraint.name for constraint in self.constraints)

    @cached_property
    def digest(self) -> bytes:
        return hashlib.sha256(canonical(self)).digest()

    def _believes(self, name: str) -> bool | None:
        return None if name in self.doubtful else True


@dataclass(frozen=True, slots=True)
class View:
    """A view or materialized view.

    `sources`: full names of what it reads. `reads`: columns that its query names, `*` for all of
    some table. `outputs` None: its columns are not known.
    """

    name: Name
    sources: frozenset[Name] = frozenset()
    reads: frozenset[str] = frozenset({"*"})
    outputs: tuple[str, ...] | None = None
    materialized: bool = False
    indexes: tuple[Index, ...] = ()
    exists: bool = True


@dataclass(frozen=True, slots=True)
class DefinedType:
    """An enum, domain or composite type."""

    name: Name
    kind: ObjectKind
    labels: tuple[str, ...] = ()
    base: Type | None = None
    checks: tuple[Constraint, ...] = ()
    not_null: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    name: Name
    volatility: Volatility = Volatility.VOLATILE
    returns: Type | None = None


@dataclass(frozen=True, slots=True)
class Sequence:
    """`owner`: the table and column whose end is its end."""

    name: Name
    owner: tuple[Name, str] | None = None


Links: TypeAlias = Mapping[Name, tuple[Name, ...]]


@dataclass(frozen=True)
class Schema:
    """An immutable database schema. Every full name has its namespace written out.

    `complete`: the history began with an empty database, so that what it never made isn't
    there. `absent`: tables that surely aren't there although the history is incomplete.
    For quick answers, `owners` holds the table or materialized view of each index, `heirs` the
    partitions and heirs of each table, `referrers` the tables whose foreign keys point at it.
    """

    complete: bool = False
    tables: Mapping[Name, Table] = field(default_factory=dict)
    views: Mapping[Name, View] = field(default_factory=dict)
    types: Mapping[Name, DefinedType] = field(default_factory=dict)
    functions: Mapping[Name, Function] = field(default_factory=dict)
    sequences: Mapping[Name, Sequence] = field(default_factory=dict)
    namespaces: frozenset[str] = frozenset({"public"})
    extensions: frozenset[str] = frozenset({"plpgsql"})
    search_path: tuple[str, ...] = ("public",)
    absent: frozenset[Name] = frozenset()
    owners: Mapping[Name, Name] = field(default_factory=dict, compare=False, repr=False)
    heirs: Links = field(default_factory=dict, compare=False, repr=False)
    referrers: Links = field(default_factory=dict, compare=False, repr=False)

    def table(self, name: Name) -> Table | None:
        """What is known of a table; None: nothing at all (see `has_table`)."""
        return next((self.tables[n] for n in self.candidates(name) if n in self.tables), None)

    def view(self, name: Name) -> View | None:
        return next((self.views[n] for n in self.candidates(name) if n in self.views), None)

    def has_table(self, name: Name) -> bool | None:
        """Whether there is a table or view of that name. None: the history does not tell."""
        found = self.table(name) or self.view(name)
        if found is not None:
            return True if found.exists else None
        if self.complete or all(n in self.absent for n in self.candidates(name)):
            return False
        return None

    def has_column(self, name: Name, column: str) -> bool | None:
        """None: the history does not tell. A missing table has no columns."""
        table = self.table(name)
        if table is None:
            return False if self.has_table(name) is False else None
        return table.has_column(column) if table.exists else None

    def candidates(self, name: Name) -> tuple[Name, ...]:
        """The full names that `name` may stand for, in the order of the search path."""
        if name.schema is not None:
            return (name,)
        hidden = Name(name.name, TEMPORARY)
        found = (Name(name.name, schema) for schema in self.search_path or ("public",))
        return (hidden, *found) if hidden in self.tables else tuple(found)

    def full(self, name: Name) -> Name:
        """The full name of the relation that `name` finds, else of one that it would create."""
        candidates = self.candidates(name)
        return next((n for n in candidates if self.has_relation(n)), candidates[0])

    def has_relation(self, name: Name) -> bool:
        """Whether the full `name` is surely or perhaps taken by a table, view, index, sequence."""
        return (
            name in self.tables
            or name in self.views
            or name in self.sequences
            or name in self.owners
        )

    def owner(self, index: Name) -> Table | None:
        """The table of a known index."""
        found = next((self.owners[n] for n in self.candidates(index) if n in self.owners), None)
        return None if found is None else self.tables.get(found)

    def referencing(self, table: Name) -> Iterator[tuple[Table, Constraint]]:
        """The foreign keys that point at the full name `table`, its own included."""
        for other in map(self.tables.__getitem__, self.referrers.get(table, ())):
            for constraint in other.constraints:
                if constraint.reference is not None and constraint.reference.table == table:
                    yield other, constraint

    def partitions(self, table: Name) -> Iterator[Table]:
        """The partitions and inheriting tables directly below the full name `table`."""
        return map(self.tables.__getitem__, self.heirs.get(table, ()))

    def views_on(self, table: Name) -> Iterator[View]:
        return (view for view in self.views.values() if table in view.sources)

    def settled(self) -> "Schema":
        """The same schema in production: nobody knows what its tables hold."""
        tables = {n: replace(t, rows=Rows.UNKNOWN) if t.new else t for n, t in self.tables.items()}
        return replace(self, tables=tables)

    def doubted(self) -> "Schema":
        """The same schema after something that isn't understood: it may have changed any table."""
        return replace(self, tables={n: replace(t, certain=False) for n, t in self.tables.items()})

    @cached_property
    def digest(self) -> str:
        """Equal for equal content, over processes and machines."""
        total = hashlib.sha256(
            canonical(replace(self, tables={}, owners={}, heirs={}, referrers={}))
        )
        for name in sorted(self.tables):
            total.update(self.tables[name].digest)
        return total.hexdigest()

    def with_table(self, table: Table) -> "Schema":
        """The same with `table` under its name, new or instead of the one that was there."""
        owners = self._owners_without(self.tables.get(table.name))
        for index in table.indexes:
            owners[Name(index.name, table.name.schema)] = table.name
        before = self.tables.get(table.name)
        return replace(
            self,
            tables={**self.tables, table.name: table},
            owners=owners,
            heirs=_linked(self.heirs, table.name, _parents(before), _parents(table)),
            referrers=_linked(self.referrers, table.name, _targets(before), _targets(table)),
            absent=self.absent - {table.name},
        )

    def without_table(self, name: Name) -> "Schema":
        """The same, surely without a table of that full name."""
        tables = {n: t for n, t in self.tables.items() if n != name}
        absent = self.absent if self.complete else self.absent | {name}
        before = self.tables.get(name)
        return replace(
            self,
            tables=tables,
            owners=self._owners_without(before),
            heirs=_linked(self.heirs, name, _parents(before), frozenset()),
            referrers=_linked(self.referrers, name, _targets(before), frozenset()),
            absent=absent,
        )

    def with_view(self, view: View) -> "Schema":
        owners = self._owners_without(self.views.get(view.name))
        for index in view.indexes:
            owners[Name(index.name, view.name.schema)] = view.name
        return replace(self, views={**self.views, view.name: view}, owners=owners)

    def without_view(self, name: Name) -> "Schema":
        views = {n: v for n, v in self.views.items() if n != name}
        return replace(self, views=views, owners=self._owners_without(self.views.get(name)))

    def _owners_without(self, relation: "Table | View | None") -> dict[Name, Name]:
        owners = dict(self.owners)
        for index in relation.indexes if relation else ():
            owners.pop(Name(index.name, relation.name.schema if relation else None), None)
        return owners


def _parents(table: Table | None) -> frozenset[Name]:
    if table is None:
        return frozenset()
    own = (table.partition_of,) if table.partition_of else ()
    return frozenset((*own, *table.inherits))


def _targets(table: Table | None) -> frozenset[Name]:
    constraints = table.constraints if table is not None else ()
    return frozenset(c.reference.table for c in constraints if c.reference)


def _linked(links: Links, name: Name, before: frozenset[Name], after: frozenset[Name]) -> Links:
    """`links` with `name` under all of `after`, and no longer under the rest of `before`."""
    if before == after:
        return links
    changed = dict(links)
    for target in before - after:
        changed[target] = tuple(other for other in changed.get(target, ()) if other != name)
    for target in after - before:
        changed[target] = (*changed.get(target, ()), name)
    return changed
