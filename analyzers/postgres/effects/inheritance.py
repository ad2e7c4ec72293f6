"""What PostgreSQL refuses of partitions and heirs, because their parents decide it.

https://www.postgresql.org/docs/current/ddl-inherit.html
"""

from collections.abc import Iterator
from typing import Any

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects.question import Question, possible, refused
from analyzers.postgres.operations import COMPUTED, Constraint, ConstraintKind, Name
from analyzers.postgres.replay.attached import is_alike
from analyzers.postgres.schema import Schema, Table


def parents(schema: Schema, table: Table) -> Iterator[Table]:
    """The tables directly above, as far as they are known."""
    for name in sorted(table.parents):
        found = schema.tables.get(name)
        if found is not None:
            yield found


def default_partitions(question: Question[Any], parent: Table) -> Iterator[Name]:
    for partition in question.schema.partitions(parent.name):
        if partition.default_partition:
            yield partition.name


def has_inherited(schema: Schema, table: Table, column: str) -> bool:
    return any(parent.column(column) is not None for parent in parents(schema, table))


def not_of_a_child(question: Question[Any], table: Table, column: str, verb: str) -> Effects:
    """42P16 for what only the parent's column can suffer."""
    if not has_inherited(question.schema, table, column):
        return Effects()
    return refused("42P16", f'cannot {verb} inherited column "{column}"')


def not_alone(question: Question[Any], table: Table, what: str) -> Effects:
    """42P16 for ALTER TABLE ONLY of a parent, where the children would differ."""
    if not question.operation.alone or not any(question.schema.partitions(table.name)):
        return Effects()
    return refused("42P16", f"{what} must be done to child tables too")


def not_in_key(table: Table, column: str) -> Effects:
    if column not in table.partition_columns:
        return Effects()
    message = f'column "{column}" is part of the partition key of relation "{table.name}"'
    return refused("42P16", message)


def inherited_constraint(schema: Schema, table: Table, name: str) -> Constraint | None:
    """The parent's constraint of that name, if it is passed on; foreign keys by what they say."""
    own = table.constraint(name)
    for parent in parents(schema, table):
        found = parent.constraint(name)
        if own is not None and own.reference is not None:
            found = next((each for each in parent.constraints if is_alike(each, own)), None)
        if found is not None and not found.no_inherit and _is_passed(table, found):
            return found
    return None


def _is_passed(table: Table, constraint: Constraint) -> bool:
    if constraint.kind in (ConstraintKind.CHECK, ConstraintKind.NOT_NULL):
        return True
    return table.partition_of is not None and constraint.kind is ConstraintKind.FOREIGN_KEY


def must_be_not_null(schema: Schema, table: Table, column: str) -> bool:
    return any(_passes_not_null(parent, column) for parent in parents(schema, table))


def _passes_not_null(parent: Table, name: str) -> bool:
    column, kind = parent.column(name), ConstraintKind.NOT_NULL
    alone = any(c.no_inherit and c.kind is kind and name in c.columns for c in parent.constraints)
    return column is not None and column.not_null is True and not alone


def no_heir(question: Question[Any], table: Table, parent_name: Name) -> Iterator[Effects]:
    """What INHERIT asks of the two tables."""
    parent = question.schema.table(parent_name)
    if table.partition_of is not None:
        yield refused("42809", "cannot change inheritance of a partition")
    if table.partition_by is not None:
        yield refused("42809", "cannot change inheritance of a partitioned table")
    missing = question.missing(parent_name)
    if missing is not None:
        yield Effects(refusal=missing)
    if parent is None:
        return
    if parent.partition_by is not None:
        yield refused("42809", f'cannot inherit from partitioned table "{parent.name}"')
    if parent.partition_of is not None:
        yield refused("42809", f'cannot inherit from partition "{parent.name}"')
    if parent.name in table.inherits:
        yield refused("42P07", f'"{parent.name}" would be inherited from more than once')
    if parent.name in {member.name for member in question.family(table)}:
        yield refused("42P07", "circular inheritance not allowed")
    if parent.certain and table.certain:
        yield from unlike(table, parent)
    else:
        yield possible(("42804", "the two tables differ"))


def unlike(table: Table, parent: Table) -> Iterator[Effects]:
    """In the order in which PostgreSQL looks: columns, then constraints."""
    for theirs in parent.columns:
        own = table.column(theirs.name)
        if own is None:
            yield refused("42804", f'child table is missing column "{theirs.name}"')
        elif own.type and theirs.type and own.type != theirs.type:
            yield refused("42804", f'child table has different type for column "{own.name}"')
        elif theirs.not_null and own.not_null is False:
            yield refused("42804", f'column "{own.name}" in child table must be marked NOT NULL')
        elif (theirs.generated in COMPUTED) != (own.generated in COMPUTED):
            yield refused("42804", f'column "{own.name}" is computed in one of the two only')
    for constraint in parent.constraints:
        if constraint.kind is not ConstraintKind.CHECK or constraint.no_inherit:
            continue
        own_check = table.constraint(constraint.name or "")
        if own_check is None:
            yield refused("42804", f'child table is missing constraint "{constraint.name}"')
