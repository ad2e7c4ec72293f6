"""What ALTER TABLE does to a table as a whole."""

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.altered_constraints import altered_constraint
from analyzers.postgres.effects.columns import no_such_column, rewritten
from analyzers.postgres.effects.inheritance import no_heir
from analyzers.postgres.effects.known_types import base_type, defined, not_clustered
from analyzers.postgres.effects.parts import is_cloned, lacks_part, may_lack_part, no_part
from analyzers.postgres.effects.question import (
    USUAL_TABLESPACE,
    Answers,
    Question,
    indexes,
    possible,
    refused,
    sequences,
)
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    ChangeTable,
    Name,
    ObjectKind,
    TableChange,
)
from analyzers.postgres.schema import Index, Table
from analyzers.struct import replace

_AE, _SRE, _SUE, _AS = (
    LockMode.ACCESS_EXCLUSIVE,
    LockMode.SHARE_ROW_EXCLUSIVE,
    LockMode.SHARE_UPDATE_EXCLUSIVE,
    LockMode.ACCESS_SHARE,
)


def _change(question: Question[ChangeTable]) -> Effects:
    operation = question.operation
    if question.schema.view(operation.table) is not None:
        view = question.schema.full(operation.table)
        return Effects(locks=(question.lock(view, _AE),))
    table = question.table(operation.table)
    mode = _mode(operation)
    family = question.family(table) if operation.change in _RECURSING else (table,)
    found = Effects(
        locks=question.locks([member.name for member in family], mode),
        refusal=question.missing(operation.table),
        documentation=docs.ALTER_TABLE,
    )
    special = _SPECIAL.get(operation.change)
    return found if special is None else found.also(special(question, table))


def _mode(operation: ChangeTable) -> LockMode:
    own = _AE if operation.beside else _MODES.get(operation.change, _AE)
    return _SRE if operation.guarded and own is _SUE else own


def _switched(question: Question[ChangeTable], table: Table) -> Effects:
    found = _copied(question, table)
    if not question.operation.again:
        return found
    # It can where the first changes nothing.
    return found.also(possible(("0A000", "cannot change persistence setting twice")))


def _copied(question: Question[ChangeTable], table: Table) -> Effects:
    """The whole table goes to other files, row by row."""
    unlogged = question.operation.change is TableChange.UNLOGGED
    if table.partition_by is not None:
        message = f'it cannot be performed on partitioned table "{table.name}"'
        return refused("42809", message) if question.major >= 18 else Effects()
    if unlogged == table.unlogged:
        return Effects()
    permanent = not unlogged and table.unlogged is not None
    inner = [n for n in sorted(table.targets) if n != table.name and question.table(n).unlogged]
    if permanent and inner:
        message = f'could not change table "{table.name}" to logged: it references {inner[0]}'
        return refused("42P16", message)
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


def _stored(question: Question[ChangeTable], table: Table) -> Effects:
    if table.partition_by is not None:
        message = "cannot change access method of a partitioned table"
        return Effects() if question.major >= 17 else refused("42809", message)
    method = question.operation.subject
    if method in (None, _USUAL_METHOD):
        return Effects()
    missing = ("42704", f'access method "{method}" may not be there')
    return rewritten(question, table).also(possible(missing))


# Tables are rarely of another one.
_USUAL_METHOD = "heap"


def _moved(question: Question[ChangeTable], table: Table) -> Effects:
    """SET TABLESPACE copies blocks; indexes stay where they are. Most are in pg_default already."""
    if question.operation.subject == USUAL_TABLESPACE or table.partition_by is not None:
        return Effects(known=table.partition_by is not None)
    return Effects(rewrites=(table.name,))


def _is(question: Question[ChangeTable], change: TableChange) -> bool:
    return question.operation.change is change


def _owned(question: Question[ChangeTable], table: Table) -> Effects:
    """Indexes and sequences go along, if the owner is another one indeed."""
    belongings = (*indexes(table), *sequences(question.schema, table.name))
    locks = (replace(lock, certain=False) for lock in question.locks(belongings, _AE))
    found = Effects(locks=tuple(locks))
    if not question.operation.beside:
        return found
    return found.also(possible(("55000", "a sequence that it adds has another owner")))


def _heir(question: Question[ChangeTable], table: Table) -> Effects:
    other = question.operation.other
    if other is None:
        return Effects()
    parent = question.table(other)
    if _is(question, TableChange.INHERIT):
        locks = (question.lock(parent.name, _SUE),)
        return Effects(locks=locks).also(*no_heir(question, table, other))
    if table.partition_of is not None:
        return refused("42809", "cannot change inheritance of a partition")
    found = Effects(locks=(question.lock(parent.name, _AS),), refusal=question.missing(other))
    if not table.certain:
        return found.also(possible(("42P01", f'"{table.name}" does not inherit')))
    if parent.name not in table.inherits:
        message = f'relation "{parent.name}" is not a parent of relation "{table.name}"'
        return found.also(refused("42P01", message))
    return found


def _parameters(question: Question[ChangeTable], table: Table) -> Effects:
    if table.partition_by is None or question.operation.subject is None:
        return Effects()
    code = "42809" if question.major >= 16 else "22023"
    return refused(code, "cannot specify storage parameters for a partitioned table")


def _clustered(question: Question[ChangeTable], table: Table) -> Effects:
    name = question.operation.subject
    held = [Name(name, table.name.schema)] if name and table.index(name) else []
    held_by = question.locks(held, _mode(question.operation))
    found = not_clustered(question.schema, table, name).also(Effects(locks=held_by))
    if table.partition_by is None:
        return found
    return found.also(refused("0A000", "cannot mark index clustered in partitioned table"))


def _unclustered(question: Question[ChangeTable], table: Table) -> Effects:
    if table.partition_by is None or question.major < 11:
        return Effects()
    return refused("0A000", "cannot mark index clustered in partitioned table")


def _replica_identity(question: Question[ChangeTable], table: Table) -> Effects:
    """https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-REPLICA-IDENTITY"""
    name = question.operation.subject
    index = table.index(name or "")
    if name is not None and index is None and not table.certain:
        return possible(("42704", f'there may be no index "{name}"'), ("42809", "it may not do"))
    if name is not None and index is None:
        return refused("42704", f'index "{name}" for table "{table.name}" does not exist')
    return Effects() if index is None else _identified(question, table, index)


def _identified(question: Question[ChangeTable], table: Table, index: Index) -> Effects:
    name = index.name
    found = Effects(locks=(question.lock(Name(name, table.name.schema), LockMode.SHARE),))
    if not index.unique:
        return found.also(refused("42809", f'cannot use non-unique index "{name}"'))
    constraint = table.constraint(name)
    deferrable = constraint is not None and constraint.deferrable
    if deferrable or index.predicate is not None or index.expressions:
        message = f'cannot use index "{name}" as replica identity: it is not always unique'
        return found.also(refused("0A000", message))
    columns = (table.column(column) for column in index.columns)
    if any(column is not None and column.not_null is False for column in columns):
        return found.also(refused("42809", f'cannot use index "{name}": a column is nullable'))
    return found


def _column_option(question: Question[ChangeTable], table: Table) -> Effects:
    name = question.operation.subject
    if name is None:
        return Effects()
    found = no_such_column(table, name)
    column = table.column(name)
    if column is None or column.type is None or column.type.array:
        return found
    kind = base_type(column.type, question.schema)
    known = defined(kind, question.schema)
    fixed = kind.name in _FIXED or (known is not None and bool(known.labels))
    if fixed and _is(question, TableChange.COMPRESSION):
        message = f"column data type {column.type} does not support compression"
        return found.also(refused("0A000", message))
    return found


# Types of a fixed length, which are never compressed or stored elsewhere.
_FIXED = frozenset(
    """
    bool date float4 float8 int2 int4 int8 interval money oid time timestamp timestamptz timetz uuid
    """.split()  # noqa: SIM905 - names are read as words
)


def _triggers(question: Question[ChangeTable], table: Table) -> Effects:
    """The triggers for each row of partitions follow, since 15 those of foreign keys, too."""
    name = question.operation.subject
    if name is not None and lacks_part(question.schema, table, ObjectKind.TRIGGER, name):
        return no_part(table, ObjectKind.TRIGGER, Name(name))
    if name is not None:
        return may_lack_part(table, ObjectKind.TRIGGER, name).also(_followed(question, table))
    return _followed(question, table)


def _followed(question: Question[ChangeTable], table: Table) -> Effects:
    name, every = question.operation.subject, not question.operation.options
    if table.partition_by is None or question.operation.alone:
        return Effects()
    own = any(t.for_each_row and name in (None, t.name) for t in table.triggers)
    followed = own or is_cloned(question.schema, table, name)
    if followed and not every and question.major < 13:
        return refused("42704", "the triggers of partitions are not taken for the user's own")
    below = [member.name for member in question.below(table)]
    own_name = [t for t in table.triggers if t.for_each_row and name in (None, t.name)]
    if name is not None and any(t.on(member) != name for t in own_name for member in below):
        return refused("42704", f'trigger "{name}" has another name on a partition')
    keys = bool(table.targets) or any(True for _ in question.inbound(table))
    if not followed and not (keys and every and name is None and question.major >= 15):
        return Effects()
    mode = _mode(question.operation)
    return Effects(locks=question.locks((member.name for member in question.below(table)), mode))


_MODES = {
    TableChange.STORAGE_PARAMETERS: _SUE,
    TableChange.STATISTICS: _SUE,
    TableChange.COLUMN_OPTIONS: _SUE,
    TableChange.CLUSTER_ON: _SUE,
    TableChange.WITHOUT_CLUSTER: _SUE,
    TableChange.ENABLE_TRIGGER: _SRE,
    TableChange.DISABLE_TRIGGER: _SRE,
}


# https://github.com/postgres/postgres/blob/master/src/backend/commands/tablecmds.c (ATPrepCmd)
_RECURSING = frozenset({TableChange.STATISTICS, TableChange.COLUMN_STORAGE})


_SPECIAL = {
    TableChange.LOGGED: _switched,
    TableChange.UNLOGGED: _switched,
    TableChange.TABLESPACE: _moved,
    TableChange.ACCESS_METHOD: _stored,
    TableChange.OWNER: _owned,
    TableChange.INHERIT: _heir,
    TableChange.NO_INHERIT: _heir,
    TableChange.STORAGE_PARAMETERS: _parameters,
    TableChange.CLUSTER_ON: _clustered,
    TableChange.WITHOUT_CLUSTER: _unclustered,
    TableChange.COMPRESSION: _column_option,
    TableChange.STATISTICS: _column_option,
    TableChange.COLUMN_OPTIONS: _column_option,
    TableChange.COLUMN_STORAGE: _column_option,
    TableChange.ALTER_CONSTRAINT: altered_constraint,
    TableChange.REPLICA_IDENTITY: _replica_identity,
    TableChange.ENABLE_TRIGGER: _triggers,
    TableChange.DISABLE_TRIGGER: _triggers,
}


ANSWERS: Answers = {ChangeTable: _change}
