"""What earlier migrations built, as far as their history tells."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import TypeVar

from analyzers.postgres.content import canonical
from analyzers.postgres.layered import Layered
from analyzers.postgres.links import Links
from analyzers.postgres.operations import Constraint, Name
from analyzers.postgres.relations import (
    TEMPORARY,
    DefinedType,
    Function,
    Index,
    Policy,
    Rows,
    Sequence,
    Table,
    TableColumn,
    Trigger,
    View,
    unknown,
)
from analyzers.struct import Struct, field, names, replace

__all__ = [
    "TEMPORARY",
    "DefinedType",
    "Function",
    "Index",
    "Policy",
    "Rows",
    "Schema",
    "Sequence",
    "Table",
    "TableColumn",
    "Trigger",
    "View",
    "unknown",
]

Item = TypeVar("Item")


class Schema(Struct, frozen=True, dict=True, eq=False):
    """An immutable database schema. Every full name has its namespace written out.

    `complete`: the history began with an empty database, so that what it never made isn't
    there. `absent`: tables that surely aren't there although the history is incomplete.
    `archives`: by the name of a table, what was copied from it: the table that took it, and the
    column, `*` for all. `emptied`: tables that what is replayed now has emptied. `major`:
    PostgreSQL's, as a few names and what partitions get depend on it.
    """

    complete: bool = False
    major: int = 15
    tables: Layered[Name, Table] = field(default_factory=Layered)
    views: Layered[Name, View] = field(default_factory=Layered)
    types: Layered[Name, DefinedType] = field(default_factory=Layered)
    functions: Layered[Name, Function] = field(default_factory=Layered)
    sequences: Layered[Name, Sequence] = field(default_factory=Layered)
    namespaces: frozenset[str] = frozenset({"public"})
    extensions: frozenset[str] = frozenset({"plpgsql"})
    search_path: tuple[str, ...] = ("public",)
    absent: frozenset[Name] = frozenset()
    archives: Layered[Name, frozenset[tuple[Name, str]]] = field(default_factory=Layered)
    emptied: frozenset[Name] = frozenset()
    links: Links = field(default_factory=Links)

    def __eq__(self, other: object) -> bool:
        same = isinstance(other, Schema)
        return same and all(getattr(self, name) == getattr(other, name) for name in _COMPARED)

    __hash__ = None  # type: ignore[assignment]

    def table(self, name: Name) -> Table | None:
        """What is known of a table; None: nothing at all (see `has_table`)."""
        return _first(self.tables, self.candidates(name))

    def view(self, name: Name) -> View | None:
        return _first(self.views, self.candidates(name))

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
        temporary, others = _named(name.name, self.search_path or ("public",))
        hidden = temporary in self.tables or temporary in self.views or temporary in self.sequences
        return (temporary, *others) if hidden else others

    def full(self, name: Name) -> Name:
        """The full name of the relation that `name` finds, else of one that it would create."""
        candidates = self.candidates(name)
        for candidate in candidates:
            if self.has_relation(candidate):
                return candidate
        return candidates[0]

    def has_relation(self, name: Name) -> bool:
        """Whether the full `name` is surely or perhaps taken by a table, view, index, sequence."""
        return (
            name in self.tables
            or name in self.views
            or name in self.sequences
            or name in self.links.owners
        )

    def owner(self, index: Name) -> Table | None:
        """The table of a known index."""
        owners = self.links.owners
        found = next((owners[n] for n in self.candidates(index) if n in owners), None)
        return None if found is None else self.tables.get(found)

    def referencing(self, table: Name) -> Iterator[tuple[Table, Constraint]]:
        """The foreign keys that point at the full name `table`, its own included."""
        for other in map(self.tables.__getitem__, self.links.referrers.get(table, ())):
            for constraint in other.constraints:
                if constraint.reference is not None and constraint.reference.table == table:
                    yield other, constraint

    def partitions(self, table: Name) -> Iterator[Table]:
        """The partitions and inheriting tables directly below the full name `table`."""
        return map(self.tables.__getitem__, self.links.heirs.get(table, ()))

    def has_unproven(self, table: Table, column: str) -> bool:
        """Whether a table above has a NOT NULL of the column that is NOT VALID: its heirs', too."""
        above = map(self.tables.get, table.parents)
        return any(parent is not None and parent.is_unproven(column) for parent in above)

    def views_on(self, table: Name) -> Iterator[View]:
        return map(self.views.__getitem__, self.links.readers.get(table, ()))

    def sequences_of(self, table: Name, column: str | None = None) -> Iterator[Sequence]:
        """The sequences that a table, or one column of it, owns."""
        for sequence in map(self.sequences.__getitem__, self.links.owned.get(table, ())):
            if sequence.owner is not None and column in (None, sequence.owner[1]):
                yield sequence

    def counting_by(self, sequences: Iterable[Name]) -> tuple[Table, ...]:
        """The tables with defaults that take their numbers from one of these sequences."""
        texts = (text for sequence in sequences for text in (sequence.name, str(sequence)))
        names = (name for text in texts for name in self.links.counters.get(text, ()))
        return tuple(self.tables[name] for name in dict.fromkeys(names))

    def settled(self, tables: Layered[Name, Table] | None = None) -> "Schema":
        """The same schema in production: nobody knows what its tables hold, nothing is new.

        `tables` are the settled ones, where somebody has them.
        """
        if tables is None:
            tables = Layered({name: table.settled() for name, table in self.tables.items()})
        return replace(self, tables=tables, emptied=frozenset())

    def doubted(self) -> "Schema":
        """The same schema after something that isn't understood: it may have changed any table."""
        tables = self.tables
        for table in self.tables.values():
            if table.certain:
                tables = tables.having(table.name, replace(table, certain=False))
        return replace(self, tables=tables)

    @cached_property
    def digest(self) -> str:
        """Equal for equal content, over processes and machines."""
        told = [getattr(self, name) for name in _COMPARED if name != "tables"]
        total = hashlib.sha256(canonical(tuple(told)))
        for name in sorted(self.tables):
            total.update(self.tables[name].digest)
        return total.hexdigest()

    def with_table(self, table: Table) -> "Schema":
        """The same with `table` under its name, new or instead of the one that was there."""
        name = table.name
        return replace(
            self,
            tables=self.tables.having(name, table),
            absent=self.absent - {name} if name in self.absent else self.absent,
            links=self.links.with_table(name, self.tables.get(name), table),
        )

    def without_table(self, name: Name) -> "Schema":
        """The same, surely without a table of that full name."""
        return replace(
            self,
            tables=self.tables.without(name),
            absent=self.absent if self.complete else self.absent | {name},
            links=self.links.with_table(name, self.tables.get(name), None),
        )

    def with_view(self, view: View) -> "Schema":
        return replace(
            self,
            views=self.views.having(view.name, view),
            links=self.links.with_view(view.name, self.views.get(view.name), view),
        )

    def without_view(self, name: Name) -> "Schema":
        return replace(
            self,
            views=self.views.without(name),
            links=self.links.with_view(name, self.views.get(name), None),
        )

    def with_sequence(self, sequence: Sequence) -> "Schema":
        name = sequence.name
        return replace(
            self,
            sequences=self.sequences.having(name, sequence),
            links=self.links.with_sequence(name, self.sequences.get(name), sequence),
        )

    def without_sequence(self, name: Name) -> "Schema":
        return replace(
            self,
            sequences=self.sequences.without(name),
            links=self.links.with_sequence(name, self.sequences.get(name), None),
        )


def _first(items: Layered[Name, Item], names: Iterable[Name]) -> Item | None:
    for name in names:
        item: Item | None = items.get(name)
        if item is not None:
            return item
    return None


@lru_cache(maxsize=4096)
def _named(name: str, path: tuple[str, ...]) -> tuple[Name, tuple[Name, ...]]:
    """A temporary relation of that name, and those in the schemas of a search path."""
    return Name(name, TEMPORARY), tuple(Name(name, schema) for schema in path)


_COMPARED = tuple(name for name in names(Schema) if name not in ("emptied", "links"))
