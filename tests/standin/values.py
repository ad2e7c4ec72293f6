"""Small values that every part of the stand-in uses."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

Json = dict[str, Any]
"""A JSON object: requests were checked against GitHub's description before anything reads them."""

DOCUMENTATION = "https://docs.github.com/rest"


class Refused(Exception):
    """What GitHub says no to: becomes an answer with this status and message."""

    def __init__(
        self,
        status: int,
        message: str,
        errors: list[Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {message} {errors or ''}".strip())
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = headers or {}

    def body(self) -> Json:
        body: Json = {"message": self.message}
        if self.errors is not None:
            body["errors"] = self.errors
        return body | {"documentation_url": DOCUMENTATION, "status": str(self.status)}


def not_found() -> Refused:
    """What exists but may not be seen looks just like what doesn't exist."""
    return Refused(404, "Not Found")


def invalid(resource: str, field_name: str, message: str, code: str = "custom") -> Refused:
    entry = {"resource": resource, "code": code, "field": field_name, "message": message}
    return Refused(422, "Validation Failed", [entry])


@dataclass(slots=True)
class Clock:
    """The stand-in's time: the real one, plus what a test has let pass."""

    ahead: float = 0.0

    def now(self) -> float:
        return datetime.now(UTC).timestamp() + self.ahead

    def advance(self, seconds: float) -> None:
        self.ahead += seconds


@dataclass(slots=True)
class Ids:
    """One sequence for everything, as far apart from 1 as GitHub's own ids."""

    numbers: "count[int]" = field(default_factory=lambda: count(70_000_001))

    def next(self) -> int:
        return next(self.numbers)


def timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def node_id(kind: str, number: int) -> str:
    return f"{kind}_kwDO{number:010x}"
