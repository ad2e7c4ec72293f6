"""The merge queue: pull requests merged one upon the other, to be checked before the base moves."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.standin.checks import CheckRun
from tests.standin.pulls import PullRequest

if TYPE_CHECKING:
    from tests.standin.repository import Repository


@dataclass(slots=True)
class MergeGroup:
    """What the queue wants to put on the base branch next."""

    repository: "Repository" = field(repr=False)
    base_branch: str
    base_sha: str
    head_sha: str
    pulls: list[PullRequest]
    destroyed: str | None = None

    @property
    def head_ref(self) -> str:
        """Named after the last of its pull requests."""
        number = self.pulls[-1].number
        return f"refs/heads/gh-readonly-queue/{self.base_branch}/pr-{number}-{self.base_sha}"

    @property
    def check_runs(self) -> list[CheckRun]:
        return self.repository.check_runs(self.head_sha)

    def check_run(self, name: str = "migaudit") -> CheckRun | None:
        return self.repository.check_run(name, self.head_sha)

    def destroy(self, reason: str = "invalidated") -> None:
        """Takes the group away: ``merged``, ``invalidated`` or ``dequeued``."""
        self.destroyed = reason
        self.repository.git.delete_ref(self.head_ref)
        self.repository.github.announce.merge_group(self, "destroyed", {"reason": reason})

    def merge(self, by: str = "ann") -> None:
        """All checks have passed: the base branch moves to the group's head."""
        with self.repository.github.lock:
            for pull in self.pulls:
                pull.merged(self.head_sha, by)
            self.repository.update(self.base_branch, self.head_sha, by=by)
            self.destroy("merged")


def enqueue(repository: "Repository", pulls: list[PullRequest], by: str) -> MergeGroup:
    """Merges the pull requests in this order; raises GitError where two of them conflict."""
    branch = pulls[0].base_branch
    base = head = repository.branch_sha(branch)
    for pull in pulls:
        message = f"Merge pull request #{pull.number} from {pull.head_label}"
        head = repository.git.merge(head, pull.head_sha, message, by)
    group = MergeGroup(repository, branch, base, head, pulls)
    repository.git.set_ref(group.head_ref, head)
    repository.merge_groups.append(group)
    repository.github.announce.merge_group(group, "checks_requested", {})
    return group
