"""What operations on columns do."""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from analyzers.postgres.effect import Effects, Lock, Loss, LossKind
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.inheritance import (
    must_be_not_null,
    not_alone,
    not_in_key,
    not_of_a_child,
)
from analyzers.postgres.effects.question import (
    Answers,
    Question,
    counting,
    indexes,
    possible,
    refused,
    sequences,
    whole,
)
from analyzers.postgres.effects.view_columns import rename_shown
from analyzers.postgres.effects.volatility import missing_function, volatility
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    DropColumn,
    DropDefault,
    DropNotNull,
    Expression,
    Name,
    RenameColumn,
    SetDefault,
    SetNotNull,
    Volatility,
)
from analyzers.postgres.replay.columns import GUARDED, computed_from
from analyzers.postgres.schema import Table, View
from analyzers.struct import replace

_AE = LockMode.ACCESS_EXCLUSIVE

_NEXTVAL = re.compile(r"nextval\s*\(\s*'(?:([\w$]+)\.)?([\w$]+)'", re.IGNORECASE)

# Any question about one table and one column of it.
Asked: TypeAlias = Question[Any]


def altered(question: Asked, table: Table) -> Effects:
    """ALTER TABLE takes ACCESS EXCLUSIVE unless told otherwise, on partitions and heirs too."""
    family = [member.name for member in question.family(table)]
    return Effects(
        locks=question.locks(family, _AE),
        refusal=question.missing(question.operation.table),
        known=table.certain,
        documentation=docs.ALTER_TABLE,
    )


def no_such_column(table: Table, column: str) -> Effects:
    there = table.has_column(column)
    if there is True or column in SYSTEM_COLUMNS:
        return Effects()
    if there is None:
        return possible(("42703", f'there may be no column "{column}" of "{table.name}"'))
    return refused("42703", f'column "{column}" of relation "{table.name}" does not exist')


SYSTEM_COLUMNS = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"})


def called(question: Asked, expression: Expression) -> Iterator[Effects]:
    missing = missing_function(expression, question.schema, question.major)
    if missing is not None:
        yield refused("42883", f"function {missing}() does not exist")
    if volatility(expression, question.schema) is Volatility.UNKNOWN:
        missing_one = ("42883", "there may be no such function")
        yield Effects(known=False).also(possible(missing_one, ("3F000", "nor its schema")))
    for namespace, name in _NEXTVAL.findall(expression.sql):
        schema = question.schema
        sequence = schema.full(Name(name, namespace or None))
        if schema.complete and not schema.has_relation(sequence):
            yield refused("42P01", f'relation "{name}" does not exist')
        yield Effects(locks=(Lock(sequence, LockMode.ROW_EXCLUSIVE),))


def rewritten(question: Asked, table: Table) -> Effects:
    """Every row is written into a new file, and every index is built for it."""
    if table.partition_by is not None:
        return Effects()
    return Effects(
        locks=question.locks(indexes(table), _AE),
        rewrites=(table.name,),
        scans=(table.name,),
        rebuilds=indexes(table),
        documentation=docs.ALTER_TABLE_NOTES,
    )


def drop(question: Question[DropColumn]) -> Effects:
    operation = question.operation
    table, gone = question.table(operation.table), operation.column
    found = altered(question, table)
    if table.has_column(gone) is False:
        return (
            alter_only(question, table)
            if operation.if_exists
            else found.also(no_such_column(table, gone))
        )
    if not operation.if_exists:
        found = found.also(no_such_column(table, gone))
    found = found.also(
        not_in_key(table, gone),
        not_of_a_child(question, table, gone, "drop"),
        not_alone(question, table, "dropping a column") if table.partition_by else Effects(),
    )
    family = list(question.family(table))
    if operation.alone:
        children = [child.name for child in question.schema.partitions(table.name)]
        found = found.also(Effects(locks=question.locks(children, _AE)))
    own = [*_constrained(question, family, gone), *sequences(question.schema, table.name, gone)]
    others = _using(question, table, family, gone)
    reading = [view for member in family for view in question.views(member, gone)]
    direct = {view.name for view in reading}
    reading += [above for view in reading for above in question.views_over(view.name)]
    maybe = (v for v in reading if v.name not in direct or not _surely_reads(v))
    unsure = set(whole(maybe))
    if not operation.cascade:
        found = found.also(*(need for member in family for need in _needed(member, gone)))
    found = found.also(*_computed(question, table, gone))
    found = found.also(
        Effects(locks=question.locks(own, _AE), losses=(Loss(LossKind.DROPPED, table.name, gone),))
    )
    if operation.cascade:
        locks = question.locks([*others, *whole(reading)], _AE)
        return found.also(
            Effects(locks=tuple(replace(k, certain=k.relation not in unsure) for k in locks))
        )
    needing = [*others, *(view.name for view in reading), *_counted_beside(question, table, gone)]
    return found.also(*_depended_on(question, table, gone, needing))


def _constrained(question: Question[DropColumn], family: list[Table], gone: str) -> Iterator[Name]:
    """What foreign keys of the column refer to, and the indexes that go with it."""
    for member in family:
        for constraint in member.constraints:
            if constraint.reference and constraint.enforced and gone in constraint.columns:
                yield from question.ends(constraint.reference)
    for member in family:
        for index in member.indexes:
            if gone in index.uses and index.name:
                yield Name(index.name, member.name.schema)


def _using(
    question: Question[DropColumn], table: Table, family: list[Table], gone: str
) -> list[Name]:
    """Other tables that refer to the column, or count by its sequence, as those of heirs do."""
    keys = frozenset({gone})
    referring = [o.name for member in family for o, _, _ in question.foreign_keys(member, keys)]
    counted = sequences(question.schema, table.name, gone)
    names = {member.name for member in family}
    counters = counting(question.schema, table, counted)
    referring += [other.name for other in counters if other.name not in names]
    return [name for name in dict.fromkeys(referring) if name != table.name]


def _counted_beside(question: Question[DropColumn], table: Table, gone: str) -> Iterator[Name]:
    """The table itself, where another column of it counts by a sequence that goes."""
    owned = sequences(question.schema, table.name, gone)
    texts = frozenset(text for name in owned for text in (name.name, str(name)))
    others = (column.default for column in table.columns if column.name != gone)
    if any(default is not None and default.literals & texts for default in others):
        yield table.name


def _needed(table: Table, column: str) -> Iterator[Effects]:
    """Triggers of UPDATE OF the column."""
    for trigger in table.triggers:
        if column in trigger.update_of:
            yield refused("2BP01", f"trigger {trigger.name} depends on column {column}")


def _computed(question: Question[DropColumn], table: Table, gone: str) -> Iterator[Effects]:
    """Columns that are computed from the column: before 15 they go without a word (measured)."""
    operation = question.operation
    for name in computed_from(table, gone):
        if question.major >= GUARDED and not operation.cascade:
            yield refused("2BP01", f"column {name} depends on column {gone}")
            continue
        dropping = replace(operation, column=name, if_exists=False)
        found = drop(Question(dropping, question.schema, question.transaction, question.major))
        yield found


def _surely_reads(view: View) -> bool:
    """Whether the columns that a view names are surely those of its one table."""
    return len(view.sources) == 1 and "*" not in view.reads


def _depended_on(
    question: Asked, table: Table, column: str, dependents: list[Name]
) -> Iterator[Effects]:
    """A view over several tables may read another one's column of that name."""
    for name in dependents:
        view = question.schema.views.get(name)
        sure = view is None or _surely_reads(view)
        message = f"cannot drop column {column} of {table.name}: {name} depends on it"
        yield refused("2BP01", message, certain=sure)


def _rename(question: Question[RenameColumn]) -> Effects:
    operation = question.operation
    view = question.schema.view(operation.table)
    if view is not None:
        return rename_shown(question, view, operation.column)
    table = question.table(operation.table)
    found = altered(question, table).also(
        no_such_column(table, operation.column),
        not_alone(question, table, "renaming a column"),
        not_of_a_child(question, table, operation.column, "rename"),
    )
    if table.has_column(operation.to) is True:
        message = f'column "{operation.to}" of relation "{table.name}" already exists'
        return found.also(refused("42701", message))
    if table.has_column(operation.to) is None:
        found = found.also(possible(("42701", f'there may be a column "{operation.to}"')))
    for member in question.family(table):
        if member.name != table.name and member.has_column(operation.to) is True:
            message = f'column "{operation.to}" of relation "{member.name}" already exists'
            found = found.also(refused("42701", message))
    return found


def _set_not_null(question: Question[SetNotNull]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    found = altered(question, table).also(no_such_column(table, operation.column))
    unmarked = question.major < 12 or not _is_marked(table, operation.column)
    if table.partition_by is not None and unmarked:
        found = found.also(not_alone(question, table, "adding a NOT NULL"))
    elif question.major >= 18 and not_alone(question, table, "").error is not None:
        found = found.also(possible(("42P16", "it must be done to child tables too")))
    stops = 18 if table.partition_by is None else 12
    if question.major >= stops and _is_marked(table, operation.column):
        return alter_only(question, table).also(no_such_column(table, operation.column))
    if operation.again and table.partition_by is not None and question.major >= 12:
        # Partitions are passed over: before the statement the column is NOT NULL (measured).
        return replace(found, known=False)
    leaves = (member for member in question.family(table) if member.partition_by is None)
    validates = table.is_unproven(operation.column)
    if validates and question.schema.has_unproven(table, operation.column):
        return alter_only(question, table)  # it is only made the table's own, too (measured)
    for member in leaves:
        if member.is_unproven(operation.column) and not validates:
            continue  # it keeps its own, which stays NOT VALID (measured)
        if not is_not_null(question.major, member, operation.column):
            found = found.also(Effects(scans=(member.name,)), _nulls(member, operation.column))
    return found


def gone_below(question: Asked, table: Table) -> Iterator[Effects]:
    """Partitions and heirs have lost a column when it is their turn, if the statement drops it."""
    operation = question.operation
    for member in question.family(table):
        if operation.dropped and member.name != table.name:
            message = f'column "{operation.column}" of relation "{member.name}" does not exist'
            yield refused("42703", message)


def _is_marked(table: Table, name: str) -> bool:
    """What is NOT NULL already needs no look at partitions and heirs."""
    column = table.column(name)
    return column is not None and column.not_null is True and name not in table.doubtful


def alter_only(question: Asked, table: Table) -> Effects:
    """ALTER TABLE where nothing is left to do below the table itself."""
    return Effects(
        locks=(question.lock(table.name, _AE),),
        refusal=question.missing(question.operation.table),
        known=table.certain,
        documentation=docs.ALTER_TABLE,
    )


def is_not_null(major: int, table: Table, column: str) -> bool:
    """Since 12 a valid CHECK that excludes NULL spares the scan."""
    known = table.column(column)
    if known is not None and known.not_null and column not in table.doubtful:
        return True
    return major >= 12 and any(
        c.check is not None and c.valid and c.enforced and column in c.check.proves_not_null
        for c in table.constraints
    )


def _nulls(table: Table, column: str) -> Effects:
    message = f'column "{column}" of relation "{table.name}" contains null values'
    return Effects() if table.new else refused("23502", message, certain=False)


def _drop_not_null(question: Question[DropNotNull]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    column = table.column(operation.column)
    nothing = question.major >= 18 and column is not None and column.not_null is False
    found = (alter_only if nothing else altered)(question, table)
    if operation.alone and question.major >= 18:
        children = question.locks((c.name for c in question.schema.partitions(table.name)), _AE)
        locks = tuple(replace(lock, certain=False) for lock in children)
        found = found.also(Effects(locks=locks))
    found = found.also(no_such_column(table, operation.column))
    if question.major < 18:
        found = found.also(*gone_below(question, table))
        if table.partition_by is not None:
            found = found.also(not_alone(question, table, "dropping NOT NULL"))
    if column is not None and column.generated == "identity":
        return found.also(refused("42601", f'column "{column.name}" is an identity column'))
    for member in (table,) if nothing else question.family(table):
        key = member.primary_key
        if key is not None and operation.column in key.columns:
            return found.also(refused("42P16", f'column "{operation.column}" is in a primary key'))
    heir = table.partition_of is not None or question.major >= 18
    if heir and must_be_not_null(question.schema, table, operation.column):
        message = f'column "{operation.column}" is marked NOT NULL in parent table'
        return found.also(refused("42P16", message))
    return found


def _default(question: Question[SetDefault] | Question[DropDefault]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    found = altered(question, table).also(no_such_column(table, operation.column))
    column = table.column(operation.column)
    if isinstance(operation, DropDefault):
        found = found.also(*gone_below(question, table))
    if column is not None and column.generated is not None:
        return found.also(refused("42601", f'column "{column.name}" is generated'))
    if isinstance(operation, SetDefault):
        for part in called(question, operation.default):
            found = found.also(part)
        if not operation.default.null:
            found = found.also(possible(*_UNFIT))
    return found


_UNFIT = (
    ("42804", "the default is of another type"),
    ("22P02", "the default is no value of the type"),
    ("22007", "the default is no date or time"),
)


ANSWERS: Answers = {
    DropColumn: drop,
    RenameColumn: _rename,
    SetNotNull: _set_not_null,
    DropNotNull: _drop_not_null,
    SetDefault: _default,
    DropDefault: _default,
}
