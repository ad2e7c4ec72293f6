"""Reviews and their threads: comments on lines and files of a pull request."""

from collections.abc import Sequence

from app.report.values import Comment, FileComment, InlineComment, Thread


class Reviews:
    """The review conversations of one repository's pull requests."""

    def threads(self, pull: int) -> tuple[Thread, ...]:
        """Every thread of the pull request, with who resolved it."""
        raise NotImplementedError

    def create(
        self, pull: int, head_sha: str, body: str, comments: Sequence[InlineComment]
    ) -> None:
        """One review. GitHub refuses all of it (`Invalid`) for one bad line."""
        raise NotImplementedError

    def comment_on_file(self, pull: int, head_sha: str, comment: FileComment) -> None:
        """A comment on a file as a whole."""
        raise NotImplementedError

    def edit(self, comment: Comment, body: str) -> None:
        raise NotImplementedError

    def delete(self, comment: Comment) -> None:
        raise NotImplementedError

    def resolve(self, thread: Thread) -> None:
        """`Forbidden` where the installation may not: some GitHubs ask for `contents: write`."""
        raise NotImplementedError

    def minimize(self, comment: Comment) -> None:
        """Folds the comment away as outdated."""
        raise NotImplementedError
