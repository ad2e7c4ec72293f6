"""What an answer about effects is worked out from, and the small steps on the way."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

from analyzers.postgres.effect import Effects, Lock, Refusal
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import Constraint, Name, Operation, Reference
from analyzers.postgres.schema import Schema, Table, TableColumn, View, unknown
from analyzers.postgres.transaction import Transaction
from analyzers.struct import Struct

# Where tables and indexes are unless somebody has moved them.
USUAL_TABLESPACE = "pg_default"

AnyOperation = TypeVar("AnyOperation", bound=Operation)


class Question(Generic[AnyOperation], Struct, frozen=True):
    """What would `operation` do to `schema`, in the midst of `transaction`, on `major`?"""

    operation: AnyOperation
    schema: Schema
    transaction: Transaction
    major: int

    def table(self, name: Name) -> Table:
        """The table, or one of which nothing is known."""
        return self.schema.table(name) or unknown(self.schema.full(name))

    def family(self, table: Table) -> Iterator[Table]:
        """A table with all its partitions and heirs, unless the statement says ONLY."""
        yield table
        if not self.operation.alone:
            yield from self.below(table)

    def below(self, table: Table) -> Iterator[Table]:
        """All partitions and heirs of a table, whatever the statement says."""
        waiting = list(self.schema.partitions(table.name))
        while waiting:
            member = waiting.pop()
            yield member
            waiting.extend(self.schema.partitions(member.name))

    def parts(self, table: Table) -> Iterator[Table]:
        """A table with its partitions: what indexes reach; heirs have none of them."""
        return iter((table,)) if table.partition_by is None else self.family(table)

    def reached(self, name: Name) -> "Iterator[Reached]":
        """All that a query of `name` opens: what a view reads, partitions, heirs."""
        waiting, seen = [Reached(self.schema.full(name))], set[Name]()
        while waiting:
            one = waiting.pop()
            if one.name in seen:
                continue
            seen.add(one.name)
            yield one
            view = self.schema.views.get(one.name)
            if view is None:
                waiting += [
                    Reached(child.name, one.spared or child.partition_of is not None)
                    for child in self.schema.partitions(one.name)
                ]
            elif not view.materialized:
                waiting += [Reached(source, one.spared) for source in sorted(view.sources)]

    def lock(self, relation: Name, mode: LockMode) -> Lock:
        """A lock on a full name; indexes and sequences are as new as their table."""
        table = self.schema.tables.get(self.schema.links.owners.get(relation, relation))
        view = self.schema.views.get(relation)
        there = view is None or view.exists
        return Lock(relation, mode, new=table is not None and table.new, certain=there)

    def locks(self, relations: Iterable[Name], mode: LockMode) -> tuple[Lock, ...]:
        return tuple(self.lock(relation, mode) for relation in relations)

    def missing(self, name: Name) -> Refusal | None:
        """42P01 where there is surely neither a table nor a view of that name."""
        if self.schema.has_table(name) is not False or self.schema.view(name) is not None:
            return None
        return Refusal("42P01", f'relation "{name}" does not exist')

    def views_over(self, relation: Name) -> Iterator[View]:
        """The views that read a relation, those that read them, and so on."""
        waiting, seen = [relation], set[Name]()
        while waiting:
            for view in self.schema.views_on(waiting.pop()):
                if view.name not in seen:
                    seen.add(view.name)
                    waiting.append(view.name)
                    yield view

    def views(self, table: Table, column: str | None = None) -> Iterator[View]:
        """The views that read a table, or this column of it."""
        for view in self.schema.views_on(table.name):
            if column is None or {column, "*"} & view.reads:
                yield view

    def foreign_keys(
        self, table: Table, columns: frozenset[str] | None = None
    ) -> Iterator[tuple[Table, Constraint, Reference]]:
        """The foreign keys that point at a table, or at any of these columns of it."""
        for other, constraint in self.schema.referencing(table.name):
            reference = constraint.reference
            if reference and (columns is None or columns & frozenset(reference.columns)):
                yield other, constraint, reference

    def inbound(self, table: Table) -> Iterator[tuple[Table, Constraint, Reference]]:
        """The foreign keys that point at a table, or at one that it is part of."""
        yield from self.foreign_keys(table)
        while table.partition_of is not None and table.partition_of in self.schema.tables:
            table = self.schema.tables[table.partition_of]
            yield from self.foreign_keys(table)

    def ends(self, reference: Reference) -> Iterator[Name]:
        """The tables that a foreign key guards at its far end: since 12 all partitions."""
        table = self.schema.tables.get(reference.table)
        if table is None or table.partition_by is None:
            yield reference.table
            return
        for member in (table, *self.below(table)):
            if member.partition_by is None or self.major >= _GUARDED_ITSELF:
                yield member.name


# Measured: before, partitioned tables have no triggers of their own for foreign keys at them.
_GUARDED_ITSELF = 15


class Reached(Struct, frozen=True):
    """A relation that a query opens. `spared`: a partition, which a condition may leave out."""

    name: Name
    spared: bool = False


def sequences(schema: Schema, table: Name, column: str | None = None) -> tuple[Name, ...]:
    """The sequences that a table, or one column of it, owns."""
    return tuple(sequence.name for sequence in schema.sequences_of(table, column))


def numbered_twice(question: Question[Any], table: Table, column: TableColumn | None) -> bool:
    """Before 13, an identity that owns a second sequence keeps PostgreSQL from finding its own."""
    if question.major >= 13 or column is None or column.generated != "identity":
        return False
    return len(sequences(question.schema, table.name, column.name)) > 1


TWICE = "more than one owned sequence found"


def counting(schema: Schema, table: Table, sequences: tuple[Name, ...]) -> Iterator[Table]:
    """Other tables whose defaults take their numbers from one of these sequences."""
    return (other for other in schema.counting_by(sequences) if other.name != table.name)


def indexes(table: Table) -> tuple[Name, ...]:
    """The full names of a table's indexes."""
    return tuple(Name(index.name, table.name.schema) for index in table.indexes)


def has_rows(schema: Schema, name: Name) -> bool:
    """Whether a relation that a query reaches is one to read: not a view, or a parted table."""
    table, view = schema.tables.get(name), schema.views.get(name)
    return view.materialized if view else table is None or table.partition_by is None


def whole(views: Iterable[View]) -> Iterator[Name]:
    """Views with the indexes that materialized ones have."""
    for view in views:
        yield view.name
        yield from (Name(index.name, view.name.schema) for index in view.indexes)


def index_of(table: Table, name: str) -> tuple[Name, ...]:
    return (Name(name, table.name.schema),) if table.index(name) else ()


def refused(sqlstate: str, message: str, *, certain: bool = True) -> Effects:
    return Effects(refusal=Refusal(sqlstate, message, certain))


def possible(*refusals: tuple[str, str]) -> Effects:
    """What rows, or values that only PostgreSQL works out, may make it refuse."""
    return Effects(others=tuple(Refusal(code, why, certain=False) for code, why in refusals))


# The operation of a question is that of its key; what that is, a table's type can't say.
Answers: TypeAlias = Mapping[type[Operation], Callable[[Question[Any]], Effects]]
