"""NOT NULL as a constraint with a name, as PostgreSQL 18 has it.

https://www.postgresql.org/docs/18/ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL
"""

from collections.abc import Iterator

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects.columns import altered, is_not_null
from analyzers.postgres.effects.inheritance import not_alone
from analyzers.postgres.effects.question import Question, possible, refused
from analyzers.postgres.operations import AddConstraint, Constraint, ConstraintKind
from analyzers.postgres.schema import Table


def add_not_null(
    question: Question[AddConstraint], table: Table, constraint: Constraint
) -> Effects:
    found = altered(question, table)
    if not constraint.no_inherit:
        found = found.also(not_alone(question, table, "adding a constraint"))
    (name,) = constraint.columns
    there = [c for c in table.constraints if c.kind is constraint.kind and name in c.columns]
    known = table.column(name)
    marked = bool(there) or (known is not None and known.not_null is True)
    if marked:
        own = {c.name for c in there} or {f"{table.name.name}_{name}_not_null"}
        message = f'"{table.name}" has a not-null constraint of another name'
        other = constraint.name not in (None, *own)
        unproven = constraint.valid and any(not c.valid for c in there)
        found = found if not (other or unproven) else found.also(refused("55000", message))
        return found.also(possible(("55000", message)))
    if constraint.name is not None:
        # One that nobody knows of, or that the statement brings along.
        found = found.also(possible(("55000", "it has a not-null constraint of another name")))
    return found.also(*_proven(question, table, name)) if constraint.valid else found


def _proven(question: Question[AddConstraint], table: Table, column: str) -> Iterator[Effects]:
    """Every row is looked at, where no CHECK proves it."""
    for member in question.family(table):
        if member.partition_by is None and not is_not_null(question.major, member, column):
            yield Effects(scans=(member.name,))
    if not table.new:
        yield refused("23502", f'a row of "{table.name}" violates it', certain=False)


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
