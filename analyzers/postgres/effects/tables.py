"""What operations on whole tables do."""

from collections.abc import Iterator

from analyzers.postgres.effect import Effects, Lock, Loss, LossKind, Refusal
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.known_types import unknown_type, unordered
from analyzers.postgres.effects.question import (
    Answers,
    Question,
    counting,
    indexes,
    refused,
    sequences,
)
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    AttachPartition,
    ChangeTable,
    Column,
    ConstraintKind,
    CreateTable,
    DetachPartition,
    DropTable,
    Name,
    RenameTable,
    TableChange,
    Truncate,
)
from analyzers.postgres.schema import TEMPORARY, Table, TableColumn

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
    if there is not None and there.exists:
        if operation.if_not_exists:
            return Effects(documentation=docs.CREATE_TABLE)
        return refused("42P07", f'relation "{operation.table}" already exists')
    parts = [_reading(question), _parents(question), _references(question)]
    parts += [unknown_type(column.type, schema) for column in operation.columns]
    parts += [unordered(TableColumn(c.name, c.type)) for c in operation.columns if _is_key(c)]
    return Effects(documentation=docs.CREATE_TABLE).also(*parts)


def _is_key(column: Column) -> bool:
    keys = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)
    return any(constraint.kind in keys for constraint in column.constraints)


def _reading(question: Question[CreateTable]) -> Effects:
    """LIKE and AS look at other tables; AS reads them."""
    operation = question.operation
    named = [*operation.like, *sorted(operation.sources)]
    refusals = [r for name in named if (r := question.missing(name))]
    tables = [question.schema.full(name) for name in named]
    read = [question.schema.full(name) for name in sorted(operation.sources)]
    return Effects(
        locks=question.locks(tables, _AS),
        scans=tuple(read) if operation.with_data else (),
        refusal=refusals[0] if refusals else None,
    )


def _parents(question: Question[CreateTable]) -> Effects:
    operation = question.operation
    if operation.partition_of is not None:
        parent = question.table(operation.partition_of)
        default = list(_default_partition(question, parent))
        return Effects(
            locks=question.locks([parent.name, *default], _AE),
            scans=tuple(default),
            refusal=question.missing(operation.partition_of),
        )
    parents = [question.table(name).name for name in operation.inherits]
    return Effects(locks=question.locks(parents, _SUE))


def _references(question: Question[CreateTable]) -> Effects:
    operation = question.operation
    constraints = [c for column in operation.columns for c in column.constraints]
    found = Effects()
    for constraint in (*constraints, *operation.constraints):
        reference = constraint.reference
        if reference is None or reference.table.name == operation.table.name:
            continue
        family = [table.name for table in question.family(question.table(reference.table))]
        missing = question.missing(reference.table)
        found = found.also(Effects(locks=question.locks(family, _SRE), refusal=missing))
        if question.table(reference.table).unlogged and not operation.unlogged:
            message = "constraints on permanent tables may reference only permanent tables"
            found = found.also(refused("42P16", message))
    return found


def _default_partition(
    question: Question[CreateTable] | Question[AttachPartition], parent: Table
) -> Iterator[Name]:
    for partition in question.schema.partitions(parent.name):
        if partition.default_partition:
            yield partition.name


def _drop(question: Question[DropTable]) -> Effects:
    operation = question.operation
    missing = question.missing(operation.table)
    if missing is not None:
        return Effects() if operation.if_exists else Effects(refusal=missing)
    table = question.table(operation.table)
    together = {question.schema.full(name) for name in operation.together}
    found = Effects(documentation=docs.DROP_TABLE)
    for member in question.family(table):
        found = found.also(_dropped(question, member), _dependents(question, member, together))
    return found


def _dropped(question: Question[DropTable], table: Table) -> Effects:
    """The table, its indexes, and the tables that its foreign keys point at."""
    parents = [c.reference.table for c in table.constraints if c.reference]
    others = [name for name in dict.fromkeys(parents) if name != table.name]
    return Effects(
        locks=question.locks(
            [table.name, *others, *indexes(table), *sequences(question.schema, table.name)], _AE
        ),
        losses=(Loss(LossKind.DROPPED, table.name),),
        known=table.certain,
    )


def _dependents(question: Question[DropTable], table: Table, together: set[Name]) -> Effects:
    referencing = [
        other.name
        for other, _, _ in question.foreign_keys(table)
        if other.name != table.name and other.name not in together
    ]
    views = [view.name for view in question.views(table)]
    counted = sequences(question.schema, table.name)
    referencing += [other.name for other in counting(question.schema, table, counted)]
    depending = [*dict.fromkeys(referencing), *views]
    if depending and not question.operation.cascade:
        message = f"cannot drop {table.name}: {depending[0]} depends on it"
        return refused("2BP01", message)
    return Effects(locks=question.locks(depending, _AE))


def _rename(question: Question[RenameTable]) -> Effects:
    operation, schema = question.operation, question.schema
    full = schema.full(operation.table)
    taken = schema.tables.get(Name(operation.to, full.schema))
    clash = taken is not None and taken.exists
    refusal = question.missing(operation.table)
    if refusal is None and clash:
        refusal = Refusal("42P07", f'relation "{operation.to}" already exists')
    return Effects(
        locks=(question.lock(full, _AE),), refusal=refusal, documentation=docs.ALTER_TABLE
    )


def _truncate(question: Question[Truncate]) -> Effects:
    operation = question.operation
    missing = question.missing(operation.table)
    if missing is not None:
        return Effects(refusal=missing)
    named = {question.schema.full(name) for name in operation.together}
    found = Effects(documentation=docs.TRUNCATE)
    emptied: set[Name] = set()
    waiting = list(question.family(question.table(operation.table)))
    while waiting:
        table = waiting.pop()
        if table.name in emptied:
            continue
        emptied.add(table.name)
        found = found.also(_emptied(question, table))
        others = [o for o, _, _ in question.foreign_keys(table) if o.name not in named]
        if others and not operation.cascade:
            message = f'cannot truncate "{table.name}": {others[0].name} references it'
            return found.also(refused("0A000", message))
        waiting.extend(others)
    return found


def _emptied(question: Question[Truncate], table: Table) -> Effects:
    return Effects(
        locks=question.locks([table.name, *indexes(table)], _AE),
        losses=(Loss(LossKind.EMPTIED, table.name),),
        known=table.certain,
    )


def _change(question: Question[ChangeTable]) -> Effects:
    operation = question.operation
    if question.schema.view(operation.table) is not None:
        view = question.schema.full(operation.table)
        return Effects(locks=(question.lock(view, _AE),))
    table = question.table(operation.table)
    mode = _MODES.get(operation.change, _AE)
    found = Effects(
        locks=(question.lock(table.name, mode),),
        refusal=question.missing(operation.table),
        documentation=docs.ALTER_TABLE,
    )
    special = _SPECIAL.get(operation.change)
    return found if special is None else found.also(special(question, table))


def _copied(question: Question[ChangeTable], table: Table) -> Effects:
    """The whole table goes to other files, row by row."""
    unlogged = question.operation.change is TableChange.UNLOGGED
    if unlogged == table.unlogged and table.certain and not _is(question, TableChange.TABLESPACE):
        return Effects()
    outer = [other.name for other, _, _ in question.foreign_keys(table) if other.name != table.name]
    if unlogged and outer:
        message = f'could not change table "{table.name}" to unlogged: {outer[0]} references it'
        return refused("42P16", message)
    numbered = sequences(question.schema, table.name) if question.major >= 15 else ()
    return Effects(
        locks=question.locks([*indexes(table), *numbered], _AE),
        rewrites=(table.name,),
        scans=(table.name,),
        rebuilds=indexes(table),
    )


def _moved(question: Question[ChangeTable], table: Table) -> Effects:
    """SET TABLESPACE copies blocks; indexes stay where they are."""
    return Effects(rewrites=(table.name,))


def _is(question: Question[ChangeTable], change: TableChange) -> bool:
    return question.operation.change is change


def _owned(question: Question[ChangeTable], table: Table) -> Effects:
    return Effects(locks=question.locks(indexes(table), _AE))


def _heir(question: Question[ChangeTable], table: Table) -> Effects:
    other = question.operation.other
    if other is None:
        return Effects()
    mode = _SUE if _is(question, TableChange.INHERIT) else _AS
    return Effects(locks=(question.lock(question.schema.full(other), mode),))


_MODES = {
    TableChange.STORAGE_PARAMETERS: _SUE,
    TableChange.STATISTICS: _SUE,
    TableChange.COLUMN_OPTIONS: _SUE,
    TableChange.CLUSTER_ON: _SUE,
    TableChange.WITHOUT_CLUSTER: _SUE,
    TableChange.ENABLE_TRIGGER: _SRE,
    TableChange.DISABLE_TRIGGER: _SRE,
}

_SPECIAL = {
    TableChange.LOGGED: _copied,
    TableChange.UNLOGGED: _copied,
    TableChange.TABLESPACE: _moved,
    TableChange.OWNER: _owned,
    TableChange.INHERIT: _heir,
    TableChange.NO_INHERIT: _heir,
}


def _attach(question: Question[AttachPartition]) -> Effects:
    operation = question.operation
    parent, child = question.table(operation.table), question.table(operation.partition)
    default = list(_default_partition(question, parent))
    mode = _SUE if question.major >= 12 else _AE
    proven = _proves_bounds(child, parent)
    return Effects(
        locks=(
            question.lock(parent.name, mode),
            *question.locks([child.name, *default], _AE),
        ),
        scans=tuple(default) if proven else (child.name, *default),
        refusal=question.missing(operation.table) or question.missing(operation.partition),
        known=child.certain and parent.certain,
        documentation=docs.ALTER_TABLE,
    )


def _proves_bounds(child: Table, parent: Table) -> bool:
    """A valid CHECK over the partition key that excludes NULL, taken for the bounds themselves."""
    key = frozenset(parent.partition_columns)
    return bool(key) and any(
        c.kind is ConstraintKind.CHECK and c.valid and c.check and key <= c.check.proves_not_null
        for c in child.constraints
    )


def _detach(question: Question[DetachPartition]) -> Effects:
    operation = question.operation
    parent, child = question.table(operation.table), question.table(operation.partition)
    if operation.concurrently:
        weaker = _SUE if question.major == 14 else _AE
        return Effects(
            locks=(question.lock(parent.name, _SUE), question.lock(child.name, weaker)),
            forbidden_in_transaction=True,
            documentation=docs.ALTER_TABLE,
        )
    mode = _AE if question.major >= 14 else _SUE
    locks: tuple[Lock, ...] = (question.lock(parent.name, _AE), question.lock(child.name, mode))
    return Effects(locks=locks, documentation=docs.ALTER_TABLE)


ANSWERS: Answers = {
    CreateTable: _create,
    DropTable: _drop,
    RenameTable: _rename,
    Truncate: _truncate,
    ChangeTable: _change,
    AttachPartition: _attach,
    DetachPartition: _detach,
}
