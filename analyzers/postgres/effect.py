"""What an operation would do to the server it runs on: the value that rules read."""

from enum import Enum
from typing import TypeVar

from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import Name
from analyzers.struct import Struct


class Lock(Struct, frozen=True):
    """A lock on a table, view, index or sequence, by its full name.

    `new`: this very transaction created the relation, so that nobody else can wait for it.
    `certain` False: only if the rows make it so (a foreign key that one of them refers by).
    """

    relation: Name
    mode: LockMode
    new: bool = False
    certain: bool = True


class LossKind(Enum):
    """How data goes away."""

    DROPPED = "dropped"
    EMPTIED = "emptied"
    CUT = "cut"
    ROUNDED = "rounded"


class Loss(Struct, frozen=True):
    """Data that is gone afterwards. No `column`: the whole table's rows."""

    kind: LossKind
    table: Name
    column: str | None = None


class Refusal(Struct, frozen=True):
    """An error that PostgreSQL raises: the SQLSTATE and its sentence.

    `certain` False: only if the table's rows make it so (an overflow, a NULL, a duplicate).
    """

    sqlstate: str
    message: str
    certain: bool = True


class Effects(Struct, frozen=True):
    """What one operation does, on one major of PostgreSQL.

    Names are full (`public.orders`). `rewrites`, `scans`: relations whose rows are all written
    anew, or all read. `rebuilds`: indexes built anew. `forbidden_in_transaction`: PostgreSQL
    refuses it inside a transaction block (25001). `known` False: the operation is not modelled,
    or concerns tables that the history doesn't tell enough of; the rest is then the least it
    does. `others`: what else PostgreSQL may raise instead, where rows, or values that it alone
    works out, make it so.
    `documentation`: the page of PostgreSQL's documentation that says so.
    """

    locks: tuple[Lock, ...] = ()
    rewrites: tuple[Name, ...] = ()
    scans: tuple[Name, ...] = ()
    rebuilds: tuple[Name, ...] = ()
    losses: tuple[Loss, ...] = ()
    refusal: Refusal | None = None
    forbidden_in_transaction: bool = False
    waits_for_writers: bool = False
    known: bool = True
    documentation: str | None = None
    others: tuple[Refusal, ...] = ()

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Every error that PostgreSQL may raise; the first of them is the only one if certain."""
        return (self.refusal, *self.others) if self.refusal else self.others

    @property
    def error(self) -> str | None:
        """The SQLSTATE that PostgreSQL would surely raise."""
        return self.refusal.sqlstate if self.refusal and self.refusal.certain else None

    def strongest(self, relation: Name) -> LockMode | None:
        """The strongest lock on the full name `relation`."""
        modes = [lock.mode for lock in self.locks if lock.relation == relation]
        return max(modes, key=lambda mode: mode.rank, default=None)

    def blocking(self) -> tuple[Lock, ...]:
        """Locks on relations that others can see, which keep their reads or writes waiting."""
        return tuple(lock for lock in self.locks if lock.mode.blocks_writes and not lock.new)

    def also(self, *others: "Effects") -> "Effects":
        """All of them together; the first certain refusal is the one that PostgreSQL raises."""
        found = self
        for other in others:
            if found == _NOTHING:
                found = other
            elif other != _NOTHING:
                found = _both(found, other)
        return found


_NOTHING = Effects()
Item = TypeVar("Item")


def _both(one: Effects, other: Effects) -> Effects:
    refusals = [part.refusal for part in (one, other) if part.refusal is not None]
    if len(refusals) > 1 and not refusals[0].certain:
        refusals.sort(key=_is_doubtful)
    return Effects(
        locks=_distinct(one.locks, other.locks),
        rewrites=_distinct(one.rewrites, other.rewrites),
        scans=_distinct(one.scans, other.scans),
        rebuilds=_distinct(one.rebuilds, other.rebuilds),
        losses=_distinct(one.losses, other.losses),
        refusal=refusals[0] if refusals else None,
        forbidden_in_transaction=one.forbidden_in_transaction or other.forbidden_in_transaction,
        waits_for_writers=one.waits_for_writers or other.waits_for_writers,
        known=one.known and other.known,
        documentation=one.documentation or other.documentation,
        others=_distinct(one.others, (*refusals[1:], *other.others)),
    )


def _is_doubtful(refusal: Refusal) -> bool:
    return not refusal.certain


def _distinct(one: tuple[Item, ...], other: tuple[Item, ...]) -> tuple[Item, ...]:
    if one and other:
        return tuple(dict.fromkeys(one + other))
    return one or other
