"""What operations on constraints do."""

from collections.abc import Iterator
from dataclasses import replace

from analyzers.postgres.effect import Effects, Lock
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.columns import alter_only, altered, no_such_column
from analyzers.postgres.effects.foreign_keys import mismatched
from analyzers.postgres.effects.inheritance import (
    inherited_constraint,
    must_be_not_null,
    not_alone,
    parents,
)
from analyzers.postgres.effects.known_types import unindexable, unordered, virtual
from analyzers.postgres.effects.question import Answers, Question, index_of, possible, refused
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    AddConstraint,
    Constraint,
    ConstraintKind,
    DropConstraint,
    Name,
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
    return found.also(*(no_such_column(table, column) for column in constraint.columns))


def _add_check(question: Question[AddConstraint], table: Table, constraint: Constraint) -> Effects:
    found = altered(question, table)
    if not constraint.no_inherit:
        found = found.also(not_alone(question, table, "adding a constraint"))
    if not constraint.valid or not constraint.enforced:
        return found
    return found.also(_read(question, table, "23514"))


def _add_not_null(
    question: Question[AddConstraint], table: Table, constraint: Constraint
) -> Effects:
    found = altered(question, table)
    columns = [table.column(column) for column in constraint.columns]
    if any(column is not None and column.not_null for column in columns):
        message = f'"{table.name}" has a not-null constraint of another name'
        return found.also(refused("55000", message))
    already = all(column is not None and column.not_null for column in columns)
    return (
        found.also(_read(question, table, "23502")) if constraint.valid and not already else found
    )


def _read(question: Question[AddConstraint], table: Table, sqlstate: str) -> Effects:
    """Every row is looked at, and may be found wanting."""
    members = question.parts(table) if sqlstate in _OF_INDEXES else question.family(table)
    leaves = tuple(member.name for member in members if member.partition_by is None)
    found = Effects(scans=leaves)
    if table.new:
        return found
    return found.also(refused(sqlstate, f'a row of "{table.name}" violates it', certain=False))


_OF_INDEXES = ("23505", "23P01")


def _add_unique(question: Question[AddConstraint], table: Table, constraint: Constraint) -> Effects:
    found = _built(question, table, constraint)
    for name in constraint.columns if constraint.kind is not ConstraintKind.EXCLUDE else ():
        column = table.column(name)
        found = found.also(unordered(column), virtual(column, "unique constraints"))
    if constraint.kind is ConstraintKind.EXCLUDE:
        method, schema = constraint.method or "btree", question.schema
        kinds = (unindexable(table.column(name), method, schema) for name in constraint.columns)
        found = found.also(*kinds)
        if table.partition_by is not None and question.major < 17:
            message = "exclusion constraints are not supported on partitioned tables"
            found = found.also(refused("0A000", message))
    if set(table.partition_columns) - set(constraint.columns) and not constraint.using_index:
        message = "unique constraint on partitioned table must include all partitioning columns"
        found = found.also(refused("0A000", message))
    if constraint.using_index is not None:
        found = found.also(*_unusable(question, table, constraint.using_index))
    if constraint.kind is ConstraintKind.PRIMARY_KEY and table.primary_key is not None:
        message = f'multiple primary keys for table "{table.name}" are not allowed'
        return found.also(refused("42P16", message))
    if constraint.using_index is None:
        violated = "23P01" if constraint.kind is ConstraintKind.EXCLUDE else "23505"
        found = found.also(_read(question, table, violated))
        if constraint.kind is ConstraintKind.PRIMARY_KEY:
            return found.also(*_key_of_heirs(question, table, constraint))
        return found
    mode = _SUE if question.major >= 12 else _AE
    index = Name(constraint.using_index, table.name.schema)
    found = found.also(Effects(locks=(question.lock(index, mode),)))
    if constraint.kind is ConstraintKind.PRIMARY_KEY and _may_be_null(table, constraint):
        return found.also(_read(question, table, "23502"))
    return found


def _built(question: Question[AddConstraint], table: Table, constraint: Constraint) -> Effects:
    """Partitions are locked as for CREATE INDEX, unless a column of theirs becomes NOT NULL."""
    columns = [table.column(name) for name in constraint.columns]
    key = constraint.kind is ConstraintKind.PRIMARY_KEY
    nullable = any(column is None or not column.not_null for column in columns)
    if question.major >= 18 or (key and nullable):
        return altered(question, table)
    others = [member.name for member in question.parts(table) if member.name != table.name]
    deferred = _AE if question.major >= 18 else _SRE
    mode = deferred if constraint.deferrable else LockMode.SHARE
    locks = question.locks(others, mode)
    # An index that a partition has already is taken over, under stronger locks.
    stronger = [*question.locks(others, _SRE), *question.locks(others, _AE)]
    perhaps = Effects(locks=tuple(replace(lock, certain=False) for lock in stronger))
    return alter_only(question, table).also(Effects(locks=locks), perhaps)


def _key_of_heirs(
    question: Question[AddConstraint], table: Table, constraint: Constraint
) -> Iterator[Effects]:
    """Heirs have no part of the key, but none of their values may be NULL."""
    if question.major < 18 and table.partition_by is not None:
        return
    for member in question.family(table):
        columns = [member.column(name) for name in constraint.columns]
        nullable = any(column is not None and not column.not_null for column in columns)
        if nullable and member.partition_by is None:
            found = Effects(scans=(member.name,))
            refusal = refused("23502", "a column of the key contains NULL", certain=False)
            yield found if member.new else found.also(refusal)


def _unusable(question: Question[AddConstraint], table: Table, name: str) -> Iterator[Effects]:
    """https://www.postgresql.org/docs/current/sql-altertable.html"""
    index = table.index(name)
    if not table.certain:
        return
    if index is None:
        yield refused("42704", f'index "{name}" does not exist')
        return
    if index.constraint:
        yield refused("55000", f'index "{name}" is already associated with a constraint')
    if not index.valid:
        yield refused("55000", f'index "{name}" is not valid', certain=index.valid is False)
    if not index.unique:
        yield refused("42809", f'"{name}" is not a unique index')
    if index.expressions:
        yield refused("42809", f'index "{name}" contains expressions')
    if index.predicate is not None:
        yield refused("42809", f'"{name}" is a partial index')
    yield possible(("42809", f'index "{name}" is not sorted as a key is'))
    if table.partition_by is not None:
        yield refused("0A000", "USING INDEX is not supported on partitioned tables")


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
    reached = question.family(table) if question.major >= 18 else question.parts(table)
    own = [member.name for member in reached]
    far = [member.name for member in question.parts(parent)]
    checked = constraint.valid and constraint.enforced
    scans = (
        member.name
        for top in (table, parent)
        for member in question.parts(top)
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
    found = found.also(*mismatched(question, table, parent, constraint, reference))
    if parent.name in own and parent.name != table.name:
        found = found.also(possible(("55006", f'"{parent.name}" is in use by this statement')))
    if not checked or table.new:
        return found
    return found.also(refused("23503", "a row has no row to refer to", certain=False))


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
    constraint = table.constraint(operation.constraint)
    done = table.certain and (constraint is None or constraint.valid)
    family = [table] if done else list(question.family(table))
    found = Effects(
        locks=question.locks([member.name for member in family], _SUE),
        refusal=question.missing(operation.table),
        known=table.certain,
        documentation=docs.ALTER_TABLE,
    )
    if constraint is None and is_not_null_name(table, operation.constraint, question.major):
        return found
    if constraint is None:
        return found.also(_no_such_constraint(table, operation.constraint, question.major))
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


def is_not_null_name(table: Table, name: str, major: int) -> bool:
    """Whether PostgreSQL 18 may have given this name to a NOT NULL, which is a constraint there."""
    return major >= 18 and not_null_column(table, name) is not None


def not_null_column(table: Table, name: str) -> str | None:
    """The column whose NOT NULL has this name, if nothing was renamed since."""
    named = {c for k in table.constraints if k.kind is ConstraintKind.NOT_NULL for c in k.columns}
    for column in table.columns:
        if column.name in named:
            continue
        if column.not_null is not False and name == f"{table.name.name}_{column.name}_not_null":
            return column.name
    return None


def _no_such_constraint(table: Table, name: str, major: int) -> Effects:
    if not table.certain:
        return Effects(known=False).also(possible(("42704", "there is no such constraint")))
    if name.endswith("_not_null") and major >= 18:
        return Effects(known=False).also(
            possible(
                ("42704", "there is no such constraint"),
                ("42P16", "it is inherited, or belongs to a primary key"),
                ("42809", "it is of another kind"),
            )
        )
    return refused("42704", f'constraint "{name}" of relation "{table.name}" does not exist')


def _drop(question: Question[DropConstraint]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    constraint = table.constraint(operation.constraint)
    nothing = constraint is None and operation.if_exists
    found = (alter_only if nothing else altered)(question, table)
    found = found.also(_inherited(question, table, "drop"))
    if constraint is None:
        return found.also(_drop_unlisted(question, table))
    if constraint.kind is ConstraintKind.NOT_NULL:
        return found.also(_drop_not_null(question, table, constraint.columns[0]))
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


def _drop_unlisted(question: Question[DropConstraint], table: Table) -> Effects:
    operation = question.operation
    above = parents(question.schema, table)
    if any(is_not_null_name(one, operation.constraint, question.major) for one in above):
        return refused("42P16", f'cannot drop inherited constraint "{operation.constraint}"')
    if is_not_null_name(table, operation.constraint, question.major):
        column = not_null_column(table, operation.constraint) or ""
        return _drop_not_null(question, table, column)
    if operation.if_exists:
        return Effects()
    return _no_such_constraint(table, operation.constraint, question.major)


def _drop_not_null(question: Question[DropConstraint], table: Table, column: str) -> Effects:
    """NOT NULL goes by the name of its constraint, since PostgreSQL 18."""
    key = table.primary_key
    if must_be_not_null(question.schema, table, column):
        return refused("42P16", f'cannot drop inherited constraint of column "{column}"')
    if key is not None and column in key.columns:
        return refused("42P16", f'column "{column}" is in a primary key')
    known = table.column(column)
    if known is not None and known.generated == "identity":
        return refused("55000", f'column "{column}" is an identity column')
    return Effects()


def _inherited(
    question: Question[DropConstraint] | Question[RenameConstraint], table: Table, verb: str
) -> Effects:
    name = question.operation.constraint
    if inherited_constraint(question.schema, table, name) is None:
        return Effects()
    return refused("42P16", f'cannot {verb} inherited constraint "{name}" of "{table.name}"')


def _served(
    question: Question[DropConstraint], table: Table, constraint: Constraint
) -> Iterator[Name]:
    """The tables whose foreign keys stand on this key."""
    if constraint.kind not in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE):
        return
    for other, _, reference in question.foreign_keys(table):
        if frozenset(reference.columns) == frozenset(constraint.columns):
            yield other.name


_CHECK = ConstraintKind.CHECK


def _rename(question: Question[RenameConstraint]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    renamed = table.constraint(operation.constraint)
    own = renamed is not None and renamed.kind not in (_CHECK, ConstraintKind.NOT_NULL)
    found = (alter_only if own else altered)(question, table)
    found = found.also(_inherited(question, table, "rename"))
    if table.constraint(operation.constraint) is None and not table.certain:
        return found.also(possible(("42704", "there is no such constraint")))
    if is_not_null_name(table, operation.constraint, question.major):
        column = not_null_column(table, operation.constraint) or ""
        if must_be_not_null(question.schema, table, column):
            return found.also(refused("42P16", "cannot rename inherited constraint"))
        return found
    if table.constraint(operation.constraint) is None:
        return found.also(_no_such_constraint(table, operation.constraint, question.major))
    mode = _SUE if question.major >= 12 else _AE
    index = index_of(table, operation.constraint)
    return found.also(Effects(locks=question.locks(index, mode)))


ANSWERS: Answers = {
    AddConstraint: _add,
    ValidateConstraint: _validate,
    DropConstraint: _drop,
    RenameConstraint: _rename,
}
