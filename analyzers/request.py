"""What an audit is given: two states of a repository, what changed between them, the settings."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from analyzers.ledger import Record
from analyzers.settings import Settings
from analyzers.source import SourceTree
from analyzers.struct import Struct, field


class ChangeStatus(Enum):
    """What a pull request does to a file."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"


class Change(Struct, frozen=True):
    """One changed file; `previous` is where a renamed one was. A copied file is an added one."""

    path: str
    status: ChangeStatus
    previous: str | None = None


class Default(Struct, frozen=True):
    """An organisation's configuration; `name` is its repository and path, for people.

    `refused` says why its `content` could not be had.
    """

    name: str
    content: bytes = b""
    refused: str | None = None


class Request(Struct, frozen=True):
    """One audit. Its result depends on nothing else.

    `base` is the tip of the base branch. `changes` are those of
    the pull request, from the merge base to `head`. `settings` None: the base's configuration
    holds them, and `postgres` outranks what it says. `unanalysable` names files that must not be
    looked at again, with the reason in words: an earlier attempt crashed or stalled on them.
    `directories` says where the migrations are; where it is empty, the settings are asked, then
    the repository. `extensions` are those of files that count as migrations there besides what
    Knex loads by default. `now` is when it is made: without it, no migration is too early.
    `organisation` is the configuration that the repository's own lies over. `repository`: judge
    all knexfiles, workflows and scripts, not only what the changes do to them. `ledger`: what has
    been applied where; without it, what is on the base branch counts as applied. `brief`: nobody
    reads what statements do that are understood, nor the checklist.
    """

    base: SourceTree
    head: SourceTree
    changes: tuple[Change, ...]
    settings: Settings | None = None
    unanalysable: Mapping[str, str] = field(default_factory=dict)
    directories: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    postgres: int | None = None
    now: datetime | None = None
    organisation: Default | None = None
    repository: bool = False
    ledger: tuple[Record, ...] = ()
    brief: bool = False
