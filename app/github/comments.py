"""Comments on a pull request as a whole, and reactions to them."""

from dataclasses import dataclass

from app.github.connection import Connection
from app.github.shape import Json
from app.github.values import Emoji, IssueComment


@dataclass(frozen=True, slots=True)
class Comments:
    """The issue comments of one repository's pull requests."""

    connection: Connection
    path: str
    app_id: int

    def list(self, pull: int) -> tuple[IssueComment, ...]:
        found = self.connection.pages(f"{self.path}/issues/{pull}/comments")
        return tuple(map(self._comment, found))

    def create(self, pull: int, body: str) -> IssueComment:
        path = f"{self.path}/issues/{pull}/comments"
        return self._comment(self.connection.create(path, {"body": body}))

    def update(self, comment_id: int, body: str) -> None:
        self.connection.update(f"{self.path}/issues/comments/{comment_id}", {"body": body})

    def delete(self, comment_id: int) -> None:
        self.connection.delete(f"{self.path}/issues/comments/{comment_id}")

    def react(self, comment_id: int, emoji: Emoji) -> None:
        """Adds our reaction; adding it twice changes nothing."""
        path = f"{self.path}/issues/comments/{comment_id}/reactions"
        self.connection.create(path, {"content": emoji.value}, safe=True)

    def _comment(self, found: Json) -> IssueComment:
        return IssueComment(
            id=found.number("id"),
            node_id=found.text("node_id"),
            author=found.maybe_text("user", "login") or "ghost",
            body=found.maybe_text("body") or "",
            ours=found.maybe_number("performed_via_github_app", "id") == self.app_id,
        )
