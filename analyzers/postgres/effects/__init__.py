"""What each operation does: locks, rewrites, scans, losses, errors, on every major."""

from analyzers.postgres.effects.effect import Effects, Lock, Loss, LossKind, Refusal
from analyzers.postgres.operations import Operation
from analyzers.postgres.schema import Schema
from analyzers.postgres.transaction import Transaction

__all__ = ["Effects", "Lock", "Loss", "LossKind", "Refusal", "effects"]


def effects(operation: Operation, schema: Schema, transaction: Transaction, major: int) -> Effects:
    """What `operation` does to the database `schema`, sent in the midst of `transaction`.

    `schema` is what stands before it; `major` PostgreSQL's, from 10 to 18.
    """
    return Effects(known=False)
