"""How rules speak of what is applied where."""

from collections.abc import Iterable

from analyzers.rules.context import Changes
from analyzers.rules.wording import listed

ELSEWHERE = (
    "Where it has run after all, undo this, and write the change as a new migration "
    "(`npx knex migrate:make …`)."
)
"""What to do with a repair that comes too late."""


def is_pending(changes: Changes, path: str) -> bool:
    """Whether it is merged and has run nowhere yet: then it may still be repaired."""
    return path in changes.standing.pending


def applied(changes: Changes, *paths: str) -> str:
    """`already applied`, and in which environments, where anybody says so."""
    standing = changes.standing
    known = frozenset(name for path in paths for name in _where(changes, path))
    there = [name for name in standing.asked if name in known]
    return f"already applied in {listed(there)}" if there else "already applied"


def merged_only(changes: Changes) -> str:
    """The beginning of a clause: as far as the environments that were asked tell."""
    return f"merged, but not yet applied in {listed(changes.standing.asked)}"


def _where(changes: Changes, path: str) -> Iterable[str]:
    standing = changes.standing
    return (*standing.where.get(path, ()), *standing.foreign.get(path, ()))
