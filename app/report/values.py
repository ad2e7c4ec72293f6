"""The values a report is made from and made of. None of them does anything."""

from enum import Enum

from analyzers.struct import Struct


class Subject(Struct, frozen=True):
    """What is reported on: one head of a pull request, or of a merge queue (`pull` is None).

    `public_url` is where this server's pages are, `web_url` where GitHub's are, both without a
    final slash. Where the repository or a server is not known, its name is empty: nothing links it.
    """

    repository_id: int
    repository: str
    pull: int | None
    head_sha: str
    public_url: str
    web_url: str = "https://github.com"


class Override(Struct, frozen=True):
    """Somebody's decision that a rule's findings don't fail the check of a pull request.

    In a merge group it counts for the `paths` that this pull request changes, which is `pull`.
    """

    rule: str
    person: str
    reason: str
    pull: int | None = None
    paths: frozenset[str] | None = None

    def covers(self, rule: str, path: str) -> bool:
        return rule == self.rule and (self.paths is None or path in self.paths)


class Status(Enum):
    """What a pull request does to a file, in GitHub's words."""

    ADDED = "added"
    REMOVED = "removed"
    MODIFIED = "modified"
    RENAMED = "renamed"
    COPIED = "copied"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class ChangedFile(Struct, frozen=True):
    """One file of a pull request. Binary, huge and merely moved ones have no `patch`.

    `blob` is git's id of the new content, where it was told.
    """

    path: str
    status: Status
    previous_path: str | None = None
    patch: str | None = None
    blob: str | None = None


class Comment(Struct, frozen=True):
    """One comment of a review thread. `ours` says that GitHub names our App as its author."""

    node_id: str
    id: int
    body: str
    ours: bool
    minimized: bool = False


class Thread(Struct, frozen=True):
    """A conversation on a line or a file of a pull request, its first comment first.

    `comment_count` counts those that aren't listed, too. `resolved_by` is a login; None where
    nobody did, or where GitHub names nobody because an App did.
    """

    node_id: str
    path: str
    resolved: bool
    comments: tuple[Comment, ...]
    comment_count: int
    resolved_by: str | None = None

    @property
    def replied(self) -> bool:
        """Somebody else spoke here."""
        return self.comment_count > len(self.comments) or not all(c.ours for c in self.comments)


class Conclusion(Enum):
    """How a check run ends. Without `neutral` and `skipped`: both let a pull request through."""

    SUCCESS = "success"
    FAILURE = "failure"
    ACTION_REQUIRED = "action_required"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"


class Level(Enum):
    """How an annotation looks."""

    NOTICE = "notice"
    WARNING = "warning"
    FAILURE = "failure"


class Annotation(Struct, frozen=True):
    """A finding beside its line in the check run. Columns only where it is on one line."""

    path: str
    start_line: int
    end_line: int
    level: Level
    title: str
    message: str
    raw_details: str = ""
    start_column: int | None = None
    end_column: int | None = None


class Output(Struct, frozen=True):
    """What a check run shows: plain text in `title`, Markdown in `summary` and, below, `text`."""

    title: str
    summary: str
    text: str = ""


class Check(Struct, frozen=True):
    """A completed check run."""

    conclusion: Conclusion
    output: Output
    annotations: tuple[Annotation, ...] = ()


class InlineComment(Struct, frozen=True):
    """A comment on lines of the new file. `start_line` only where it covers several lines.

    `file_body` says the same for the file as a whole, should GitHub refuse the lines.
    """

    path: str
    line: int
    body: str
    file_body: str
    fingerprint: str
    start_line: int | None = None


class FileComment(Struct, frozen=True):
    """A comment on a file as a whole."""

    path: str
    body: str
    fingerprint: str


class Closing(Struct, frozen=True):
    """An earlier thread whose finding is gone; `body` is what its first comment shall say then."""

    thread: Thread
    body: str


class Conversation(Struct, frozen=True):
    """What to say in the pull request, and which earlier threads to close."""

    review_body: str = ""
    inline: tuple[InlineComment, ...] = ()
    files: tuple[FileComment, ...] = ()
    closings: tuple[Closing, ...] = ()

    def fingerprints(self) -> frozenset[str]:
        """The findings that it says."""
        inline = frozenset(comment.fingerprint for comment in self.inline)
        return inline | {comment.fingerprint for comment in self.files}
