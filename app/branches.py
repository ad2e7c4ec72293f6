"""Which branches pull requests go into, and which they only come from."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from app.database import Database

_LEARN = (
    "insert into migaudit_branches (repository, name, is_base, seen_at)"
    " values (:repository, :name, :is_base, :now)"
    " on conflict (repository, name) do update set seen_at = excluded.seen_at,"
    " is_base = migaudit_branches.is_base or excluded.is_base"
)
_ASK = "select is_base from migaudit_branches where repository = :repository and name = :name"


@dataclass(frozen=True, slots=True)
class Branches:
    """The branches of one repository, as far as deliveries have told of them."""

    database: Database
    repository: int
    clock: Callable[[], float] = time.time

    def learn(self, name: str, *, is_base: bool) -> None:
        """What was a base once stays one."""
        with self.database.statements() as run:
            mine = {"repository": self.repository, "name": name, "is_base": is_base}
            run(_LEARN, now=int(self.clock()), **mine)

    def is_mere_head(self, name: str) -> bool:
        """Whether pull requests come from it, and none is known to have gone into it."""
        with self.database.statements() as run:
            found = run(_ASK, repository=self.repository, name=name)
        return bool(found) and not found[0][0]
