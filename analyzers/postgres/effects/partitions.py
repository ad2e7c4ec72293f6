"""What attaching and detaching partitions does."""

import re
from collections.abc import Iterator

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.inheritance import default_partitions, unlike
from analyzers.postgres.effects.question import (
    Answers,
    Question,
    indexes,
    possible,
    refused,
)
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    AttachPartition,
    DetachPartition,
    Name,
)
from analyzers.postgres.replay.attached import attached, is_alike, missing_indexes
from analyzers.postgres.schema import Table

_AE, _SRE, _SUE, _AS = (
    LockMode.ACCESS_EXCLUSIVE,
    LockMode.SHARE_ROW_EXCLUSIVE,
    LockMode.SHARE_UPDATE_EXCLUSIVE,
    LockMode.ACCESS_SHARE,
)


def _attach(question: Question[AttachPartition]) -> Effects:
    operation = question.operation
    parent, child = question.table(operation.table), question.table(operation.partition)
    family = [child, *question.below(child)]
    tops = [question.table(name) for name in default_partitions(question, parent)]
    default = [member for top in tops for member in (top, *question.below(top))]
    # Indexes that it lacks are built, whatever a CHECK proves.
    spared = _proves_bounds(operation, child, parent) and _has_all_indexes(child, parent)
    read = default if spared else [*family, *default]
    return Effects(
        locks=(
            question.lock(parent.name, _SUE if question.major >= 12 else _AE),
            *question.locks((member.name for member in (*family, *default)), _AE),
            *question.locks(indexes(parent) if question.major >= 12 else (), _SUE),
        ),
        scans=tuple(member.name for member in read if member.partition_by is None),
        refusal=question.missing(operation.table) or question.missing(operation.partition),
        known=child.certain and parent.certain,
        documentation=docs.ALTER_TABLE,
    ).also(*_keys_followed(question, parent, child), *_unattachable(question, parent, child))


def _keys_followed(
    question: Question[AttachPartition], parent: Table, child: Table
) -> Iterator[Effects]:
    """The foreign keys of and at a partitioned table become the partition's, too."""
    if question.major >= 12:
        referring = (other.name for other, _, _ in question.inbound(parent))
        yield Effects(locks=question.locks(referring, _SRE if question.major >= 15 else _AS))
    for constraint in parent.constraints:
        reference = constraint.reference
        if reference is None:
            continue
        if any(is_alike(constraint, own) for own in child.constraints):
            # Its own triggers go: those of the parent's do their work.
            yield Effects(locks=question.locks(question.ends(reference), _AE))
            continue
        members = list(question.parts(question.table(reference.table)))
        mode = _SRE if question.major >= 12 else LockMode.ROW_SHARE
        yield Effects(
            locks=question.locks((member.name for member in members), mode),
            scans=tuple(m.name for m in (child, *members) if m.partition_by is None),
        )
        yield possible(("23503", "a row has no row to refer to"))


def _unattachable(
    question: Question[AttachPartition], parent: Table, child: Table
) -> Iterator[Effects]:
    """In the order in which PostgreSQL finds out; bounds are not looked at here."""
    if parent.certain and parent.partition_by is None:
        yield refused("42809", f'"{parent.name}" is not a partitioned table')
    bounds = question.operation.strategy
    if bounds and parent.partition_by and bounds != parent.partition_by.lower():
        yield refused("42P16", f"invalid bound specification for a {parent.partition_by} partition")
    if child.partition_of is not None:
        yield refused("42809", f'"{child.name}" is already a partition')
    if child.inherits:
        yield refused("42809", f'cannot attach inheritance child "{child.name}" as partition')
    if child.partition_by is None and any(question.schema.partitions(child.name)):
        yield refused("42809", f'cannot attach inheritance parent "{child.name}" as partition')
    if parent.name in {member.name for member in question.family(child)}:
        yield refused("42P07", "circular inheritance not allowed")
    if parent.certain and child.certain:
        names = {column.name for column in parent.columns}
        if any(column.name not in names for column in child.columns):
            yield refused("42804", f'"{child.name}" has a column that "{parent.name}" lacks')
        # Bounds are looked at first.
        yield possible(
            *((r.sqlstate, r.message) for e in unlike(child, parent) if (r := e.refusal))
        )
    yield possible(
        ("42P17", "the partition would overlap another one"),
        ("23514", "a row belongs to another partition"),
        ("42P16", "its identity columns or triggers are in the way"),
        ("23505", "a unique index can't be built"),
        ("42804", "its constraints are others"),
        ("55000", "a trigger is in the way"),
    )


def _proves_bounds(operation: AttachPartition, child: Table, parent: Table) -> bool:
    """Whether a CHECK names the partition key, which can't be NULL, and all of the bounds.

    It is taken for the bounds themselves then: whether it implies them isn't worked out here.
    """
    key = frozenset(parent.partition_columns)
    if not key or operation.default or operation.strategy == "hash":
        return False
    never_null = {column.name for column in child.columns if column.not_null}
    for constraint in child.constraints:
        check = constraint.check if constraint.valid else None
        words = _WORDS.findall(check.sql) if check is not None else ()
        if check is None or not key <= check.proves_not_null | (never_null & check.columns):
            continue
        if all(bound is not None and bound in words for bound in operation.bounds):
            return True
    return False


# A string with its quotes taken off, a number, or a word.
_WORDS = re.compile(r"(?<=')[^']*(?=')|[\w.+-]+")


def _has_all_indexes(child: Table, parent: Table) -> bool:
    return not any(True for _ in missing_indexes(child, parent))


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
    found = Effects(
        refusal=question.missing(operation.table) or question.missing(operation.partition),
        known=parent.certain and child.certain,
        documentation=docs.ALTER_TABLE,
    )
    if parent.certain and parent.partition_by is None:
        code = "42809" if question.major >= 18 else "42P17"
        return found.also(refused(code, f'"{parent.name}" is not partitioned'))
    if child.certain and child.partition_of != parent.name:
        return found.also(refused("42P01", f'"{child.name}" is no partition of "{parent.name}"'))
    return found.also(*_detached(question, parent, child))


def _detached(
    question: Question[DetachPartition], parent: Table, child: Table
) -> Iterator[Effects]:
    """Foreign keys of both directions are made anew for the table that it becomes."""
    default = [name for name in default_partitions(question, parent) if name != child.name]
    referring = [other for other, _, _ in question.foreign_keys(parent)]
    cloned = any(trigger.for_each_row for trigger in parent.triggers)
    guarded = referring and child.partition_by is None
    stronger = question.major >= 14 or child.default_partition or guarded or cloned
    mode = _AE if stronger else _SUE
    twins = [
        Name(twin.name, child.name.schema)
        for index in parent.indexes
        for owner, twin in attached(question.schema, parent, index)
        if owner.name == child.name
    ]
    referred = [m.name for n in sorted(parent.targets) for m in question.parts(question.table(n))]
    referrers = [other.name for other in referring]
    below = [member.name for member in question.below(child)]
    yield Effects(
        locks=(
            question.lock(parent.name, _AE),
            question.lock(child.name, mode),
            *question.locks([*default, *twins, *referrers, *below], _AE),
            *question.locks(referred, _SRE),
        ),
        scans=tuple(referrers),
    )
    if referring:
        yield possible(("23503", "a row refers to one of the partition"))


ANSWERS: Answers = {AttachPartition: _attach, DetachPartition: _detach}
