"""What a delivery asks for: values that are stored until somebody has done them."""

from dataclasses import dataclass
from typing import Annotated, Literal, Protocol
from zlib import crc32

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
    `comment` is the command to be answered with a rocket when it is done. `moved`: what it is
    judged by may have changed, and nobody waits; if only the `base` has, an audit that was made
    by it already is enough. `push` is where it went: a later one brings work of its own.
    """

    origin: Origin
    number: int
    head: str | None = None
    updated_at: int = 0
    again: bool = False
    comment: int | None = None
    moved: bool = False
    base: bool = False
    push: str = ""
    kind: Literal["audit"] = "audit"


@dataclass(frozen=True, slots=True)
class AuditGroup:
    """Give the head of this merge group a completed check run.

    `ref` is its branch: its name holds the number of the pull request that came last.
    """

    origin: Origin
    head: str
    base: str
    ref: str
    kind: Literal["group"] = "group"


@dataclass(frozen=True, slots=True)
class EndGroup:
    """The merge group with this head is gone."""

    origin: Origin
    head: str
    kind: Literal["group-end"] = "group-end"


@dataclass(frozen=True, slots=True)
class Moved:
    """What open pull requests are judged by has changed: they are to be audited again.

    `branch` is the base branch that went from `before` to `after`. Without it something else did
    change (what is applied, say), for all branches.
    """

    origin: Origin
    branch: str | None = None
    before: str = ""
    after: str = ""
    kind: Literal["moved"] = "moved"


@dataclass(frozen=True, slots=True)
class Closed:
    """A pull request is closed: its findings count no more for others with the same head."""

    origin: Origin
    number: int
    head: str
    kind: Literal["closed"] = "closed"


@dataclass(frozen=True, slots=True)
class EndRun:
    """The watchdog found a check run open for too long; `run` is its external id."""

    origin: Origin
    head: str
    run: str
    kind: Literal["run-end"] = "run-end"


@dataclass(frozen=True, slots=True)
class Sweep:
    """Find open pull requests without a completed check run: a delivery may have been lost.

    Without an installation: those of all repositories.
    """

    origin: Origin
    kind: Literal["sweep"] = "sweep"


@dataclass(frozen=True, slots=True)
class Redeliver:
    """Have GitHub deliver again what never arrived since `since` (seconds since 1970)."""

    origin: Origin
    since: int
    kind: Literal["redeliver"] = "redeliver"


@dataclass(frozen=True, slots=True)
class Forget:
    """These repositories may not be seen any more."""

    origin: Origin
    repositories: tuple[int, ...]
    kind: Literal["forget"] = "forget"


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
    """A person wrote `/migaudit words…` in the comment `comment` on a pull request.

    `others` are the words of further such lines.
    """

    origin: Origin
    number: int
    comment: int
    words: tuple[str, ...]
    person: str
    is_author: bool
    others: tuple[tuple[str, ...], ...] = ()
    kind: Literal["command"] = "command"


NOWHERE = Origin(0, 0, "")
"""Of work that is about no repository."""

Work = (
    AuditPull
    | AuditGroup
    | EndGroup
    | Rerun
    | Command
    | Moved
    | Closed
    | EndRun
    | Sweep
    | Redeliver
    | Forget
)

_WORK: TypeAdapter[Work] = TypeAdapter(Annotated[Work, Field(discriminator="kind")])


def encode(work: Work) -> str:
    return _WORK.dump_json(work).decode()


def decode(stored: str) -> Work:
    return _WORK.validate_json(stored)


LANES = 2
"""So many jobs of one installation go on at once: GitHub wants its requests in a row, and others
shall find a free worker."""


def lane(work: Work) -> str:
    """Work of one lane is done one after the other: one pull request at a time.

    The watchdog has its own: the work that hangs is in the other one.
    """
    origin = work.origin
    match work:
        case AuditPull() | Command() | Closed():
            subject = f"{origin.repository}#{work.number}"
        case Rerun():
            subject = f"{origin.repository}@{work.sha}"
        case AuditGroup() | EndGroup():
            subject = f"{origin.repository}@{work.head}"
        case EndRun():
            return f"watchdog/{origin.installation}"
        case _:
            subject = str(origin.repository)
    return f"{origin.installation}/{crc32(subject.encode()) % LANES}"


def is_urgent(work: Work) -> bool:
    """Whether somebody waits for it; other work of its lane is done later."""
    return not isinstance(work, Moved | Sweep | Forget) and not getattr(work, "moved", False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt at a piece of work ended.

    `later`: come back in so many seconds. `more`: work that this one turned out to consist of, a
    piece every `spread` seconds. `failed`: nobody could be told, so that the delivery may be sent
    again.
    """

    end: str
    later: float | None = None
    more: tuple[Work, ...] = ()
    spread: float = 0.0
    failed: bool = False


class Attempt(Protocol):
    """Does a piece of work, possibly not for the first time.

    `job` names the work, the same in every attempt; `attempt` counts from 0.
    """

    def __call__(self, job: str, attempt: int, work: Work) -> Outcome: ...
