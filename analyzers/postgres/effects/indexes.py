"""What operations on indexes do."""

from collections.abc import Iterator

from analyzers.postgres.effect import Effects, Refusal
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.columns import no_such_column
from analyzers.postgres.effects.known_types import unindexable, virtual
from analyzers.postgres.effects.question import (
    USUAL_TABLESPACE,
    Answers,
    Question,
    possible,
    refused,
)
from analyzers.postgres.effects.volatility import volatility
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    AlterIndex,
    CreateIndex,
    DropIndex,
    Expression,
    Name,
    RenameIndex,
    Type,
    Volatility,
)
from analyzers.postgres.replay.attached import above, attached, serves, shares, twins
from analyzers.postgres.schema import Index, Table, View
from analyzers.struct import replace

_AE = LockMode.ACCESS_EXCLUSIVE


_S = LockMode.SHARE


_SUE = LockMode.SHARE_UPDATE_EXCLUSIVE


def _create(question: Question[CreateIndex]) -> Effects:
    operation, schema = question.operation, question.schema
    view = schema.view(operation.table)
    if view is not None:
        return _on_view(question, view)
    table = question.table(operation.table)
    family = [table] if operation.only else list(question.parts(table))
    mode = _SUE if operation.concurrently else _S
    found = Effects(
        locks=question.locks([member.name for member in family], mode),
        refusal=question.missing(operation.table),
        forbidden_in_transaction=operation.concurrently,
        waits_for_writers=operation.concurrently,
        known=table.certain,
        documentation=docs.CREATE_INDEX_CONCURRENTLY
        if operation.concurrently
        else docs.CREATE_INDEX,
    )
    full = Name(operation.name or "", table.name.schema)
    if operation.name is not None and schema.has_relation(full):
        found = found.also(*_unbuildable(question, table, exists=True))
        if operation.if_not_exists:
            return found
        return found.also(refused("42P07", f'relation "{operation.name}" already exists'))
    built = found.also(*_unbuildable(question, table))
    if table.partition_by is None:
        return built.also(Effects(scans=(table.name,)))
    return built if operation.only else built.also(*_shares(question, table))


def _shares(question: Question[CreateIndex], table: Table) -> Iterator[Effects]:
    """A partition that has such an index already gives it to the new one of its parent."""
    operation = question.operation
    wanted = Index(
        "",
        operation.columns,
        unique=operation.unique,
        method=operation.method,
        predicate=operation.predicate,
        expressions=operation.expressions,
        includes=operation.includes,
        options=operation.options,
    )
    for member, there in shares(question.schema, table, wanted):
        if there is not None:
            yield Effects(locks=(question.lock(Name(there.name, member.name.schema), _S),))
        elif member.partition_by is None:
            yield Effects(scans=(member.name,))


def _on_view(question: Question[CreateIndex], view: View) -> Effects:
    operation = question.operation
    if not view.materialized:
        found = possible(("42703", "a column of it does not exist"), *_UNTYPED)
        return found.also(refused("42809", f'cannot create index on relation "{view.name}"'))
    lock = question.lock(view.name, _SUE if operation.concurrently else _S)
    full = Name(operation.name or "", view.name.schema)
    there = operation.name is not None and question.schema.has_relation(full)
    if there and not operation.if_not_exists:
        return refused("42P07", f'relation "{operation.name}" already exists')
    found = Effects(
        locks=(lock,),
        scans=() if there else (view.name,),
        forbidden_in_transaction=operation.concurrently,
        waits_for_writers=operation.concurrently,
        documentation=docs.CREATE_INDEX,
    )
    if operation.unique:
        found = found.also(refused("23505", "could not create unique index", certain=False))
    missing = ("42703", "a column of it does not exist")
    return found.also(possible(missing, *_UNTYPED), *_beyond(operation))


def _unbuildable(
    question: Question[CreateIndex], table: Table, *, exists: bool = False
) -> Iterator[Effects]:
    """What PostgreSQL refuses of an index, some of it even where IF NOT EXISTS finds one."""
    operation = question.operation
    if table.partition_by is not None and question.major < 11:
        yield refused("42601" if operation.only else "42809", "an index on a partitioned table")
    yield from _beyond(operation)
    if table.partition_by is not None and operation.concurrently:
        yield refused(
            "0A000", f'cannot create index on partitioned table "{table.name}" concurrently'
        )
    for key in (*operation.columns, *operation.includes):
        yield no_such_column(table, key)
    for place, key in enumerate(operation.columns):
        if _names_class(operation, place):
            yield possible(("42704", "there may be no such operator class"))
        else:
            yield unindexable(table.column(key), operation.method, question.schema)
    for key in operation.columns:
        yield virtual(table.column(key), "indexes")
    yield from _not_immutable(question, table)
    if operation.expressions or operation.predicate or not table.certain:
        yield possible(*_UNTYPED)
    if operation.unique and set(table.partition_columns) - set(operation.columns):
        message = "unique constraint on partitioned table must include all partitioning columns"
        yield refused("0A000", message)
    if operation.unique and not table.new and not exists:
        yield refused("23505", f'could not create unique index "{operation.name}"', certain=False)


def _names_class(operation: CreateIndex, place: int) -> bool:
    """Whether a key may name an operator class, which need not be its type's own."""
    said = " ".join(operation.options[place : place + 1]).split()
    return not set(said) <= {"DESC", "NULLS", "FIRST", "LAST"}


def _beyond(operation: CreateIndex) -> Iterator[Effects]:
    """What the access method has no support for (pg_am's amcanunique and its kin)."""
    method = operation.method
    lacks = {
        "unique indexes": operation.unique and method != "btree",
        "multicolumn indexes": len(operation.keys) > 1 and method in ("hash", "spgist"),
        "included columns": bool(operation.includes) and method in ("hash", "gin", "brin"),
    }
    for what, asked in lacks.items():
        if asked:
            yield refused("0A000", f'access method "{method}" does not support {what}')


# Types of expressions are PostgreSQL's to work out.
_UNTYPED = (
    ("42883", "no operator or function takes such values"),
    ("42725", "several operators or functions take such values"),
    ("42704", "the expression's type has no operator class"),
    ("42804", "a value is of another type than is asked for"),
    ("42846", "a value can't be cast to the type that is asked for"),
    ("42P17", "a function in it is not immutable"),
    ("42P22", "its collation is not known"),
    ("22P02", "a constant in it is not of the type that is asked for"),
)


def _not_immutable(question: Question[CreateIndex], table: Table) -> Iterator[Effects]:
    """date_trunc and its kin are immutable of a timestamp, not of a timestamptz."""
    for expression in question.operation.expressions:
        columns = [table.column(name) for name in expression.columns]
        zoned = any(c and c.type and c.type.name == "timestamptz" for c in columns)
        how = volatility(expression, question.schema)
        depends = bool(expression.functions & _DEPEND_ON_ZONE)
        message = "functions in index expression must be marked IMMUTABLE"
        if how is Volatility.VOLATILE or (depends and zoned):
            yield refused("42P17", message)
        elif _is_cast(expression) and any(_spelt_by_settings(c.type) for c in columns if c):
            yield refused("42P17", message, certain=False)


def _is_cast(expression: Expression) -> bool:
    sql = expression.sql.lower()
    return "::" in sql or "cast" in sql


def _spelt_by_settings(kind: Type | None) -> bool:
    """Whether DateStyle and its kin, or the catalogue, decide how a value looks as text."""
    return kind is not None and (kind.array or kind.name not in _SPELT_ALIKE)


_SPELT_ALIKE = frozenset(
    """
    bool bpchar bytea float4 float8 int2 int4 int8 json jsonb name numeric text uuid varchar
    """.split()  # noqa: SIM905 - names are read as words
)


_DEPEND_ON_ZONE = frozenset({"date_trunc", "date_part", "extract", "to_char", "date"})


def _drop(question: Question[DropIndex]) -> Effects:
    operation, schema = question.operation, question.schema
    table = schema.owner(operation.index)
    view = next((v for v in schema.views.values() if _carries(v.indexes, operation)), None)
    if table is None and view is None:
        return _drop_unknown(operation, complete=schema.complete)
    relation = table.name if table else view.name if view else operation.index
    index = Name(operation.index.name, relation.schema)
    mode = _SUE if operation.concurrently else _AE
    found = Effects(
        locks=(question.lock(relation, mode), question.lock(index, _AE)),
        forbidden_in_transaction=operation.concurrently,
        waits_for_writers=operation.concurrently,
        documentation=docs.DROP_INDEX,
    )
    carried = table.index(operation.index.name) if table else None
    if carried is not None and carried.constraint:
        message = f"cannot drop index {index}: constraint {index.name} requires it"
        return found.also(refused("2BP01", message))
    if table is not None and carried is not None:
        return found.also(*_of_partitions(question, table, carried))
    return found


def _of_partitions(question: Question[DropIndex], table: Table, index: Index) -> Iterator[Effects]:
    """An index of a partitioned table takes those of its partitions along."""
    if above(question.schema, table, index) is not None:
        message = f"cannot drop index {index.name}: another index requires it"
        yield refused("2BP01", message, certain=twins(table, index) == 1)
    if table.partition_by is None:
        return
    if question.operation.concurrently:
        yield refused("0A000", f'cannot drop partitioned index "{index.name}" concurrently')
    for child, other in attached(question.schema, table, index):
        names = [child.name, Name(other.name, child.name.schema)]
        yield Effects(locks=question.locks(names, _AE))
    below = [m.name for m in question.family(table)]
    yield Effects(locks=question.locks(below, _AE))


def _carries(held: tuple[object, ...], operation: DropIndex) -> bool:
    return any(getattr(index, "name", None) == operation.index.name for index in held)


def _drop_unknown(operation: DropIndex, *, complete: bool) -> Effects:
    found = Effects(
        forbidden_in_transaction=operation.concurrently,
        known=complete,
        documentation=docs.DROP_INDEX,
    )
    if operation.if_exists or not complete:
        return found
    return found.also(refused("42704", f'index "{operation.index}" does not exist'))


def _rename(question: Question[RenameIndex]) -> Effects:
    operation, schema = question.operation, question.schema
    index = schema.full(operation.index)
    known = schema.has_relation(index)
    mode = _SUE if question.major >= 12 and index in schema.links.owners else _AE
    if not known and schema.complete:
        message = f'relation "{operation.index}" does not exist'
        return Effects() if operation.lenient else refused("42P01", message)
    return Effects(locks=(question.lock(index, mode),), known=known)


def _alter(question: Question[AlterIndex]) -> Effects:
    operation = question.operation
    table = question.schema.owner(operation.index)
    index = question.schema.full(operation.index)
    if operation.change == "attach" and operation.partition is not None:
        return _attach(question, index, table, operation.partition)
    mode = _AE if operation.change == "tablespace" else _SUE
    if table is not None and table.partition_by is not None:
        found = Effects(locks=(question.lock(index, mode),))
        return found.also(refused("42809", "not on a partitioned index", certain=False))
    known = index in question.schema.links.owners
    found = Effects(locks=(question.lock(index, mode),), known=known)
    if operation.change == "tablespace" and operation.to != USUAL_TABLESPACE:
        return replace(found, rebuilds=(index,))
    if operation.change != "options":
        return found
    return found.also(possible(("22023", "its access method has no such parameter")))


def _attach(
    question: Question[AlterIndex], index: Name, table: Table | None, partition: Name
) -> Effects:
    child = question.schema.owner(partition)
    mode = _SUE if question.major >= 12 else _AE
    tables = [t.name for t in (table, child) if t is not None]
    whole = table.index(index.name) if table is not None else None
    part = child.index(partition.name) if child is not None else None
    refusal = None
    if whole is not None and part is not None and not serves(part, whole):
        message = f'cannot attach index "{partition}" as a partition of index "{index}"'
        refusal = Refusal("42P17", message)
    below = Name(partition.name, child.name.schema if child else partition.schema)
    return Effects(
        locks=(
            question.lock(index, mode),
            question.lock(below, _AE),
            *question.locks(tables, LockMode.ACCESS_SHARE),
        ),
        refusal=refusal,
        known=table is not None and child is not None,
    )


ANSWERS: Answers = {
    CreateIndex: _create,
    DropIndex: _drop,
    RenameIndex: _rename,
    AlterIndex: _alter,
}
