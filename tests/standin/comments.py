"""Comments and what people do with them: edit, delete, minimize, react."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.standin.accounts import App, User
from tests.standin.limits import MAX_COMMENT_CHARACTERS
from tests.standin.values import Refused

if TYPE_CHECKING:
    from tests.standin.diff import Side
    from tests.standin.pulls import PullRequest
    from tests.standin.reviews import Review, Thread

REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")


@dataclass(slots=True)
class Reaction:
    id: int
    user: User
    content: str
    created_at: float


@dataclass(slots=True)
class Comment:
    """What both kinds of comment have."""

    pull: "PullRequest" = field(repr=False)
    id: int
    user: User
    body: str
    created_at: float
    app: App | None = field(default=None, repr=False)
    updated_at: float = 0.0
    minimized: str | None = None
    reactions: list[Reaction] = field(default_factory=list)
    deleted: bool = False

    def react(self, content: str, by: "str | User") -> tuple[Reaction, bool]:
        """The reaction of that person, and whether it is a new one."""
        github = self.pull.repository.github
        user = github.user(by)
        for reaction in self.reactions:
            if reaction.user is user and reaction.content == content:
                return reaction, False
        reaction = Reaction(github.ids.next(), user, content, github.clock.now())
        self.reactions.append(reaction)
        return reaction, True

    def change(self, body: str) -> None:
        self.body = checked_body(body)
        self.updated_at = self.pull.repository.github.clock.now()


@dataclass(slots=True)
class IssueComment(Comment):
    """A comment in the conversation."""

    @property
    def page(self) -> str:
        return f"{self.pull.page}#issuecomment-{self.id}"

    def edit(self, body: str, by: "str | User" = "ann") -> None:
        before = self.body
        self.change(body)
        self.pull.repository.github.announce.issue_comment(
            self, "edited", by, {"changes": {"body": {"from": before}}}
        )

    def delete(self, by: "str | User" = "ann") -> None:
        self.deleted = True
        self.pull.issue_comments.remove(self)
        self.pull.repository.github.announce.issue_comment(self, "deleted", by)


@dataclass(slots=True, kw_only=True)
class ReviewComment(Comment):
    """A comment at a line of the diff, or at a whole file."""

    thread: "Thread" = field(repr=False)
    review: "Review" = field(repr=False)
    in_reply_to: int | None = None

    @property
    def page(self) -> str:
        return f"{self.pull.page}#discussion_r{self.id}"

    @property
    def path(self) -> str:
        return self.thread.path

    @property
    def side(self) -> "Side":
        return self.thread.side

    @property
    def line(self) -> int | None:
        """The line in today's diff; None once the comment is outdated, or when it is for a file."""
        return self.thread.line

    @property
    def start_line(self) -> int | None:
        return self.thread.start_line

    def edit(self, body: str, by: "str | User" = "ann") -> None:
        before = self.body
        self.change(body)
        self.pull.repository.github.announce.review_comment(
            self, "edited", by, {"changes": {"body": {"from": before}}}
        )

    def delete(self, by: "str | User" = "ann") -> None:
        self.deleted = True
        self.thread.comments.remove(self)
        if not self.thread.comments:
            self.pull.threads.remove(self.thread)
        self.pull.repository.github.announce.review_comment(self, "deleted", by)


def checked_body(body: str) -> str:
    if not body.strip():
        raise Refused(
            422,
            "Validation Failed",
            [{"resource": "IssueComment", "code": "missing_field", "field": "body"}],
        )
    if len(body) > MAX_COMMENT_CHARACTERS:
        message = f"body is too long (maximum is {MAX_COMMENT_CHARACTERS} characters)"
        raise Refused(
            422,
            "Validation Failed",
            [
                {
                    "resource": "IssueComment",
                    "code": "unprocessable",
                    "field": "data",
                    "message": message,
                }
            ],
        )
    return body
