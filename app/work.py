"""What a delivery asks for: values that are stored until somebody has done them."""

from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

from pydantic import Field, TypeAdapter


@dataclass(frozen=True, slots=True)
class Origin:
    """The repository that a delivery is about, and the installation that sent it."""

    installation: int
    repository: int
    name: str


@dataclass(frozen=True, slots=True)
class AuditPull:
    """Give the head of this pull request a completed check run.

    `head` and `updated_at` (seconds since 1970) are what the delivery said, if it did: another
    head may be there by now. `again` asks for a new run although there is a completed one.
    `comment` is the command to be answered with a rocket when it is done.
    """

    origin: Origin
    number: int
    head: str | None = None
    updated_at: int = 0
    again: bool = False
    comment: int | None = None
    kind: Literal["audit"] = "audit"


@dataclass(frozen=True, slots=True)
class Rerun:
    """Somebody pressed the button beside a check run of this commit.

    `numbers` are the pull requests that GitHub names: none where the head is a fork's.
    """

    origin: Origin
    sha: str
    numbers: tuple[int, ...] = ()
    kind: Literal["rerun"] = "rerun"


@dataclass(frozen=True, slots=True)
class Command:
    """A person wrote `/migaudit words…` in the comment `comment` on a pull request."""

    origin: Origin
    number: int
    comment: int
    words: tuple[str, ...]
    person: str
    is_author: bool
    kind: Literal["command"] = "command"


Work = AuditPull | Rerun | Command

_WORK: TypeAdapter[Work] = TypeAdapter(Annotated[Work, Field(discriminator="kind")])


def encode(work: Work) -> str:
    return _WORK.dump_json(work).decode()


def decode(stored: str) -> Work:
    return _WORK.validate_json(stored)


def lane(work: Work) -> str:
    """Work of one lane is done one after the other: one pull request at a time."""
    subject = work.sha if isinstance(work, Rerun) else work.number
    return f"{work.origin.repository}#{subject}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt at a piece of work ended.

    `later`: come back in so many seconds. `more`: work that this one turned out to consist of.
    `failed`: nobody could be told, so that the delivery may be sent again.
    """

    end: str
    later: float | None = None
    more: tuple[AuditPull, ...] = ()
    failed: bool = False


class Attempt(Protocol):
    """Does a piece of work, possibly not for the first time.

    `job` names the work, the same in every attempt; `attempt` counts from 0.
    """

    def __call__(self, job: str, attempt: int, work: Work) -> Outcome: ...
