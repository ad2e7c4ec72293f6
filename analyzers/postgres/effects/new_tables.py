"""What CREATE TABLE does."""

from collections.abc import Iterable, Iterator

from analyzers.postgres.effect import Effects, Refusal
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.columns import called
from analyzers.postgres.effects.constraint_names import clashing
from analyzers.postgres.effects.foreign_keys import mismatched
from analyzers.postgres.effects.inheritance import default_partitions
from analyzers.postgres.effects.known_types import stored_type, unknown_type, unordered
from analyzers.postgres.effects.question import (
    TWICE,
    Answers,
    Question,
    Reached,
    has_rows,
    indexes,
    numbered_twice,
    possible,
    refused,
)
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    Column,
    ConstraintKind,
    CreateTable,
    Name,
)
from analyzers.postgres.schema import TEMPORARY, Table, TableColumn
from analyzers.struct import replace

_AE, _SRE, _SUE, _AS = (
    LockMode.ACCESS_EXCLUSIVE,
    LockMode.SHARE_ROW_EXCLUSIVE,
    LockMode.SHARE_UPDATE_EXCLUSIVE,
    LockMode.ACCESS_SHARE,
)


def _create(question: Question[CreateTable]) -> Effects:
    operation, schema = question.operation, question.schema
    namespace = TEMPORARY if operation.temporary else operation.table.schema
    name = Name(operation.table.name, namespace or schema.candidates(Name(""))[-1].schema)
    there = schema.tables.get(name)
    parts = [_reading(question)]
    if there is not None and there.exists and operation.if_not_exists:
        missing = Effects(refusal=parts[0].refusal) if operation.from_query else Effects()
        return replace(missing, documentation=docs.CREATE_TABLE)
    parts += _parents(question)
    parts += [unknown_type(column.type, schema) for column in operation.columns]
    if there is not None and there.exists:
        parts.append(refused("42P07", f'relation "{operation.table}" already exists'))
    parts += [*_repeated(question), *_no_partition(question)]
    parts += _divided_keys(question)
    parts += [part for c in operation.columns if c.default for part in called(question, c.default)]
    parts += [unordered(TableColumn(c.name, c.type)) for c in operation.columns if _is_key(c)]
    constraints = [k for c in operation.columns for k in c.constraints]
    parts += clashing(question, Table(name), (*constraints, *operation.constraints))
    # Foreign keys are added to the table that is there by then.
    return Effects(documentation=docs.CREATE_TABLE).also(*parts, *_references(question))


def _divided_keys(question: Question[CreateTable]) -> Iterator[Effects]:
    """A key of a partitioned table holds what it is partitioned by."""
    operation = question.operation
    if operation.partition_by == "hash" and question.major < 11:
        yield refused("22023", 'unrecognized partitioning strategy "hash"')
    written = [c for column in operation.columns for c in column.constraints]
    keys = [c for c in (*written, *operation.constraints) if c.kind in _KEYS]
    for key in keys if operation.partition_by is not None else ():
        if question.major < 11:
            message = f"{key.kind.value} constraints are not supported on partitioned tables"
            yield refused("0A000", message)
        if set(operation.partition_columns) - set(key.columns):
            message = "unique constraint on partitioned table must include all partitioning columns"
            yield refused("0A000", message)


_KEYS = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)


def _is_key(column: Column) -> bool:
    return any(constraint.kind in _KEYS for constraint in column.constraints)


def _reading(question: Question[CreateTable]) -> Effects:
    """LIKE and AS look at other tables; AS reads them."""
    operation = question.operation
    named = [*operation.like, *sorted(operation.sources)]
    refusals = [r for name in named if (r := question.missing(name))]
    tables = [question.schema.full(name) for name in operation.like]
    refusals += _unnumbered(question, map(question.table, operation.like))
    found = Effects(locks=question.locks(tables, _AS), refusal=refusals[0] if refusals else None)
    reached = [
        one
        for name in sorted(operation.sources)
        for one in (question.reached(name) if operation.with_data else _itself(question, name))
    ]
    unsure = any(question.schema.view(name) is not None for name in operation.sources)
    locks = (
        replace(question.lock(one.name, _AS), certain=not (one.spared and unsure))
        for one in reached
    )
    read = [
        one.name for one in reached if operation.with_data and has_rows(question.schema, one.name)
    ]
    found = found.also(Effects(locks=tuple(locks), scans=tuple(read)))
    return found.also(*_of_query(question)) if operation.from_query else found


def _of_query(question: Question[CreateTable]) -> Iterator[Effects]:
    """What the columns of AS are called, and which its query may name."""
    operation = question.operation
    tables = [question.schema.table(name) for name in operation.sources]
    for column in sorted(operation.reads - {"*"}) if len(tables) == 1 and tables[0] else ():
        if tables[0] is not None and tables[0].has_column(column) is False:
            yield possible(("42703", f'column "{column}" does not exist'))
    yield possible(("42701", "two of its columns have the same name"), _TOO_MANY)


_TOO_MANY = ("42601", "it names more columns than its query has")


def _unnumbered(question: Question[CreateTable], copied: Iterable[Table]) -> Iterator[Refusal]:
    if "identity" in question.operation.like_options:
        for table in copied:
            if any(numbered_twice(question, table, column) for column in table.columns):
                yield Refusal("XX000", TWICE)


def _itself(question: Question[CreateTable], name: Name) -> Iterator[Reached]:
    yield Reached(question.schema.full(name))


def _parents(question: Question[CreateTable]) -> Iterator[Effects]:
    operation = question.operation
    if operation.partition_of is not None:
        parent = question.table(operation.partition_of)
        default = list(default_partitions(question, parent))
        yield Effects(
            locks=(
                *question.locks([parent.name, *default], _AE),
                *question.locks(indexes(parent) if question.major >= 12 else (), _SUE),
            ),
            scans=() if operation.default_partition else tuple(default),
            refusal=question.missing(operation.partition_of),
        )
        if question.major >= 12:
            referring = (other.name for other, _, _ in question.inbound(parent))
            yield Effects(locks=question.locks(referring, _SRE if question.major >= 15 else _AS))
        targets = [m.name for n in parent.targets for m in question.parts(question.table(n))]
        mode = _SRE if question.major >= 12 else _AS
        if question.major >= 12 or operation.partition_by is None:
            yield Effects(locks=question.locks(sorted(targets), mode))
        return
    parents = [question.table(name) for name in operation.inherits]
    yield Effects(locks=question.locks([parent.name for parent in parents], _SUE))
    for parent in parents:
        yield Effects(refusal=question.missing(parent.name))
        if parent.partition_by is not None:
            yield refused("42809", f'cannot inherit from partitioned table "{parent.name}"')
        if parent.partition_of is not None:
            yield refused("42809", f'cannot inherit from partition "{parent.name}"')
    yield from _unlike(question, parents)
    if len(parents) > 1:
        yield possible(("42804", "the parents' columns differ"), ("42P16", "the parents differ"))


def _unlike(question: Question[CreateTable], parents: list[Table]) -> Iterator[Effects]:
    """A column that is written out has to be of the type that the tables above give it."""
    if len({parent.name for parent in parents}) < len(parents):
        yield refused("42P07", "it would be inherited from more than once")
    for column in question.operation.columns:
        for theirs in (parent.column(column.name) for parent in parents):
            kind = stored_type(column.type)
            if theirs is not None and theirs.type is not None and theirs.type != kind:
                alike = replace(kind, collation=theirs.type.collation) == theirs.type
                code = "42P21" if alike else "42804"
                yield refused(code, f'column "{column.name}" has a type conflict')


def _repeated(question: Question[CreateTable]) -> Iterator[Effects]:
    """Columns and keys that come from LIKE and are written out besides."""
    operation = question.operation
    copied = [question.table(name) for name in operation.like]
    names = [c.name for c in operation.columns]
    names += [column.name for table in copied for column in table.columns]
    for name in sorted({name for name in names if names.count(name) > 1}) if copied else ():
        yield refused("42701", f'column "{name}" specified more than once')
    constraints = (*operation.constraints, *(k for c in operation.columns for k in c.constraints))
    keys = sum(c.kind is ConstraintKind.PRIMARY_KEY for c in constraints)
    if "indexes" in operation.like_options:
        keys += sum(table.primary_key is not None for table in copied)
    if copied and keys > 1:
        yield refused("42P16", "multiple primary keys are not allowed")


def _no_partition(question: Question[CreateTable]) -> Iterator[Effects]:
    """Bounds are not looked at here, but a second DEFAULT is none's to have."""
    operation = question.operation
    if operation.partition_of is None:
        return
    parent = question.table(operation.partition_of)
    if parent.certain and parent.partition_by is None:
        yield refused("42P17", f'"{parent.name}" is not partitioned')
    if operation.strategy and parent.partition_by not in (None, operation.strategy):
        yield refused("42P16", f"invalid bound specification for a {parent.partition_by} partition")
    there = any(p.default_partition for p in question.schema.partitions(parent.name))
    if operation.default_partition and there:
        yield refused("42P17", f'partition would conflict with the default one of "{parent.name}"')
    yield possible(
        ("42P17", "a partition would overlap another one, or holds nothing"),
        ("42P16", "its bounds are of another kind than its parent's"),
        ("23514", "rows of the default partition belong to the new one"),
    )


def _references(question: Question[CreateTable]) -> Iterator[Effects]:
    """The keys of a new table, verified against the tables that they point at."""
    operation = question.operation
    own = Table(
        Name(operation.table.name, operation.table.schema),
        tuple(
            TableColumn(c.name, stored_type(c.type), generated=c.generated)
            for c in operation.columns
        ),
        unlogged=operation.unlogged,
        temporary=operation.temporary,
        partition_by=operation.partition_by,
        certain=not operation.like and not operation.inherits and not operation.partition_of,
    )
    constraints = [c for column in operation.columns for c in column.constraints]
    for constraint in (*constraints, *operation.constraints):
        reference = constraint.reference
        if reference is None or _is_itself(question, reference.table):
            continue
        parent = question.table(reference.table)
        missing = question.missing(reference.table)
        if missing is not None:
            yield Effects(refusal=missing)
            continue
        family = [table.name for table in question.parts(parent)]
        yield Effects(locks=question.locks(family, _SRE))
        yield from mismatched(question, own, parent, constraint, reference)


def _is_itself(question: Question[CreateTable], name: Name) -> bool:
    made = question.operation.table
    usual = question.schema.candidates(Name(""))[0].schema
    return name.name == made.name and name.schema in (None, made.schema or usual)


ANSWERS: Answers = {CreateTable: _create}
