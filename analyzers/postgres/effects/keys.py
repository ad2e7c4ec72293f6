"""What adding a PRIMARY KEY, UNIQUE or EXCLUDE constraint does."""

from collections.abc import Iterator

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects.columns import alter_only, altered, is_not_null
from analyzers.postgres.effects.inheritance import not_alone
from analyzers.postgres.effects.known_types import unindexable, unordered, virtual
from analyzers.postgres.effects.question import Question, possible, refused
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import AddConstraint, Constraint, ConstraintKind, Name
from analyzers.postgres.replay.attached import shares
from analyzers.postgres.replay.constraints import key_index
from analyzers.postgres.schema import Index, Table

_AE = LockMode.ACCESS_EXCLUSIVE
_SRE = LockMode.SHARE_ROW_EXCLUSIVE
_SUE = LockMode.SHARE_UPDATE_EXCLUSIVE


def add_key(question: Question[AddConstraint], table: Table, constraint: Constraint) -> Effects:
    found = _built(question, table, constraint)
    if constraint.kind is ConstraintKind.PRIMARY_KEY:
        found = found.also(*_nullable_alone(question, table, constraint))
        found = found.also(*_unproven(question, table, constraint))
    if question.major < 11:
        found = found.also(*_not_divided(question, table, constraint))
    found = found.also(*_unindexed(question, table, constraint))
    found = found.also(*_not_divided(question, table, constraint))
    if constraint.using_index is not None:
        found = found.also(*_unusable(question, table, constraint.using_index))
    another = table.primary_key is not None or question.operation.again
    if constraint.kind is ConstraintKind.PRIMARY_KEY and another:
        message = f'multiple primary keys for table "{table.name}" are not allowed'
        return found.also(refused("42P16", message))
    if constraint.using_index is None:
        found = found.also(*_indexed(question, table, constraint))
        if constraint.kind is ConstraintKind.PRIMARY_KEY:
            found = found.also(*_nullable_below(question, table, constraint))
            found = found.also(*_keyed_below(question, table))
            if question.major >= 18 and question.operation.beside:
                # Measured: the key's NOT NULL is looked for before it is made again.
                found = found.also(possible(("42P16", "the statement drops its NOT NULL")))
            return found.also(*_key_of_heirs(question, table, constraint))
        return found
    if constraint.name not in (None, constraint.using_index):
        # The index takes the name of the constraint.
        mode = _SUE if question.major >= 12 else _AE
        index = Name(constraint.using_index, table.name.schema)
        found = found.also(Effects(locks=(question.lock(index, mode),)))
    if constraint.kind is ConstraintKind.PRIMARY_KEY and _may_be_null(question, table):
        return found.also(every_row(question, table, "23502"))
    return found


def _unindexed(
    question: Question[AddConstraint], table: Table, constraint: Constraint
) -> Iterator[Effects]:
    """Columns that can't be part of it."""
    method, schema = constraint.method or "btree", question.schema
    for column in map(table.column, constraint.columns):
        if constraint.kind is ConstraintKind.EXCLUDE:
            yield unindexable(column, method, schema)
        else:
            yield unordered(column).also(virtual(column, "unique constraints"))


def every_row(question: Question[AddConstraint], table: Table, sqlstate: str) -> Effects:
    """Every row is looked at, and may be found wanting."""
    leaves = tuple(m.name for m in question.family(table) if m.partition_by is None)
    return Effects(scans=leaves).also(*_violated(table, sqlstate))


def _violated(table: Table, sqlstate: str) -> Iterator[Effects]:
    if not table.new:
        yield refused(sqlstate, f'a row of "{table.name}" violates it', certain=False)


def _indexed(
    question: Question[AddConstraint], table: Table, constraint: Constraint
) -> Iterator[Effects]:
    """Every row is read for the index, but those of partitions that have such a key already."""
    if table.partition_by is None:
        yield Effects(scans=(table.name,))
    for member, there in _shares(question, table, constraint):
        if there is not None:
            index = Name(there.name, member.name.schema)
            yield Effects(locks=(question.lock(index, LockMode.SHARE),))
        elif member.partition_by is None:
            yield Effects(scans=(member.name,))
    excluding = constraint.kind is ConstraintKind.EXCLUDE
    yield from _violated(table, "23P01" if excluding else "23505")


def _shares(
    question: Question[AddConstraint], table: Table, constraint: Constraint
) -> Iterator[tuple[Table, Index | None]]:
    if table.partition_by is None or question.operation.alone:
        return iter(())
    return shares(question.schema, table, key_index(constraint))


def _not_divided(
    question: Question[AddConstraint], table: Table, constraint: Constraint
) -> Iterator[Effects]:
    """https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-LIMITATIONS"""
    if table.partition_by is None:
        return
    since = 17 if constraint.kind is ConstraintKind.EXCLUDE else 11
    if question.major < since:
        message = f"{constraint.kind.value} constraints are not supported on partitioned tables"
        yield refused("0A000", message)
    if set(table.partition_columns) - set(constraint.columns) and not constraint.using_index:
        message = "unique constraint on partitioned table must include all partitioning columns"
        yield refused("0A000", message)


def _built(question: Question[AddConstraint], table: Table, constraint: Constraint) -> Effects:
    """Partitions are locked as for CREATE INDEX, unless a column of theirs becomes NOT NULL."""
    columns = [table.column(name) for name in constraint.columns]
    key = constraint.kind is ConstraintKind.PRIMARY_KEY
    nullable = any(column is None or not column.not_null for column in columns)
    heirs = table.partition_by is None and question.major >= 12
    if question.major >= 18 or (key and (nullable or heirs)):
        return altered(question, table)
    built = _SRE if constraint.deferrable else LockMode.SHARE
    locks = tuple(
        question.lock(member.name, built if there is None else LockMode.SHARE)
        for member, there in _shares(question, table, constraint)
    )
    return alter_only(question, table).also(Effects(locks=locks))


def _key_of_heirs(
    question: Question[AddConstraint], table: Table, constraint: Constraint
) -> Iterator[Effects]:
    """No value of heirs, and of partitions with a key of their own, may be NULL either."""
    for member in question.family(table):
        known = [name for name in constraint.columns if member.column(name) is not None]
        nullable = not all(is_not_null(question.major, member, name) for name in known)
        if nullable and member.partition_by is None:
            found = Effects(scans=(member.name,))
            refusal = refused("23502", "a column of the key contains NULL", certain=False)
            yield found if member.new else found.also(refusal)


def _nullable_below(
    question: Question[AddConstraint], table: Table, constraint: Constraint
) -> Iterator[Effects]:
    """ONLY leaves heirs as they are, which may then not hold NULL where the key is (measured)."""
    if not question.operation.alone or question.major < 18:
        return
    for heir in question.schema.partitions(table.name):
        for column in map(heir.column, constraint.columns):
            if column is not None and column.not_null is not True:
                message = f'column "{column.name}" of table "{heir.name}" is not marked NOT NULL'
                yield refused("XX000", message, certain=column.not_null is False)


def _unproven(
    question: Question[AddConstraint], table: Table, constraint: Constraint
) -> Iterator[Effects]:
    """A NOT NULL that is not valid has to be validated first."""
    for member in question.family(table):
        if any(member.is_unproven(column) for column in constraint.columns):
            yield refused("55000", f'NOT VALID constraint of "{member.name}" is incompatible')


def _nullable_alone(
    question: Question[AddConstraint], table: Table, constraint: Constraint
) -> Iterator[Effects]:
    """What ONLY does of a partitioned table whose partitions have to be NOT NULL first."""
    columns = [table.column(name) for name in constraint.columns]
    nullable = any(column is not None and column.not_null is False for column in columns)
    if table.partition_by is None or not nullable or not question.operation.alone:
        return
    if question.major in range(12, 18):
        yield not_alone(question, table, "a PRIMARY KEY")
    elif question.major < 12:
        # Measured: they become it, ONLY or not.
        below = list(question.below(table))
        leaves = (member.name for member in below if member.partition_by is None)
        locks = question.locks((member.name for member in below), _AE)
        yield Effects(locks=locks, scans=tuple(leaves))
        yield possible(("23502", "a column of the key contains NULL"))


def _keyed_below(question: Question[AddConstraint], table: Table) -> Iterator[Effects]:
    """A partition's own key may be another one, which is found out when it is its turn."""
    for member in question.parts(table):
        if member.primary_key is not None and member.name != table.name:
            message = f'multiple primary keys for table "{member.name}" are not allowed'
            yield possible(("42P16", message))


def _unusable(question: Question[AddConstraint], table: Table, name: str) -> Iterator[Effects]:
    """https://www.postgresql.org/docs/current/sql-altertable.html"""
    index = table.index(name)
    if index is None and not table.certain:
        yield possible(
            ("42704", f'there may be no index "{name}"'),
            ("42809", f'index "{name}" may be none that a key can stand on'),
            ("55000", f'index "{name}" may be associated with a constraint'),
        )
        return
    if index is None:
        yield refused("42704", f'index "{name}" does not exist')
        # What the statement drops besides is there still when the index is looked for.
        yield possible(("55000", f'index "{name}" is associated with a constraint'))
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


def _may_be_null(question: Question[AddConstraint], table: Table) -> bool:
    """A CHECK that excludes NULL spares the reading here, too (measured)."""
    index = table.index(question.operation.constraint.using_index or "")
    if index is None:
        return True
    return not all(is_not_null(question.major, table, column) for column in index.columns)
