"""Shows operators what is asked of GitHub, and how much of its limits is left."""

from dataclasses import dataclass

from app.github.transport import Answer
from app.logs import logger
from app.metrics import GITHUB_CALLS, GITHUB_LEFT

LITTLE = 0.1
"""Of the hourly limit: what is left below it is worth a line in the log."""

_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Meter:
    """The answers to one installation; 0: to the App itself."""

    installation: int = 0

    def note(self, method: str, answer: Answer) -> None:
        GITHUB_CALLS.labels(method=method, status=str(answer.status)).inc()
        limit, left = (_number(answer, name) for name in ("limit", "remaining"))
        if limit is None or left is None:
            return
        resource = answer.headers.get("x-ratelimit-resource", "core")
        GITHUB_LEFT.labels(installation=str(self.installation), resource=resource).set(left)
        if left < limit * LITTLE:
            _log.warning("little is left of GitHub's limit", left=left, of=limit, resource=resource)


def _number(answer: Answer, name: str) -> int | None:
    value = answer.headers.get(f"x-ratelimit-{name}", "")
    return int(value) if value.isdecimal() else None
