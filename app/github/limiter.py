"""Keeps one installation within GitHub's limits before GitHub has to say no.

https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
and its best practices: a second between writes, none at the same time.

No worker waits for a limit: the job comes back when it is over, durably. Nor for that second: a
job that came back for it would look, compare and analyse again before each write, which costs
GitHub and the machine more than it saves. It stays, and leaves its place among the workers.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from app.github.errors import RateLimited

_ALL = "all"


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


MOST_PAUSES = 3
"""So many writes may be ahead of one that stays for its turn; with more, it is for later."""


class Limiter:
    """The requests of one installation.

    `sleep` passes some pauses between two writes at most, without a place among the workers.
    """

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
        self._points = {False: Window(900, 60), True: Window(2_000, 60)}
        self._content = (Window(80, 60), Window(500, 3_600))
        self._last_write: float | None = None
        self._closed_until = {_ALL: 0.0}

    def before(self, *, write: bool, graphql: bool = False) -> None:
        """Waits for its turn; raises `RateLimited` where that would take longer than some pauses.

        Reads do not wait for writes that do. GitHub may have said no while one of these slept.
        """
        with self._lock:
            self._refuse_while_closed(graphql=graphql)
            pause = self._until_next_write() if write else 0.0
            self._take(write=write, graphql=graphql)
            if write:
                self._last_write = self._clock() + pause
        if pause > 0:
            self._sleep(pause)
            with self._lock:
                self._refuse_while_closed(graphql=graphql)

    def ready(self) -> None:
        """Waits until a write would not have to: what it hangs on can be looked at after that."""
        with self._lock:
            pause = self._until_next_write()
        if pause > 0:
            self._sleep(pause)

    def close(self, seconds: float) -> None:
        """GitHub said no: whoever goes on asking may be banned."""
        with self._lock:
            self._close(_ALL, seconds)

    def learn(self, headers: Mapping[str, str], now: float) -> None:
        """Takes in what an answer says of the primary limit; `now` is the time since 1970."""
        reset = headers.get("x-ratelimit-reset", "")
        if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
            resource = headers.get("x-ratelimit-resource", _ALL)
            with self._lock:
                self._close(resource, max(1.0, float(reset) - now + 1))

    def _close(self, resource: str, seconds: float) -> None:
        until = self._clock() + seconds
        self._closed_until[resource] = max(until, self._closed_until.get(resource, 0.0))

    def _refuse_while_closed(self, *, graphql: bool) -> None:
        named = (_ALL, "graphql" if graphql else "core")
        wait = max(self._closed_until.get(name, 0.0) for name in named) - self._clock()
        if wait > 0:
            raise RateLimited("GitHub allows no further request for now", wait)

    def _take(self, *, write: bool, graphql: bool) -> None:
        now = self._clock()
        points = 5 if write else 1
        costs = [(self._points[graphql], points), *((w, 1) for w in self._content if write)]
        wait = max(window.wait(cost, now) for window, cost in costs)
        if wait > 0:
            raise RateLimited("Our own limit of requests to GitHub is reached", wait)
        for window, cost in costs:
            window.take(cost, now)

    def _until_next_write(self) -> float:
        if self._last_write is None:
            return 0.0
        pause = max(0.0, self._last_write + self._pause - self._clock())
        if pause > MOST_PAUSES * self._pause:
            raise RateLimited("Many writes to GitHub wait for their turn", pause)
        return pause
