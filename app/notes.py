"""What is known of pull requests beyond their heads, whichever server has learnt it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from app.database import Database

_PUT = (
    "insert into migaudit_notes (repository, number, about, note, seen_at)"
    " values (:repository, :number, :about, :note, :now)"
    " on conflict (repository, number, about) do update set note = excluded.note,"
    " seen_at = excluded.seen_at"
)
_ALL = "select number, note from migaudit_notes where repository = :repository and about = :about"


class About(Enum):
    """What a note is about."""

    JUDGED = "judged"
    """By which base which head was judged."""
    ASKED = "asked"
    """Whether others than the base branch were asked what is applied."""
    PUSH = "push"
    """Which push to its base is to be judged by last."""
    QUIET = "quiet"
    """Of which head, a draft's, nothing was said yet."""


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes on the pull requests of one repository."""

    database: Database
    repository: int
    clock: Callable[[], float] = time.time

    def all(self, about: About) -> dict[int, str]:
        with self.database.statements() as run:
            return dict(run(_ALL, repository=self.repository, about=about.value))

    def get(self, number: int, about: About) -> str | None:
        with self.database.statements() as run:
            mine = {"repository": self.repository, "about": about.value, "number": number}
            found = run(f"{_ALL} and number = :number", **mine)
        return found[0][1] if found else None

    def put(self, about: About, notes: Mapping[int, str]) -> None:
        """`notes` by the numbers of the pull requests."""
        mine = {"repository": self.repository, "about": about.value, "now": int(self.clock())}
        with self.database.statements() as run:
            for number, note in notes.items():
                run(_PUT, number=number, note=note, **mine)
