"""What ALTER COLUMN … TYPE does."""

from collections.abc import Iterator

from analyzers.postgres.effect import Effects, Loss
from analyzers.postgres.effects.columns import altered, no_such_column, rewritten
from analyzers.postgres.effects.conversions import (
    Conversion,
    Cost,
    comparable,
    conversion,
    converts,
    has_time_zone,
    is_checked_domain,
)
from analyzers.postgres.effects.generated import IDENTITY_TYPES
from analyzers.postgres.effects.inheritance import not_alone, not_in_key, not_of_a_child
from analyzers.postgres.effects.known_types import base_type, defined, unindexable, unknown_type
from analyzers.postgres.effects.question import (
    TWICE,
    Answers,
    Question,
    numbered_twice,
    possible,
    refused,
)
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    COMPUTED,
    AlterColumnType,
    Constraint,
    ConstraintKind,
    Name,
    Type,
)
from analyzers.postgres.replay.attached import above, attached
from analyzers.postgres.replay.columns import alter_type
from analyzers.postgres.replay.edits import uses
from analyzers.postgres.schema import Index, Table, TableColumn
from analyzers.struct import replace

_AE = LockMode.ACCESS_EXCLUSIVE


def _alter(question: Question[AlterColumnType]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    found = altered(question, table).also(
        no_such_column(table, operation.column),
        *_computed_by(question, table),
        *_uncounted(question, table),
        *_no_cast(question, table),
        not_of_a_child(question, table, operation.column, "alter"),
        not_in_key(table, operation.column),
        not_alone(question, table, "changing a type"),
        unknown_type(operation.type, question.schema),
    )
    for member in question.family(table):
        found = found.also(*_unmade(question, member))
    if operation.dropped:
        # Its conversion is looked at before the column goes.
        found = found.also(possible(*_UNKNOWN[:2], ("22023", "an identity column counts")))
    if operation.again:
        message = f'cannot alter type of column "{operation.column}" twice'
        # It can where the first changed nothing; USING is read for the type before the first.
        found = found.also(refused("0A000", message, certain=False), possible(*_UNKNOWN[:2]))
    family = list(question.family(table))
    # In the order in which PostgreSQL finds out.
    for member in family:
        found = found.also(*_converted(question, member))
    found = found.also(*_in_the_way(question, table))
    for member in family:
        found = found.also(*_reconnected(question, member))
    return found if table.partition_by is None else _under_their_names(question, found)


def _under_their_names(question: Question[AlterColumnType], found: Effects) -> Effects:
    """Indexes of partitions are dropped and made under the usual names: some are others then."""
    if not found.rebuilds:
        return found
    left = alter_type(question.schema, question.operation).links.owners
    return replace(found, rebuilds=tuple(name for name in found.rebuilds if name in left))


def _unmade(question: Question[AlterColumnType], table: Table) -> Iterator[Effects]:
    """What is made anew with the other type, and may not be possible with it."""
    operation, changed = question.operation, question.operation.column
    after = TableColumn(changed, operation.type)
    for index in table.indexes:
        if changed in index.columns:
            yield unindexable(after, index.method, question.schema)
    checked = any(c.check is not None and changed in c.check.columns for c in table.constraints)
    if checked or any(changed in i.uses and not _plain(i) for i in table.indexes):
        yield possible(
            ("42883", "no operator or function of a check or index takes the type"),
            ("42804", "a check or index takes another type"),
            ("42704", "the type of an indexed expression has no operator class"),
            ("42P17", "a function in an index is not immutable for the type"),
            ("42725", "several operators or functions take the type"),
        )
    if any(changed in i.uses and i.unique for i in table.indexes):
        yield possible(("23505", "converted values are the same"))
    if operation.using is not None and operation.using.cast is None:
        yield possible(
            ("23502", "a converted value is NULL"),
            ("23514", "a converted value violates a check"),
            ("42883", "no operator or function takes such values"),
            ("42804", "the expression is of another type"),
            ("22P02", "a value can't be converted"),
        )


def _no_cast(question: Question[AlterColumnType], table: Table) -> Iterator[Effects]:
    """USING is read before anything else is looked at."""
    operation = question.operation
    column = table.column(operation.column)
    if column is None or operation.using is None:
        return
    found = conversion(column, operation.type, operation.using, question.schema, question.major)
    if found.certain and found.refusal == "42846":
        message = f'column "{operation.column}" cannot be cast to type {operation.type}'
        yield refused("42846", message)


def _uncounted(question: Question[AlterColumnType], table: Table) -> Iterator[Effects]:
    if numbered_twice(question, table, table.column(question.operation.column)):
        yield refused("XX000", TWICE)


def _computed_by(question: Question[AlterColumnType], table: Table) -> Iterator[Effects]:
    column = table.column(question.operation.column)
    computed = column is not None and column.generated in COMPUTED
    if computed and question.operation.using is not None:
        yield refused("42611", "cannot specify USING when altering type of generated column")
    virtual = column is not None and column.generated == "virtual"
    if virtual and defined(question.operation.type, question.schema) is not None:
        yield refused("0A000", "virtual generated columns have no types that users define")


def _converted(question: Question[AlterColumnType], table: Table) -> Iterator[Effects]:
    operation = question.operation
    column = table.column(operation.column) or TableColumn(operation.column)
    found = conversion(column, operation.type, operation.using, question.schema, question.major)
    zone = question.transaction.setting("timezone")
    if zone is not None and zone.value.upper() != "UTC" and has_time_zone(column, operation.type):
        found = Conversion(Cost.REWRITE)
    whole = operation.type.name in IDENTITY_TYPES and not operation.type.array
    if column.generated == "identity" and not whole:
        yield refused("22023", "identity column type must be smallint, integer, or bigint")
    if column.generated == "identity" and column.sequence is not None:
        yield Effects(locks=(question.lock(column.sequence, LockMode.SHARE_ROW_EXCLUSIVE),))
    if column.generated == "virtual" and not found.certain:
        yield from _checks(table, operation.column)
        return  # nothing of it is stored
    yield from _fate(found, table, operation)
    if is_checked_domain(operation.type, question.schema):
        yield possible(*_UNKNOWN[2:], ("22023", "a value of jsonb is no number"))
    kept = column.default is not None and column.has_default is not False
    if kept and not converts(column, operation.type, question.schema):
        message = f'default for column "{column.name}" cannot be cast automatically'
        yield refused("42804", message)
    if found.cost is Cost.UNKNOWN:
        yield Effects(known=False)
        yield possible(*_UNKNOWN)
        return
    if found.cost is Cost.REWRITE and table.partition_by is None:
        yield rewritten(question, table)
    elif found.cost is Cost.REWRITE:
        used = [i.name for i in table.indexes if operation.column in i.uses]
        names = [Name(name, table.name.schema) for name in used]
        yield Effects(locks=question.locks(names, _AE))
    else:
        yield from _indexes(question, table, found)
        yield from _checks(table, operation.column)


# What ALTER COLUMN … TYPE of a column may meet whose type nobody knows.
_UNKNOWN = (
    ("42804", "its values may not convert by themselves"),
    ("42846", "there may be no cast"),
    ("22001", "a value may be too long"),
    ("22003", "a value may be out of range"),
    ("22007", "a value may be no date or time"),
    ("22P02", "a value may be none of the type"),
)


def _reconnected(question: Question[AlterColumnType], table: Table) -> Iterator[Effects]:
    operation = question.operation
    column = table.column(operation.column)
    if column is not None and column.type is not None:
        schema, major = question.schema, question.major
        found = conversion(column, operation.type, operation.using, schema, major)
        yield from _foreign_keys(question, table, found)


def _fate(found: Conversion, table: Table, operation: AlterColumnType) -> Iterator[Effects]:
    """What becomes of values that don't fit."""
    if found.loss is not None:
        yield Effects(losses=(Loss(found.loss, table.name, operation.column),))
    if found.refusal is not None and found.certain:
        message = f'column "{operation.column}" cannot be cast automatically to {operation.type}'
        yield refused(found.refusal, message)
    elif found.refusal is not None and not table.new:
        message = f'a value of "{operation.column}" does not fit {operation.type}'
        yield refused(found.refusal, message, certain=False)


def _indexes(
    question: Question[AlterColumnType], table: Table, found: Conversion
) -> Iterator[Effects]:
    """Plain B-tree indexes stay as they are where the stored form does."""
    for index in table.indexes:
        if question.operation.column not in index.uses:
            continue
        name = Name(index.name, table.name.schema)
        lock = question.lock(name, _AE)
        if table.partition_by is not None:
            yield from _given_below(question, table, index)
        divided = above(question.schema, table, index) is not None
        made_anew = found.cost is Cost.INDEXES or divided or not _plain(index)
        if made_anew and table.partition_by is None:
            yield Effects(locks=(lock,), rebuilds=(name,), scans=(table.name,))
        else:
            yield Effects(locks=(lock,))


def _given_below(
    question: Question[AlterColumnType], table: Table, index: Index
) -> Iterator[Effects]:
    """An index that ONLY left without those of partitions is made anew with them."""
    have = {owner.name for owner, _ in attached(question.schema, table, index)}
    below = (member for member in question.below(table) if member.name not in have)
    yield Effects(scans=tuple(member.name for member in below if member.partition_by is None))


def _plain(index: Index) -> bool:
    return not index.expressions and index.predicate is None


def _checks(table: Table, column: str) -> Iterator[Effects]:
    """A CHECK on the column is made anew, which reads the table."""
    for constraint in table.constraints:
        if (
            constraint.kind is ConstraintKind.CHECK
            and column in uses(constraint)
            and constraint.valid
        ):
            yield Effects(scans=(table.name,))


def _foreign_keys(
    question: Question[AlterColumnType], table: Table, found: Conversion
) -> Iterator[Effects]:
    """Foreign keys on the column, and at it, are made anew, and verified where it was rewritten."""
    column = question.operation.column
    verified = found.cost is Cost.REWRITE
    for constraint in table.constraints:
        if constraint.reference is not None and column in constraint.columns:
            other = constraint.reference.table
            scans = (table.name, other) if verified and constraint.valid else ()
            # It is dropped and added again, which takes a lock of its own.
            again = question.lock(other, LockMode.SHARE_ROW_EXCLUSIVE)
            ends = question.ends(constraint.reference) if constraint.enforced else ()
            locks = (again, *question.locks(ends, _AE))
            yield Effects(locks=locks, scans=scans)
            yield from _still_comparable(question, table, constraint, question.table(other))
    for child, theirs, _ in question.foreign_keys(table, frozenset({column})):
        yield from _still_comparable(question, child, theirs, table)
        # Measured: 11 looks at partitions though nothing of them has changed.
        looked_at = verified or (question.major == 11 and child.partition_of is not None)
        scans = (child.name, table.name) if looked_at and theirs.valid else ()
        yield Effects(locks=(question.lock(child.name, _AE),), scans=scans)


def _still_comparable(
    question: Question[AlterColumnType], child: Table, constraint: Constraint, parent: Table
) -> Iterator[Effects]:
    """A foreign key needs both ends to be comparable."""
    reference, operation = constraint.reference, question.operation
    top = question.table(operation.table)
    changed = {(member.name, operation.column) for member in question.family(top)}
    for near, far in zip(constraint.columns, reference.columns if reference else (), strict=False):
        kinds = [_type_of(child, near), _type_of(parent, far)]
        if (child.name, near) in changed:
            kinds[0] = operation.type
        if (parent.name, far) in changed:
            kinds[1] = operation.type
        one, other = (base_type(kind, question.schema) if kind else None for kind in kinds)
        if one is not None and other is not None and not comparable(one, other):
            message = f'foreign key constraint "{constraint.name}" cannot be implemented'
            yield refused("42804", message)


def _type_of(table: Table, name: str) -> Type | None:
    column = table.column(name)
    return column.type if column else None


def _in_the_way(question: Question[AlterColumnType], table: Table) -> Iterator[Effects]:
    operation = question.operation
    column = operation.column
    views = [v for member in question.family(table) for v in question.views(member, column)]
    for view in views:
        sure = len(view.sources) == 1 and "*" not in view.reads
        message = f"cannot alter type of a column used by view {view.name}"
        yield refused("0A000", message, certain=sure)
    for trigger in (t for member in question.family(table) for t in member.triggers):
        if column in trigger.update_of:
            message = f"cannot alter type of a column used in trigger {trigger.name}"
            yield refused("0A000", message)
    for other in (c for member in question.family(table) for c in member.columns):
        if (
            other.generated in COMPUTED
            and other.default is not None
            and column in other.default.columns
        ):
            code = "0A000" if question.major >= 15 else "42601"
            yield refused(code, f'column "{column}" is used by generated column "{other.name}"')


ANSWERS: Answers = {AlterColumnType: _alter}
