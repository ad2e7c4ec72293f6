"""Comments on a pull request as a whole, and reactions to them."""

from app.github.values import Emoji, IssueComment


class Comments:
    """The issue comments of one repository's pull requests."""

    def list(self, pull: int) -> tuple[IssueComment, ...]:
        raise NotImplementedError

    def create(self, pull: int, body: str) -> IssueComment:
        raise NotImplementedError

    def update(self, comment_id: int, body: str) -> None:
        raise NotImplementedError

    def delete(self, comment_id: int) -> None:
        raise NotImplementedError

    def react(self, comment_id: int, emoji: Emoji) -> None:
        """Adds our reaction; adding it twice changes nothing."""
        raise NotImplementedError
