"""Keeps one installation within GitHub's limits before GitHub has to say no.

https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
and its best practices: a second between writes, none at the same time.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from app.github.errors import RateLimited


@dataclass(slots=True)
class Window:
    """At most `limit` points in any `seconds`."""

    limit: int
    seconds: float
    taken: deque[tuple[float, int]] = field(default_factory=deque)
    sum: int = 0

    def wait(self, points: int, now: float) -> float:
        """Seconds until `points` more may be taken."""
        while self.taken and self.taken[0][0] <= now - self.seconds:
            self.sum -= self.taken.popleft()[1]
        if self.sum + points <= self.limit:
            return 0.0
        return self.taken[0][0] + self.seconds - now

    def take(self, points: int, now: float) -> None:
        self.taken.append((now, points))
        self.sum += points


class Limiter:
    """The requests of one installation. Sleeps no longer than the pause between two writes."""

    def __init__(
        self,
        seconds_between_writes: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pause = seconds_between_writes
        self._clock = clock
        self._sleep = sleep
        self._lock = Lock()
        self._points = Window(900, 60)
        self._content = (Window(80, 60), Window(500, 3_600))
        self._last_write: float | None = None

    def before(self, *, write: bool) -> None:
        """Waits for its turn; raises `RateLimited` where that would take longer than a pause."""
        with self._lock:
            if write:
                self._pause_since_last_write()
            self._take(write=write)

    def _take(self, *, write: bool) -> None:
        now = self._clock()
        points = 5 if write else 1
        costs = [(self._points, points), *((w, 1) for w in self._content if write)]
        wait = max(window.wait(cost, now) for window, cost in costs)
        if wait > 0:
            raise RateLimited("Our own limit of requests to GitHub is reached", wait)
        for window, cost in costs:
            window.take(cost, now)

    def _pause_since_last_write(self) -> None:
        if self._last_write is not None:
            self._sleep(max(0.0, self._last_write + self._pause - self._clock()))
        self._last_write = self._clock()
