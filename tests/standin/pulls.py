"""Pull requests: two branches, what lies between them, and what people do with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.standin.accounts import App, User
from tests.standin.checks import CheckRun
from tests.standin.comments import IssueComment, ReviewComment, checked_body
from tests.standin.diff import Change, changes
from tests.standin.git import CommitInfo, Content
from tests.standin.reviews import Review, Thread, anchored, begin_review, begin_thread
from tests.standin.values import Refused, node_id

if TYPE_CHECKING:
    from tests.standin.repository import Repository


@dataclass(slots=True)
class PullRequest:
    """A pull request; reviews, threads and comments hang on it."""

    repository: "Repository" = field(repr=False)
    id: int
    number: int
    title: str
    body: str
    user: User
    head_repository: "Repository" = field(repr=False)
    head_branch: str
    base_branch: str
    head_sha: str
    base_sha: str
    created_at: float
    updated_at: float
    draft: bool = False
    state: str = "open"
    locked: bool = False
    closed_at: float | None = None
    merged_at: float | None = None
    merged_by: User | None = None
    merge_commit_sha: str | None = None
    reviews: list[Review] = field(default_factory=list, repr=False)
    threads: list[Thread] = field(default_factory=list, repr=False)
    issue_comments: list[IssueComment] = field(default_factory=list, repr=False)
    _changes: dict[str, list[Change]] = field(default_factory=dict, repr=False)

    @property
    def node_id(self) -> str:
        return node_id("PR", self.id)

    @property
    def page(self) -> str:
        """The address of the page that a person looks at."""
        return f"{self.repository.page}/pull/{self.number}"

    @property
    def merge_base(self) -> str:
        return self.merge_base_of(self.head_sha)

    @property
    def changes(self) -> list[Change]:
        """The changed files: the head against its merge base with the base branch."""
        return self.changes_at(self.head_sha)

    @property
    def commits(self) -> list[CommitInfo]:
        return self.repository.git.commits(self.base_sha, self.head_sha)

    @property
    def review_comments(self) -> list[ReviewComment]:
        """All of them, oldest first."""
        comments = (comment for thread in self.threads for comment in thread.comments)
        return sorted(comments, key=lambda comment: comment.id)

    @property
    def check_runs(self) -> list[CheckRun]:
        """All runs on the head, oldest first."""
        return self.repository.check_runs(self.head_sha)

    def check_run(self, name: str = "migaudit") -> CheckRun | None:
        """The newest run of that name on the head."""
        return self.repository.check_run(name, self.head_sha)

    def change(self, path: str) -> Change | None:
        return next((change for change in self.changes if change.path == path), None)

    def changes_at(self, commit_id: str) -> list[Change]:
        base = self.merge_base_of(commit_id)
        key = f"{base} {commit_id}"
        if key not in self._changes:
            limits = self.repository.github.limits
            self._changes[key] = changes(self.repository.git, base, commit_id, limits)
        return self._changes[key]

    def merge_base_of(self, commit_id: str) -> str:
        return self.repository.git.merge_base(self.base_sha, commit_id) or self.base_sha

    def commit_of(self, commit_id: str | None) -> str:
        """The commit that a comment is about, which must be one of this pull request."""
        if commit_id is None or commit_id == self.head_sha:
            return self.head_sha
        if commit_id not in {commit.sha for commit in self.commits}:
            message = "The commit_id is not part of the pull request"
            fault = {"resource": "PullRequestReview", "code": "custom", "field": "commit_id"}
            raise Refused(422, "Validation Failed", [fault | {"message": message}])
        return commit_id

    def push(self, files: Mapping[str, Content], message: str = "Change", by: str = "") -> str:
        """Commits on top of the head, as its author unless `by` says else."""
        who = by or self.user.login
        return self.head_repository.push(self.head_branch, files, message=message, by=who)

    def force_push(
        self,
        files: Mapping[str, Content],
        message: str = "Rewrite",
        start: str | None = None,
        by: str = "",
    ) -> str:
        """Replaces the branch by one commit on top of `start` (today's base branch by default)."""
        if self.head_repository is not self.repository:
            self.repository.lend(self.head_repository, self.base_branch)
        return self.head_repository.force_push(
            self.head_branch,
            files,
            start=start or self.base_sha,
            message=message,
            by=by or self.user.login,
        )

    def comment(self, body: str, by: "str | User" = "ann", app: App | None = None) -> IssueComment:
        github = self.repository.github
        now = github.clock.now()
        comment = IssueComment(
            pull=self,
            id=github.ids.next(),
            user=github.user(by),
            body=checked_body(body),
            created_at=now,
            updated_at=now,
            app=app,
        )
        self.issue_comments.append(comment)
        github.announce.issue_comment(comment, "created", by)
        return comment

    def review_comment(
        self, body: str, path: str, line: int, by: "str | User" = "ann", side: str = "RIGHT"
    ) -> ReviewComment:
        """A person comments on a line of the diff."""
        wanted = {"path": path, "line": line, "side": side}
        anchor = anchored(self, self.head_sha, wanted, review=False)
        user = self.repository.github.user(by)
        review = begin_review(self, user, "COMMENTED", "", self.head_sha, None)
        return begin_thread(review, anchor, body)

    def close(self, by: "str | User" = "ann") -> None:
        self.state, self.closed_at = "closed", self.repository.github.clock.now()
        self._announce("closed", by)

    def reopen(self, by: "str | User" = "ann") -> None:
        """Takes up again, with the branches as they are now."""
        self.state, self.closed_at = "open", None
        self.base_sha = self.repository.branch_sha(self.base_branch)
        self.fetch_head()
        self._announce("reopened", by)

    def ready_for_review(self, by: "str | User" = "ann") -> None:
        self.draft = False
        self._announce("ready_for_review", by)

    def convert_to_draft(self, by: "str | User" = "ann") -> None:
        self.draft = True
        self._announce("converted_to_draft", by)

    def edit(self, title: str, by: "str | User" = "ann") -> None:
        before, self.title = self.title, title
        self._announce("edited", by, {"changes": {"title": {"from": before}}})

    def change_base(self, branch: str, by: "str | User" = "ann") -> None:
        ref, sha = self.base_branch, self.base_sha
        self.base_branch, self.base_sha = branch, self.repository.branch_sha(branch)
        before = {"base": {"ref": {"from": ref}, "sha": {"from": sha}}}
        self._announce("edited", by, {"changes": before})

    def lock(self, by: "str | User" = "ann") -> None:
        self.locked = True
        self._announce("locked", by)

    def merge(self, by: "str | User" = "ann") -> str:
        """Merges with a merge commit, as the green button does; returns its hash."""
        github = self.repository.github
        user = github.user(by)
        message = f"Merge pull request #{self.number} from {self.head_label}"
        git = self.repository.git
        sha = git.merge(
            self.repository.branch_sha(self.base_branch), self.head_sha, message, user.login
        )
        self.merged(sha, by)
        self.repository.update(self.base_branch, sha, by=user.login)
        return sha

    def merged(self, sha: str, by: "str | User") -> None:
        """Closes it, as that commit now holds it."""
        self.state, self.merge_commit_sha = "closed", sha
        self.merged_by = self.repository.github.user(by)
        self.closed_at = self.merged_at = self.repository.github.clock.now()
        self._announce("closed", by)

    @property
    def head_label(self) -> str:
        return f"{self.head_repository.owner.login}:{self.head_branch}"

    def fetch_head(self) -> None:
        """Makes the head branch's newest commit reachable here, from a fork too."""
        source, into = self.head_repository, f"refs/pull/{self.number}/head"
        self.head_sha = source.branch_sha(self.head_branch)
        if source is self.repository:
            source.git.set_ref(into, self.head_sha)
        else:
            self.repository.git.fetch(source.git, f"refs/heads/{self.head_branch}", into)

    def synchronize(self, sha: str, by: str) -> None:
        """The head branch has moved; a closed pull request doesn't follow."""
        before = self.head_sha
        self.fetch_head()
        self._announce("synchronize", by, {"before": before, "after": sha})

    def _announce(
        self, action: str, by: "str | User", extra: "dict[str, object] | None" = None
    ) -> None:
        self.updated_at = self.repository.github.clock.now()
        self.repository.github.announce.pull_request(self, action, by, extra or {})
