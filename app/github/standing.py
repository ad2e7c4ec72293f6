"""How GitHub answers the App itself: whether it takes its key, and what time it has."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from app.github.transport import Answer

MOST_SECONDS = 60
"""What the App signs is dated a minute back: a clock that is more ahead makes it a promise."""


@dataclass(slots=True)
class Standing:
    """What the latest answer told; nothing is asked for this. `clock` is the time since 1970."""

    clock: Callable[[], float] = time.time
    _refused: bool = False
    _ahead: float = 0.0

    def note(self, answer: Answer) -> None:
        self._refused = answer.status == 401
        github = _time(answer.headers.get("date", ""))
        if github is not None:
            self._ahead = self.clock() - github.timestamp()

    def key_problem(self) -> str | None:
        return "GitHub does not accept what the App's key signs" if self._refused else None

    def clock_problem(self) -> str | None:
        """In words for the operator, who has to set this machine's clock."""
        seconds = round(abs(self._ahead))
        if seconds <= MOST_SECONDS:
            return None
        side = "ahead of" if self._ahead > 0 else "behind"
        return f"this machine's clock is {seconds} s {side} GitHub's"


def _time(header: str) -> datetime | None:
    try:
        return parsedate_to_datetime(header)
    except ValueError:
        return None
