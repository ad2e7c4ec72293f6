"""Names of constraints and of their indexes that something else has already."""

from collections.abc import Iterable, Iterator
from typing import Any

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects.question import Question, possible, refused
from analyzers.postgres.operations import Constraint, ConstraintKind, Name
from analyzers.postgres.schema import Table

_KEYS = frozenset({ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE, ConstraintKind.EXCLUDE})


def clashing(
    question: Question[Any], table: Table, constraints: Iterable[Constraint]
) -> Iterator[Effects]:
    """`table`: as it is before it gets them; one that is new has none yet."""
    named, there = {c.name for c in table.constraints}, {table.name.name}
    for one in constraints:
        if one.name is None:
            continue
        if one.name in named and one.kind is not ConstraintKind.NOT_NULL:
            yield _repeated(question, table, one)
        elif one.kind in _KEYS and one.using_index is None:
            full = Name(one.name, table.name.schema)
            if one.name in there or question.schema.has_relation(full):
                yield refused("42P07", f'relation "{one.name}" already exists')
            there.add(one.name)
        named.add(one.name)


def _repeated(question: Question[Any], table: Table, constraint: Constraint) -> Effects:
    message = f'constraint "{constraint.name}" for relation "{table.name}" already exists'
    # Measured: 10 lets a key and another constraint of one statement have the same name.
    return refused("42710", message) if question.major > 10 else possible(("42710", message))
