"""What renaming a column of a view does."""

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.question import Question, refused
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import RenameColumn, RenameObject
from analyzers.postgres.schema import View


def rename_shown(
    question: Question[RenameColumn] | Question[RenameObject],
    view: View,
    column: str,
    *,
    spelt_so: bool = False,
) -> Effects:
    """`spelt_so`: by ALTER VIEW, which renames columns of plain views since 13."""
    if spelt_so and not view.materialized and question.major < 13:
        return refused("42601", "syntax error before PostgreSQL 13")
    locks = question.locks([view.name], LockMode.ACCESS_EXCLUSIVE)
    found = Effects(locks=locks, documentation=docs.ALTER_VIEW, known=view.outputs is not None)
    if view.outputs is not None and column not in view.outputs:
        return found.also(refused("42703", f'column "{column}" does not exist'))
    to = question.operation.to
    if view.outputs is not None and to in view.outputs:
        return found.also(refused("42701", f'column "{to}" of "{view.name}" already exists'))
    return found
