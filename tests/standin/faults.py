"""Failures that a test orders: of which request, the how manieth, before or after the work."""

import json
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any


@dataclass(slots=True)
class Fault:
    """The `nth` matching request, and `times` - 1 more after it, fail.

    `path` is a pattern as of `fnmatch` for the path below ``/api/v3`` (``/graphql`` for GraphQL),
    and `contains`, when given, must stand in the path or the body. With `after` the work is done
    first: the client can't know. `reset` closes the connection without an answer; `delay` answers
    late, and with ``status=None`` otherwise as usual.
    """

    method: str
    path: str
    status: int | None = 502
    nth: int = 1
    times: int = 1
    after: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    reset: bool = False
    delay: float = 0.0
    contains: str = ""
    seen: int = 0
    fired: int = 0

    @classmethod
    def rate_limited(cls, method: str, path: str, reset_at: float, **more: Any) -> "Fault":
        """The primary limit: nothing remains until `reset_at` (Unix seconds)."""
        headers = {
            "x-ratelimit-limit": "5000",
            "x-ratelimit-remaining": "0",
            "x-ratelimit-used": "5000",
            "x-ratelimit-reset": str(int(reset_at)),
            "x-ratelimit-resource": "core",
        }
        body = {"message": "API rate limit exceeded for installation.", "status": "403"}
        return cls(method, path, 403, headers=headers, body=body, **more)

    @classmethod
    def secondary_limit(
        cls, method: str, path: str, retry_after: int | None = 60, status: int = 403, **more: Any
    ) -> "Fault":
        """A secondary limit, with or without ``Retry-After``."""
        headers = {} if retry_after is None else {"retry-after": str(retry_after)}
        body = {
            "message": "You have exceeded a secondary rate limit. "
            "Please wait a few minutes before you try again.",
            "documentation_url": "https://docs.github.com/rest/using-the-rest-api/"
            "rate-limits-for-the-rest-api#about-secondary-rate-limits",
            "status": str(status),
        }
        return cls(method, path, status, headers=headers, body=body, **more)

    @classmethod
    def not_yet_visible(cls, sha: str, times: int = 1) -> "Fault":
        """A fork's commit that was announced before the base repository has it."""
        body = {"message": f"No commit found for SHA: {sha}", "status": "422"}
        return cls("*", "/repos/*", 422, times=times, contains=sha, body=body)

    def strikes(self, method: str, path: str, body: bytes) -> bool:
        """Counts the request if it matches, and says whether it is to fail."""
        if self.method not in ("*", method) or not fnmatchcase(path, self.path):
            return False
        if self.contains and self.contains.encode() not in body + path.encode():
            return False
        self.seen += 1
        due = self.nth <= self.seen < self.nth + self.times
        self.fired += due
        return due

    def content(self) -> bytes:
        if isinstance(self.body, str):
            return self.body.encode()
        body = {"message": "Server Error"} if self.body is None else self.body
        return json.dumps(body).encode()


@dataclass(slots=True)
class Faults:
    """All that is to go wrong."""

    ordered: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> Fault:
        self.ordered.append(fault)
        return fault

    def clear(self) -> None:
        self.ordered.clear()

    def find(self, method: str, path: str, body: bytes) -> Fault | None:
        striking = [fault for fault in self.ordered if fault.strikes(method, path, body)]
        return striking[0] if striking else None
