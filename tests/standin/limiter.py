"""GitHub's rate limits: per installation, by the hour and by the minute."""

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.standin.limits import Limits
from tests.standin.values import Clock, Json, Refused

if TYPE_CHECKING:
    from tests.standin.routing import Call

_HOUR, _MINUTE = 3_600, 60
_SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
)


@dataclass(slots=True)
class _Window:
    used: int = 0
    reset: float = 0.0
    points: "deque[tuple[float, int]]" = field(default_factory=deque)
    contents: "deque[float]" = field(default_factory=deque)


@dataclass(slots=True)
class Limiter:
    """Counts requests; refuses with 403 what goes beyond the documented limits."""

    limits: Limits
    clock: Clock
    _windows: dict[int, _Window] = field(default_factory=dict)

    def admit(self, call: "Call", *, content: bool) -> None:
        """Refuses by the primary limit first, then by the secondary ones."""
        window, now = self._window(call), self.clock.now()
        window.used += 1
        if window.used > self.limits.requests_per_hour:
            message = f"API rate limit exceeded for installation ID {_subject(call)}."
            raise Refused(403, message)
        points = 1 if call.request.method in ("GET", "HEAD") else 5
        window.points.append((now, points))
        if content:
            window.contents.append(now)
        self._refuse_burst(window, now)

    def refund(self, call: "Call") -> None:
        """An answer of 304 costs nothing."""
        self._window(call).used -= 1

    def rate(self, call: "Call") -> Json:
        window = self._window(call)
        limit = self.limits.requests_per_hour
        return {
            "limit": limit,
            "used": min(window.used, limit),
            "remaining": max(0, limit - window.used),
            "reset": int(window.reset),
        }

    def headers(self, call: "Call") -> dict[str, str]:
        rate = self.rate(call)
        return {f"X-RateLimit-{name.capitalize()}": str(value) for name, value in rate.items()} | {
            "X-RateLimit-Resource": "core"
        }

    def _refuse_burst(self, window: _Window, now: float) -> None:
        while window.points and window.points[0][0] <= now - _MINUTE:
            window.points.popleft()
        while window.contents and window.contents[0] <= now - _HOUR:
            window.contents.popleft()
        recent = sum(1 for at in window.contents if at > now - _MINUTE)
        over = (
            sum(points for _, points in window.points) > self.limits.points_per_minute
            or recent > self.limits.content_per_minute
            or len(window.contents) > self.limits.content_per_hour
        )
        if over:
            raise Refused(403, _SECONDARY, headers={"Retry-After": str(_MINUTE)})

    def _window(self, call: "Call") -> _Window:
        window = self._windows.setdefault(_subject(call), _Window())
        if self.clock.now() >= window.reset:
            window.used, window.reset = 0, self.clock.now() + _HOUR
        return window


def _subject(call: "Call") -> int:
    return call.token.installation.id if call.token is not None else call.app.id
