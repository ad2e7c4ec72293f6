"""What operations on identity and generated columns do."""

from collections.abc import Iterator

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects.columns import (
    alter_only,
    altered,
    gone_below,
    no_such_column,
    rewritten,
)
from analyzers.postgres.effects.inheritance import not_alone, not_of_a_child
from analyzers.postgres.effects.question import (
    TWICE,
    Answers,
    Question,
    numbered_twice,
    possible,
    refused,
    sequences,
)
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import COMPUTED, DropGenerated, Name, SetGenerated
from analyzers.postgres.schema import Table, TableColumn
from analyzers.struct import replace

_AE = LockMode.ACCESS_EXCLUSIVE
_SRE = LockMode.SHARE_ROW_EXCLUSIVE

IDENTITY_TYPES = frozenset({"int2", "int4", "int8"})


def _generated(question: Question[SetGenerated] | Question[DropGenerated]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    alone = operation.how == "identity" and not _is_identity_of_partitions(question, table)
    found = (alter_only if alone else altered)(question, table)
    found = found.also(no_such_column(table, operation.column))
    column = table.column(operation.column) or TableColumn(operation.column)
    if isinstance(operation, DropGenerated) and operation.how != "identity":
        only = not_alone(question, table, "")
        if only.error is not None:
            return found.also(refused("0A000", "it must be applied to child tables too"))
        found = found.also(*gone_below(question, table))
    refusals = Effects().also(*_not_generated(question, table, column))
    found = found.also(refusals)
    if refusals.error is not None:
        return found
    if isinstance(operation, SetGenerated) and operation.how == "expression":
        return found if column.generated == "virtual" else found.also(rewritten(question, table))
    if isinstance(operation, SetGenerated) and operation.add:
        return found
    return found.also(*_counting(question, table, column))


def _counting(
    question: Question[SetGenerated] | Question[DropGenerated], table: Table, column: TableColumn
) -> Iterator[Effects]:
    """The sequence that is changed, or goes."""
    operation = question.operation
    if column.sequence is None:
        return
    if isinstance(operation, SetGenerated):
        # Only what is said of its numbers changes the sequence itself.
        surely = operation.always is None
        counters: tuple[Name, ...] = (column.sequence,)
        if question.major < 12 and numbered_twice(question, table, column):
            surely, counters = False, sequences(question.schema, table.name, column.name)
        locks = question.locks(counters, _SRE)
        yield Effects(locks=tuple(replace(one, certain=surely) for one in locks))
    elif operation.how == "identity" and column.generated == "identity":
        yield Effects(locks=(question.lock(column.sequence, _AE),))
        if numbered_twice(question, table, column):
            yield refused("XX000", TWICE)


def _not_generated(
    question: Question[SetGenerated] | Question[DropGenerated], table: Table, column: TableColumn
) -> Iterator[Effects]:
    """https://www.postgresql.org/docs/current/ddl-identity-columns.html"""
    operation = question.operation
    adds = isinstance(operation, SetGenerated) and operation.add
    identity = operation.how == "identity"
    if identity and question.major >= 17 and table.partition_by is not None and operation.alone:
        yield refused("42P16", "cannot change the identity of only the partitioned table")
    if adds and column.type is not None and str(column.type) not in IDENTITY_TYPES:
        yield refused("22023", "identity column type must be smallint, integer, or bigint")
    if table.partition_of is not None and identity and question.major >= 17:
        yield refused("42P16", "cannot change the identity of a column of a partition")
    if column.generated == "virtual" and not identity:
        yield from _not_virtual(question, table)
    if isinstance(operation, DropGenerated) and not identity:
        yield not_of_a_child(question, table, column.name, "drop expression of")
    if adds and table.column(column.name) is not None:
        yield from _identity_refused(table, column)
    lenient = isinstance(operation, DropGenerated) and operation.if_exists
    wanted = ("identity",) if identity else COMPUTED
    known = table.certain and table.column(column.name) is not None
    if known and not adds and not lenient and column.generated not in wanted:
        what = "an identity" if identity else "a generated"
        yield refused("55000", f'column "{column.name}" is not {what} column')
    elif not known and not lenient:
        yield possible(("55000", f'"{column.name}" may be no generated column, or be one'))
    if adds and column.type is None:
        yield possible(("22023", f'"{column.name}" may be no whole number'))


def _is_identity_of_partitions(
    question: Question[SetGenerated] | Question[DropGenerated], table: Table
) -> bool:
    """Since 17 partitions share their parent's identity."""
    column = table.column(question.operation.column)
    adds = isinstance(question.operation, SetGenerated) and question.operation.add
    identity = adds or (column is not None and column.generated == "identity")
    return question.major >= 17 and table.partition_by is not None and identity


def _not_virtual(
    question: Question[SetGenerated] | Question[DropGenerated], table: Table
) -> Iterator[Effects]:
    checked = any(constraint.check is not None for constraint in table.constraints)
    if isinstance(question.operation, DropGenerated):
        yield refused("0A000", "DROP EXPRESSION is not supported for virtual generated columns")
    elif checked:
        yield refused("0A000", "SET EXPRESSION of a virtual column of a table with checks")


def _identity_refused(table: Table, column: TableColumn) -> Iterator[Effects]:
    if table.is_unproven(column.name):
        yield refused("55000", f'incompatible NOT VALID constraint of "{table.name}"')
    if column.generated == "identity":
        yield refused("55000", f'column "{column.name}" is already an identity column')
    elif column.not_null is False:
        yield refused("55000", f'column "{column.name}" must be declared NOT NULL first')
    elif column.has_default or column.generated:
        yield refused("55000", f'column "{column.name}" already has a default value')


ANSWERS: Answers = {SetGenerated: _generated, DropGenerated: _generated}
