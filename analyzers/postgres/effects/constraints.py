"""What operations on constraints do."""

from collections.abc import Iterator

from analyzers.postgres.effect import Effects, Lock
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.columns import altered, no_such_column
from analyzers.postgres.effects.conversions import base_type, comparable
from analyzers.postgres.effects.known_types import unordered, virtual
from analyzers.postgres.effects.question import Answers, Question, index_of, refused
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    AddConstraint,
    Constraint,
    ConstraintKind,
    DropConstraint,
    Name,
    Reference,
    RenameConstraint,
    ValidateConstraint,
)
from analyzers.postgres.schema import Table

_AE = LockMode.ACCESS_EXCLUSIVE
_SRE = LockMode.SHARE_ROW_EXCLUSIVE
_SUE = LockMode.SHARE_UPDATE_EXCLUSIVE
_RS = LockMode.ROW_SHARE


def _add(question: Question[AddConstraint]) -> Effects:
    constraint = question.operation.constraint
    table = question.table(question.operation.table)
    taken = constraint.name is not None and table.constraint(constraint.name) is not None
    if taken and table.exists:
        message = f'constraint "{constraint.name}" for relation "{table.name}" already exists'
        return refused("42710", message)
    found = _ADDED[constraint.kind](question, table, constraint)
    if constraint.kind is not ConstraintKind.CHECK:
        found = found.also(*(no_such_column(table, column) for column in constraint.columns))
    return found


def _add_check(question: Question[AddConstraint], table: Table, constraint: Constraint) -> Effects:
    found = altered(question, table)
    if not constraint.valid or not constraint.enforced:
        return found
    return found.also(_read(question, table, "23514"))


def _add_not_null(
    question: Question[AddConstraint], table: Table, constraint: Constraint
) -> Effects:
    found = altered(question, table)
    columns = [table.column(column) for column in constraint.columns]
    already = all(column is not None and column.not_null for column in columns)
    return (
        found.also(_read(question, table, "23502")) if constraint.valid and not already else found
    )


def _read(question: Question[AddConstraint], table: Table, sqlstate: str) -> Effects:
    """Every row is looked at, and may be found wanting."""
    leaves = tuple(m.name for m in question.family(table) if m.partition_by is None)
    found = Effects(scans=leaves)
    if table.new:
        return found
    return found.also(refused(sqlstate, f'a row of "{table.name}" violates it', certain=False))


def _add_unique(question: Question[AddConstraint], table: Table, constraint: Constraint) -> Effects:
    found = altered(question, table)
    for name in constraint.columns if constraint.kind is not ConstraintKind.EXCLUDE else ():
        column = table.column(name)
        found = found.also(unordered(column), virtual(column, "unique constraints"))
    if constraint.kind is ConstraintKind.PRIMARY_KEY and table.primary_key is not None:
        message = f'multiple primary keys for table "{table.name}" are not allowed'
        return found.also(refused("42P16", message))
    if constraint.using_index is None:
        return found.also(_read(question, table, "23505"))
    mode = _SUE if question.major >= 12 else _AE
    index = Name(constraint.using_index, table.name.schema)
    found = found.also(Effects(locks=(question.lock(index, mode),)))
    if constraint.kind is ConstraintKind.PRIMARY_KEY and _may_be_null(table, constraint):
        return found.also(_read(question, table, "23502"))
    return found


def _may_be_null(table: Table, constraint: Constraint) -> bool:
    index = table.index(constraint.using_index or "")
    columns = [table.column(column) for column in index.columns] if index else [None]
    return any(column is None or not column.not_null for column in columns)


def _add_foreign_key(
    question: Question[AddConstraint], table: Table, constraint: Constraint
) -> Effects:
    """SHARE ROW EXCLUSIVE on both: writes wait, reads go on."""
    reference = constraint.reference
    assert reference is not None
    parent = table if reference.table == table.name else question.table(reference.table)
    own = [member.name for member in question.family(table)]
    far = [member.name for member in question.family(parent)]
    checked = constraint.valid and constraint.enforced
    scans = (
        member.name
        for top in (table, parent)
        for member in question.family(top)
        if member.partition_by is None
    )
    found = Effects(
        locks=question.locks([*own, *far], _SRE),
        scans=tuple(dict.fromkeys(scans)) if checked else (),
        refusal=question.missing(question.operation.table) or question.missing(reference.table),
        known=table.certain and (parent.certain or parent.name not in question.schema.tables),
        documentation=docs.ALTER_TABLE,
    )
    if found.refusal is not None:
        return found
    found = found.also(*_mismatched(question, table, parent, constraint, reference))
    if not checked or table.new:
        return found
    return found.also(refused("23503", "a row has no row to refer to", certain=False))


def _mismatched(
    question: Question[AddConstraint],
    table: Table,
    parent: Table,
    constraint: Constraint,
    reference: Reference,
) -> Iterator[Effects]:
    """What PostgreSQL refuses of a foreign key before it looks at any row."""
    yield from _unsupported(question, table, parent, constraint)
    columns = reference.columns
    if not columns and parent.primary_key is not None:
        columns = parent.primary_key.columns
    if parent.certain and not columns:
        yield refused("42704", f'there is no primary key for referenced table "{parent.name}"')
        return
    yield from (no_such_column(parent, column) for column in columns)
    if parent.certain and not _is_unique(parent, columns):
        message = f'no unique constraint matches the given keys of "{parent.name}"'
        yield refused("42830", message)
    for one, other in zip(constraint.columns, columns, strict=False):
        near, far = table.column(one), parent.column(other)
        if near is None or far is None or near.type is None or far.type is None:
            continue
        bases = (base_type(near.type, question.schema), base_type(far.type, question.schema))
        if not comparable(*bases):
            yield refused("42804", f'"{one}" and "{other}" are of incompatible types')


def _unsupported(
    question: Question[AddConstraint], table: Table, parent: Table, constraint: Constraint
) -> Iterator[Effects]:
    """What the kinds of the two tables forbid."""
    if question.major < 11 and table.partition_by is not None:
        yield refused("0A000", "foreign keys on partitioned tables are not supported")
    elif question.major < 12 and parent.partition_by is not None:
        yield refused("42809", "cannot reference a partitioned table")
    if question.major < 18 and table.partition_by is not None and not constraint.valid:
        yield refused("42809", "cannot add a NOT VALID foreign key to a partitioned table")
    if parent.unlogged and not table.unlogged:
        message = "constraints on permanent tables may reference only permanent tables"
        yield refused("42P16", message)


def _is_unique(table: Table, columns: tuple[str, ...]) -> bool:
    wanted = frozenset(columns)
    return any(
        index.unique and index.predicate is None and frozenset(index.columns) == wanted
        for index in table.indexes
    )


_ADDED = {
    ConstraintKind.CHECK: _add_check,
    ConstraintKind.NOT_NULL: _add_not_null,
    ConstraintKind.UNIQUE: _add_unique,
    ConstraintKind.PRIMARY_KEY: _add_unique,
    ConstraintKind.EXCLUDE: _add_unique,
    ConstraintKind.FOREIGN_KEY: _add_foreign_key,
}


def _validate(question: Question[ValidateConstraint]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    family = [member.name for member in question.family(table)]
    found = Effects(
        locks=question.locks(family, _SUE),
        refusal=question.missing(operation.table),
        known=table.certain,
        documentation=docs.ALTER_TABLE,
    )
    constraint = table.constraint(operation.constraint)
    if constraint is None:
        return found.also(_no_such_constraint(table, operation.constraint))
    if constraint.kind not in _VALIDATED:
        return found.also(refused("42809", f'cannot validate constraint "{constraint.name}"'))
    if constraint.valid:
        return found
    scans = tuple(m.name for m in question.family(table) if m.partition_by is None)
    sqlstate = _VIOLATED.get(constraint.kind, "23514")
    locks: tuple[Lock, ...] = ()
    if constraint.reference is not None:
        parent = constraint.reference.table
        scans = (*scans, parent)
        locks = (question.lock(parent, _RS),)
    violated = refused(sqlstate, f'a row of "{table.name}" violates it', certain=False)
    return found.also(Effects(locks=locks, scans=scans), violated)


_VALIDATED = (ConstraintKind.CHECK, ConstraintKind.FOREIGN_KEY, ConstraintKind.NOT_NULL)
_VIOLATED = {ConstraintKind.FOREIGN_KEY: "23503", ConstraintKind.NOT_NULL: "23502"}


def _no_such_constraint(table: Table, name: str) -> Effects:
    if not table.certain:
        return Effects(known=False)
    return refused("42704", f'constraint "{name}" of relation "{table.name}" does not exist')


def _drop(question: Question[DropConstraint]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    found = altered(question, table)
    constraint = table.constraint(operation.constraint)
    if constraint is None:
        if operation.if_exists:
            return found
        return found.also(_no_such_constraint(table, operation.constraint))
    if constraint.reference is not None:
        return found.also(Effects(locks=(question.lock(constraint.reference.table, _AE),)))
    found = found.also(Effects(locks=question.locks(index_of(table, operation.constraint), _AE)))
    children = list(_served(question, table, constraint))
    twins = [i for i in table.indexes if i.unique and set(i.columns) == set(constraint.columns)]
    if children and len(twins) > 1:
        # Which of the equal indexes a foreign key stands on, its own history decides.
        return found.also(refused("2BP01", "a foreign key may depend on it", certain=False))
    if children and not operation.cascade:
        message = f"cannot drop constraint {operation.constraint}: {children[0]} depends on it"
        return found.also(refused("2BP01", message))
    return found.also(Effects(locks=question.locks(children, _AE)))


def _served(
    question: Question[DropConstraint], table: Table, constraint: Constraint
) -> Iterator[Name]:
    """The tables whose foreign keys stand on this key."""
    if constraint.kind not in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE):
        return
    for other, _, reference in question.foreign_keys(table):
        if frozenset(reference.columns) == frozenset(constraint.columns):
            yield other.name


def _rename(question: Question[RenameConstraint]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    found = altered(question, table)
    if table.constraint(operation.constraint) is None:
        return found.also(_no_such_constraint(table, operation.constraint))
    mode = _SUE if question.major >= 12 else _AE
    index = index_of(table, operation.constraint)
    return found.also(Effects(locks=question.locks(index, mode)))


ANSWERS: Answers = {
    AddConstraint: _add,
    ValidateConstraint: _validate,
    DropConstraint: _drop,
    RenameConstraint: _rename,
}
