"""What operations on constraints do."""

from collections.abc import Iterator
from typing import Any

from analyzers.postgres.effect import Effects, Lock
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.columns import alter_only, altered, no_such_column
from analyzers.postgres.effects.constraint_names import clashing
from analyzers.postgres.effects.foreign_keys import mismatched
from analyzers.postgres.effects.inheritance import (
    inherited_constraint,
    must_be_not_null,
    not_alone,
    parents,
)
from analyzers.postgres.effects.keys import add_key, every_row
from analyzers.postgres.effects.not_null import add_not_null, is_not_null_name, not_null_column
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
from analyzers.postgres.parts import MADE_AGAIN
from analyzers.postgres.replay.attached import above, attached, gives, is_alike, share_of, twins
from analyzers.postgres.replay.constraints import target
from analyzers.postgres.schema import Index, Table
from analyzers.struct import replace

_AE = LockMode.ACCESS_EXCLUSIVE
_SRE = LockMode.SHARE_ROW_EXCLUSIVE
_SUE = LockMode.SHARE_UPDATE_EXCLUSIVE
_RS = LockMode.ROW_SHARE


def add(question: Question[AddConstraint]) -> Effects:
    constraint = question.operation.constraint
    table = question.table(question.operation.table)
    if question.operation.repeated and question.major < MADE_AGAIN:
        return alter_only(question, table)
    if _is_taken(table, constraint) and table.exists:
        message = f'constraint "{constraint.name}" for relation "{table.name}" already exists'
        return refused("42710", message)
    found = _ADDED[constraint.kind](question, table, constraint)
    if is_not_null_name(table, constraint.name or "", question.major):
        found = found.also(possible(("42710", "a NOT NULL may have this name")))
    found = found.also(*clashing(question, table, (constraint,)))
    return found.also(*(no_such_column(table, column) for column in constraint.columns))


def _is_taken(table: Table, constraint: Constraint) -> bool:
    there = table.constraint(constraint.name) if constraint.name is not None else None
    if there is None:
        return False
    # A NOT NULL that is there already under the same name is left as it is.
    said = (constraint.kind, constraint.columns)
    return constraint.kind is not ConstraintKind.NOT_NULL or said != (there.kind, there.columns)


def _add_check(question: Question[AddConstraint], table: Table, constraint: Constraint) -> Effects:
    own = constraint.no_inherit and question.major < 18
    found = (alter_only if own else altered)(question, table)
    if not constraint.no_inherit:
        found = found.also(not_alone(question, table, "adding a constraint"))
    elif table.partition_by is not None:
        return found.also(refused("42P16", "no NO INHERIT constraint for a partitioned table"))
    found = found.also(possible(*_UNTYPED))
    if not constraint.valid or not constraint.enforced:
        return found
    if constraint.no_inherit:
        violated = refused("23514", f'a row of "{table.name}" violates it', certain=False)
        return found.also(Effects(scans=(table.name,)), *(() if table.new else (violated,)))
    return found.also(every_row(question, table, "23514"))


_UNTYPED = (
    ("42883", "no operator or function takes such values"),
    ("42804", "a value is of another type than is asked for"),
)


def _add_foreign_key(
    question: Question[AddConstraint], table: Table, constraint: Constraint
) -> Effects:
    """SHARE ROW EXCLUSIVE on both: writes wait, reads go on."""
    reference = constraint.reference
    assert reference is not None
    parent = table if reference.table == table.name else question.table(reference.table)
    far = [member.name for member in question.parts(parent)]
    checked = constraint.valid and constraint.enforced
    aimed = target(question.schema, table, reference)
    wanted = replace(constraint, reference=aimed)
    given = [
        member
        for member in question.parts(table)
        if member.name != table.name
        and member.partition_of is not None
        and gives(member, question.table(member.partition_of), wanted)
    ]
    spared = [m for one in given for m in question.below(one)]
    reached = list(question.family(table))
    if question.major < 18:
        reached = [m for m in question.parts(table) if m not in spared]
    own = [member.name for member in reached]
    scans = (
        member.name
        for top in (table, parent)
        for member in question.parts(top)
        if member.partition_by is None and member not in (*given, *spared)
    )
    # Measured: 11 opens what is below partitions under the lock that makes them.
    deep = [m.name for m in reached if m.partition_of not in (None, table.name, table.partition_of)]
    found = Effects(
        locks=question.locks([*own, *far], _SRE)
        + question.locks(own if question.operation.beside else (), _AE)
        # The triggers of partitions that have such a key already go.
        + question.locks(question.ends(aimed) if given else (), _AE)
        + question.locks(deep if question.major == 11 else (), _AE),
        scans=tuple(dict.fromkeys(scans)) if checked else (),
        refusal=question.missing(question.operation.table) or question.missing(reference.table),
        known=table.certain and (parent.certain or parent.name not in question.schema.tables),
        documentation=docs.ALTER_TABLE,
    )
    if found.refusal is not None:
        return found
    found = found.also(*mismatched(question, table, parent, constraint, reference))
    found = found.also(*unlike(question, table, wanted))
    if parent.name in own and parent.name != table.name:
        found = found.also(possible(("55006", f'"{parent.name}" is in use by this statement')))
    if not checked or table.new:
        return found
    return found.also(refused("23503", "a row has no row to refer to", certain=False))


def unlike(question: Question[Any], table: Table, wanted: Constraint) -> Iterator[Effects]:
    """The same key on a partition, but enforced where this one isn't, or the other way round."""
    for member in question.parts(table) if question.major >= 18 else ():
        for own in member.constraints if member is not table else ():
            if own.enforced is not wanted.enforced and is_alike(wanted, own):
                yield refused("42P17", f'enforceability conflicts with constraint "{own.name}"')


_ADDED = {
    ConstraintKind.CHECK: _add_check,
    ConstraintKind.NOT_NULL: add_not_null,
    ConstraintKind.UNIQUE: add_key,
    ConstraintKind.PRIMARY_KEY: add_key,
    ConstraintKind.EXCLUDE: add_key,
    ConstraintKind.FOREIGN_KEY: _add_foreign_key,
}


def _validate(question: Question[ValidateConstraint]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    constraint = table.constraint(operation.constraint)
    done = table.certain and (constraint is None or constraint.valid)
    key = constraint is not None and constraint.reference is not None
    unproven = list(_unproven(question, table, constraint)) if constraint is not None else []
    family = [table] if done else unproven if key else list(question.family(table))
    found = Effects(
        locks=question.locks([member.name for member in family], _AE if operation.beside else _SUE),
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
    if not constraint.enforced:
        return found.also(refused("55000", "cannot validate NOT ENFORCED constraint"))
    if constraint.valid:
        return found
    scans = tuple(m.name for m in unproven if m.partition_by is None)
    sqlstate = _VIOLATED.get(constraint.kind, "23514")
    locks: tuple[Lock, ...] = ()
    if constraint.reference is not None:
        parent = constraint.reference.table
        scans = (*scans, parent)
        locks = (question.lock(parent, _RS),)
    violated = refused(sqlstate, f'a row of "{table.name}" violates it', certain=False)
    return found.also(Effects(locks=locks, scans=scans), violated)


def _unproven(
    question: Question[ValidateConstraint], table: Table, constraint: Constraint
) -> Iterator[Table]:
    """The table with those below it whose share of the constraint is not valid yet."""
    waiting = [table]
    for member in waiting:
        share = share_of(member, constraint)
        if share is not None and share.valid and member is not table:
            continue
        yield member
        waiting.extend(question.schema.partitions(member.name))


_VALIDATED = (ConstraintKind.CHECK, ConstraintKind.FOREIGN_KEY, ConstraintKind.NOT_NULL)
_VIOLATED = {ConstraintKind.FOREIGN_KEY: "23503", ConstraintKind.NOT_NULL: "23502"}


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
    found = altered(question, table)
    if not _is_passed_on(question, table, constraint):
        found = alter_only(question, table)
    found = found.also(*_beside(question, table, constraint))
    found = found.also(_inherited(question, table, "drop"))
    if constraint is None:
        return found.also(_drop_unlisted(question, table))
    if constraint.kind is ConstraintKind.NOT_NULL:
        return found.also(_drop_not_null(question, table, constraint.columns[0]))
    if constraint.reference is not None:
        guarded = question.ends(constraint.reference) if constraint.enforced else ()
        ends = (constraint.reference.table, *guarded)
        return found.also(Effects(locks=question.locks(ends, _AE)))
    index = table.index(operation.constraint)
    if index is not None and above(question.schema, table, index) is not None:
        found = found.also(_of_a_partition(question, table, index))
    found = found.also(Effects(locks=question.locks(_carrying(question, table), _AE)))
    children = list(_served(question, table, constraint))
    twins = [i for i in table.indexes if i.unique and set(i.columns) == set(constraint.columns)]
    if children and len(twins) > 1:
        # Which of the equal indexes a foreign key stands on, its own history decides.
        return found.also(refused("2BP01", "a foreign key may depend on it", certain=False))
    if children and not operation.cascade:
        message = f"cannot drop constraint {operation.constraint}: {children[0]} depends on it"
        return found.also(refused("2BP01", message))
    return found.also(Effects(locks=question.locks(children, _AE)))


def _beside(
    question: Question[DropConstraint], table: Table, constraint: Constraint | None
) -> Iterator[Effects]:
    """What is locked of partitions and heirs though ONLY, or nothing to drop, leaves them aside."""
    if table.partition_by is not None and question.major >= 11:
        # Whoever uses a partition is waited for.
        yield Effects(locks=question.locks((one.name for one in question.below(table)), _AE))
    if question.operation.alone and _is_passed_on(question, table, constraint):
        # What heirs had from here becomes their own.
        heirs = (heir.name for heir in question.schema.partitions(table.name))
        yield Effects(locks=question.locks(heirs, _AE))
    if table.partition_by is not None and question.major < 18 and constraint is not None:
        yield not_alone(question, table, "removing a constraint")


def _is_passed_on(
    question: Question[DropConstraint], table: Table, constraint: Constraint | None
) -> bool:
    """Heirs have checks and NOT NULL of their table's; for partitions see where this is asked."""
    name = question.operation.constraint
    if constraint is None:
        there = is_not_null_name(table, name, question.major)
        return there or not question.operation.if_exists
    return constraint.kind in _TO_HEIRS


def _of_a_partition(question: Question[DropConstraint], table: Table, index: Index) -> Effects:
    """A constraint whose index belongs to one of the partitioned table."""
    parents = above(question.schema, table, index)
    if parents is not None and not parents.constraint:
        return possible(("2BP01", f"index {parents.name} requires it"))
    message = f'cannot drop inherited constraint "{question.operation.constraint}"'
    return refused("42P16", message, certain=twins(table, index) == 1)


def _carrying(question: Question[DropConstraint], table: Table) -> Iterator[Name]:
    """The index of a constraint, and those of partitions that belong to it."""
    name = question.operation.constraint
    yield from index_of(table, name)
    index = table.index(name)
    for child, twin in attached(question.schema, table, index) if index is not None else ():
        yield Name(twin.name, child.name.schema)


_TO_HEIRS = (ConstraintKind.CHECK, ConstraintKind.NOT_NULL)


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
    found = inherited_constraint(question.schema, table, name)
    if found is None or (found.reference is not None and verb == "rename"):
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
    named = renamed is not None or is_not_null_name(table, operation.constraint, question.major)
    if named and not own and not (renamed is not None and renamed.no_inherit):
        found = found.also(not_alone(question, table, "renaming a constraint"))
    if table.constraint(operation.constraint) is None and not table.certain:
        return found.also(possible(("42704", "there is no such constraint")))
    if is_not_null_name(table, operation.constraint, question.major):
        column = not_null_column(table, operation.constraint) or ""
        if must_be_not_null(question.schema, table, column):
            return found.also(refused("42P16", "cannot rename inherited constraint"))
        return found
    if table.constraint(operation.constraint) is None:
        return found.also(_no_such_constraint(table, operation.constraint, question.major))
    if table.constraint(operation.to) is not None:
        message = f'constraint "{operation.to}" for relation "{table.name}" already exists'
        found = found.also(refused("42710", message))
    elif own and renamed is not None:
        found = found.also(*clashing(question, table, (replace(renamed, name=operation.to),)))
    mode = _SUE if question.major >= 12 else _AE
    index = index_of(table, operation.constraint)
    return found.also(Effects(locks=question.locks(index, mode)))


ANSWERS: Answers = {
    AddConstraint: add,
    ValidateConstraint: _validate,
    DropConstraint: _drop,
    RenameConstraint: _rename,
}
