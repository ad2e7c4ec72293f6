"""One repository, through one installation."""

from app.github.checks import Checks
from app.github.comments import Comments
from app.github.reviews import Reviews
from app.github.tree import GitTree
from app.github.values import PullRequest, Role
from app.report.values import ChangedFile


class Repository:
    """What we read and write in one repository."""

    id: int
    installation_id: int
    name: str
    checks: Checks
    reviews: Reviews
    comments: Comments

    def pull(self, number: int) -> PullRequest:
        """The pull request as it is now. Learns the repository's new name where it was renamed."""
        raise NotImplementedError

    def changed_files(self, pull: PullRequest) -> tuple[ChangedFile, ...]:
        """All files the pull request changes since the merge base.

        `ListTruncated` where GitHub, which lists 3,000 at most, lists fewer than it counts.
        """
        raise NotImplementedError

    def merge_base(self, base: str, head: str) -> str:
        """The sha of the best common ancestor."""
        raise NotImplementedError

    def tree(self, sha: str) -> GitTree:
        """The files of a commit. `NotYetVisible` where GitHub doesn't show it yet."""
        raise NotImplementedError

    def pulls_with_head(self, sha: str) -> tuple[PullRequest, ...]:
        """Open pull requests into this repository whose head is `sha`, those of forks included."""
        raise NotImplementedError

    def role(self, login: str) -> Role:
        """What this person may do here; `Role.NONE` for strangers."""
        raise NotImplementedError
