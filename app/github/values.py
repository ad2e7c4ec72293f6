"""What GitHub tells us, as our own values."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from app.report.values import Thread


@dataclass(frozen=True, slots=True)
class AppIdentity:
    """Our App as GitHub knows it. Its comments are written by `login`."""

    id: int
    slug: str
    permissions: tuple[tuple[str, str], ...]
    events: tuple[str, ...]

    @property
    def login(self) -> str:
        return f"{self.slug}[bot]"


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as it is now. `head_repository_id` is None where the fork was deleted.

    `repository` is the base repository's full name as it is now.
    """

    number: int
    title: str
    open: bool
    draft: bool
    author: str
    repository: str
    base_ref: str
    base_sha: str
    head_ref: str
    head_sha: str
    head_repository_id: int | None
    changed_files: int
    locked: bool


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, and git's id of its tree."""

    sha: str
    tree: str


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A check run. `external_id` is our name of the audit; `annotations` counts those it has."""

    id: int
    name: str
    head_sha: str
    status: str
    conclusion: str | None
    external_id: str
    annotations: int
    app_id: int
    html_url: str = ""
    node_id: str = ""

    @property
    def completed(self) -> bool:
        return self.status == "completed"


@dataclass(frozen=True, slots=True)
class Look:
    """A pull request with all that is decided about before it is audited.

    `base` is the tip of the base branch now. `runs` are those of our App on the head, the newest
    first; `sharing` the numbers of other open pull requests with the same head; `namesakes` other
    Apps with a check of that name on it. `repository` is the node id of the repository, `public`
    whether anybody may see it.
    """

    pull: PullRequest
    base: Commit
    head: Commit
    runs: tuple[CheckRun, ...]
    threads: tuple[Thread, ...]
    repository: str
    public: bool
    sharing: tuple[int, ...] = ()
    namesakes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IssueComment:
    """A comment on a pull request as a whole."""

    id: int
    node_id: str
    author: str
    body: str
    ours: bool


class Role(Enum):
    """What a person may do in a repository, in rising order."""

    NONE = "none"
    READ = "read"
    TRIAGE = "triage"
    WRITE = "write"
    MAINTAIN = "maintain"
    ADMIN = "admin"

    def at_least(self, other: "Role") -> bool:
        roles = list(Role)
        return roles.index(self) >= roles.index(other)


class Emoji(Enum):
    """The reactions that commands are answered with."""

    EYES = "eyes"
    ROCKET = "rocket"
    CONFUSED = "confused"


@dataclass(frozen=True, slots=True)
class Token:
    """An installation token; it never shows itself."""

    secret: str
    expires: datetime

    def __repr__(self) -> str:
        return f"Token(expires={self.expires:%Y-%m-%dT%H:%M:%SZ})"
