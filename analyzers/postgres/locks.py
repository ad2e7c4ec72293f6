"""PostgreSQL's table lock modes: which exclude each other, and whom each one keeps waiting.

https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
"""

from enum import Enum
from functools import cached_property


class LockMode(Enum):
    """A table lock mode under the name that `pg_locks` shows, weakest first."""

    ACCESS_SHARE = "AccessShareLock"
    ROW_SHARE = "RowShareLock"
    ROW_EXCLUSIVE = "RowExclusiveLock"
    SHARE_UPDATE_EXCLUSIVE = "ShareUpdateExclusiveLock"
    SHARE = "ShareLock"
    SHARE_ROW_EXCLUSIVE = "ShareRowExclusiveLock"
    EXCLUSIVE = "ExclusiveLock"
    ACCESS_EXCLUSIVE = "AccessExclusiveLock"

    @property
    def sql(self) -> str:
        """As documentation and LOCK TABLE spell it: `ACCESS EXCLUSIVE`."""
        return self.name.replace("_", " ")

    @cached_property
    def rank(self) -> int:
        return _ORDER.index(self)

    def conflicts(self, other: "LockMode") -> bool:
        """Whether two sessions cannot hold `self` and `other` on one table at once."""
        return other in _CONFLICTS[self]

    @cached_property
    def blocks_reads(self) -> bool:
        """SELECT takes ACCESS SHARE."""
        return self.conflicts(LockMode.ACCESS_SHARE)

    @cached_property
    def blocks_writes(self) -> bool:
        """INSERT, UPDATE, DELETE and MERGE take ROW EXCLUSIVE."""
        return self.conflicts(LockMode.ROW_EXCLUSIVE)

    @property
    def whom(self) -> str:
        """Whom it keeps waiting, as a clause: `blocks writes`."""
        return _WHOM[self]

    def blocks(self, what: str) -> str:
        """Whom it keeps waiting for `what`, as a clause: `blocks writes to orders`."""
        return _BLOCKS[self].format(what)


_ORDER = tuple(LockMode)
_AS, _RS, _RE, _SUE, _S, _SRE, _E, _AE = _ORDER

_CONFLICTS: dict[LockMode, frozenset[LockMode]] = {
    _AS: frozenset({_AE}),
    _RS: frozenset({_E, _AE}),
    _RE: frozenset({_S, _SRE, _E, _AE}),
    _SUE: frozenset({_SUE, _S, _SRE, _E, _AE}),
    _S: frozenset({_RE, _SUE, _SRE, _E, _AE}),
    _SRE: frozenset({_RE, _SUE, _S, _SRE, _E, _AE}),
    _E: frozenset(_ORDER) - {_AS},
    _AE: frozenset(_ORDER),
}

_WHOM = {
    _AS: "blocks only changes that need the table to itself",
    _RS: "blocks only changes that need the table to itself",
    _RE: "blocks index builds and schema changes",
    _SUE: "blocks other schema changes and VACUUM, not reads or writes",
    _S: "blocks writes",
    _SRE: "blocks writes",
    _E: "blocks writes and row locks",
    _AE: "blocks reads and writes",
}

_BLOCKS = {
    _AS: "blocks only changes that need {} to themselves",
    _RS: "blocks only changes that need {} to themselves",
    _RE: "blocks only index builds and schema changes of {}",
    _SUE: "blocks only schema changes and VACUUM of {}",
    _S: "blocks writes to {}",
    _SRE: "blocks writes to {}",
    _E: "blocks writes to and row locks on {}",
    _AE: "blocks reads and writes of {}",
}
