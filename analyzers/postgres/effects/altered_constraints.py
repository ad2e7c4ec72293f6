"""What ALTER CONSTRAINT does: when a foreign key is checked, and since 18 whether it is at all.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ALTER-CONSTRAINT
"""

from collections.abc import Iterator

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects.inheritance import inherited_constraint
from analyzers.postgres.effects.not_null import is_not_null_name
from analyzers.postgres.effects.question import Question, possible, refused
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    ChangeTable,
    Constraint,
    ConstraintKind,
    Reference,
)
from analyzers.postgres.schema import Table
from analyzers.struct import replace

_AE, _SRE = LockMode.ACCESS_EXCLUSIVE, LockMode.SHARE_ROW_EXCLUSIVE


def altered_constraint(question: Question[ChangeTable], table: Table) -> Effects:
    name, asked = question.operation.subject or "", dict(question.operation.options)
    if question.major >= 18 and table.partition_by is not None and question.operation.alone:
        return refused("42P16", "constraint must be altered in child tables too")
    constraint = table.constraint(name)
    if asked.get("inherit") == "false" and question.major < 18:
        return refused("0A000", "foreign key constraints cannot be marked NO INHERIT")
    if "inherit" in asked:
        return _passed_on(question, table, constraint)
    if constraint is None:
        return _unlisted(question, table, name)
    if constraint.kind is not ConstraintKind.FOREIGN_KEY:
        return refused("42809", f'constraint "{name}" is not a foreign key constraint')
    return _altered_key(question, table, constraint)


def _unlisted(question: Question[ChangeTable], table: Table, name: str) -> Effects:
    if not table.certain:
        return possible(("42704", "there is no such constraint"), ("42809", "it is another"))
    if question.major >= 18 and name.endswith("_not_null"):
        message = f'constraint "{name}" is not a foreign key constraint'
        certain = is_not_null_name(table, name, question.major)
        found = refused("42809", message, certain=certain)
        return found.also(possible(("42704", "there is no such constraint")))
    return refused("42704", f'constraint "{name}" of "{table.name}" does not exist')


def _passed_on(
    question: Question[ChangeTable], table: Table, constraint: Constraint | None
) -> Effects:
    """INHERIT and NO INHERIT of a NOT NULL, which heirs get or keep as their own."""
    if constraint is not None and constraint.kind is not ConstraintKind.NOT_NULL:
        return refused("42809", f'constraint "{constraint.name}" is not a not-null constraint')
    heirs = question.locks((heir.name for heir in question.below(table)), _AE)
    return Effects(locks=tuple(replace(lock, certain=False) for lock in heirs), known=False).also(
        possible(
            ("42704", "there is no such constraint"),
            ("42809", "it is of another kind"),
            ("55000", "it is inherited"),
            ("23502", "a column of an heir contains NULL"),
        )
    )


def _altered_key(question: Question[ChangeTable], table: Table, constraint: Constraint) -> Effects:
    name, asked = constraint.name, dict(question.operation.options)
    if inherited_constraint(question.schema, table, name or "") is not None:
        code = "55000" if question.major >= 18 else "XX000"
        return refused(code, f'cannot alter constraint "{name}" on relation "{table.name}"')
    # Since 18 partitions are left aside where nothing changes.
    locks = question.locks((m.name for m in question.below(table) if m.partition_of), _AE)
    switched = asked.get("enforced") == str(not constraint.enforced).lower()
    unsure = question.major >= 18 and not switched
    found = Effects(locks=tuple(replace(lock, certain=not unsure) for lock in locks))
    if not switched or constraint.reference is None:
        return found
    return found.also(*_switched(question, table, constraint, constraint.reference))


def _switched(
    question: Question[ChangeTable], table: Table, constraint: Constraint, reference: Reference
) -> Iterator[Effects]:
    """ENFORCED verifies every row and makes triggers on both sides; NOT ENFORCED drops those."""
    if constraint.enforced:
        yield Effects(locks=question.locks(question.ends(reference), _AE))
        return
    far = list(question.parts(question.table(reference.table)))
    leaves = [m for m in (*question.family(table), *far) if m.partition_by is None]
    yield Effects(
        locks=question.locks((member.name for member in far), _SRE),
        scans=tuple(dict.fromkeys(member.name for member in leaves)),
    )
    if not table.new:
        yield refused("23503", "a row has no row to refer to", certain=False)
