"""Which migrations share a transaction when Knex runs them."""

from collections.abc import Sequence

from analyzers.knex.migration import Migration
from analyzers.struct import Struct


class Unit(Struct, frozen=True):
    """Migrations that Knex runs one after the other in one transaction, or one without any."""

    migrations: tuple[Migration, ...]
    in_transaction: bool


def latest(pending: Sequence[Migration], *, disable_transactions: bool = False) -> tuple[Unit, ...]:
    """How `migrate:latest` runs the pending migrations.

    All of them are one transaction, unless the knexfile disables transactions or a single
    migration says `transaction: false`: then each is by itself.
    """
    together = not disable_transactions and all(m.uses_transaction() for m in pending)
    if together:
        return (Unit(tuple(pending), in_transaction=True),) if pending else ()
    return _one_by_one(pending, disable_transactions)


def rollback(
    applied: Sequence[Migration], *, disable_transactions: bool = False
) -> tuple[Unit, ...]:
    """How `migrate:rollback` and `migrate:down` undo migrations: each by itself, newest first."""
    return _one_by_one(list(reversed(applied)), disable_transactions)


def _one_by_one(migrations: Sequence[Migration], disabled: bool) -> tuple[Unit, ...]:
    return tuple(Unit((m,), m.uses_transaction(disabled=disabled)) for m in migrations)
