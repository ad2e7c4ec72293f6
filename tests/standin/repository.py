"""Repositories: a bare git repository with its people, pull requests and checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.standin.accounts import ORDER, App, User
from tests.standin.checks import CheckRun, CheckSuite
from tests.standin.deployments import Deployment
from tests.standin.git import NULL_SHA, Content, Git
from tests.standin.merge_queue import MergeGroup, enqueue
from tests.standin.pulls import PullRequest
from tests.standin.values import Json, node_id

if TYPE_CHECKING:
    from tests.standin.github import GitHub


@dataclass(slots=True, eq=False)
class Repository:
    """One repository and all that happens in it."""

    github: "GitHub" = field(repr=False)
    id: int
    owner: User
    name: str
    git: Git
    default_branch: str
    private: bool
    created_at: float
    parent: "Repository | None" = field(default=None, repr=False)
    permissions: dict[str, str] = field(default_factory=dict)
    pulls: list[PullRequest] = field(default_factory=list, repr=False)
    check_suites: list[CheckSuite] = field(default_factory=list, repr=False)
    merge_groups: list[MergeGroup] = field(default_factory=list, repr=False)
    deployments: list[Deployment] = field(default_factory=list, repr=False)
    rules: list[Json] = field(default_factory=list, repr=False)
    pushed_at: float = 0.0
    last_number: int = 0

    @property
    def node_id(self) -> str:
        return node_id("R", self.id)

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    @property
    def directory(self) -> Path:
        return self.git.directory

    @property
    def page(self) -> str:
        return f"{self.github.url}/{self.full_name}"

    @property
    def root(self) -> "Repository":
        return self.parent.root if self.parent else self

    def grant(self, login: str, permission: str) -> None:
        """Gives a person read, triage, write, maintain or admin (or none)."""
        if permission not in ORDER:
            raise ValueError(f"{permission!r} is none of {', '.join(ORDER)}")
        self.github.user(login)
        self.permissions[login] = permission

    def require(self, check: str, app: App | None = None) -> None:
        """Makes a check a required one of every branch; `app` is whose it has to be."""
        wanted: Json = {"context": check} | ({"integration_id": app.id} if app else {})
        self._rule(
            "required_status_checks",
            {"required_status_checks": [wanted], "strict_required_status_checks_policy": False},
        )

    def require_queue(self) -> None:
        """Merges go through a queue from now on."""
        waiting = {f"{most}_entries_to_merge": 1 for most in ("max", "min")}
        minutes = {"check_response_timeout_minutes": 60, "min_entries_to_merge_wait_minutes": 5}
        how = {"grouping_strategy": "ALLGREEN", "max_entries_to_build": 5, "merge_method": "MERGE"}
        self._rule("merge_queue", how | minutes | waiting)

    def _rule(self, kind: str, parameters: Json) -> None:
        number = self.github.ids.next()
        source = {"ruleset_source_type": "Repository", "ruleset_source": self.full_name}
        rule = {"type": kind, "parameters": parameters, "ruleset_id": number, **source}
        self.rules.append(rule)

    def permission_of(self, login: str) -> str:
        if login == self.owner.login:
            return "admin"
        return self.permissions.get(login, "none" if self.private else "read")

    def pull(self, number: int) -> PullRequest:
        return next(pull for pull in self.pulls if pull.number == number)

    def check_runs(self, sha: str) -> list[CheckRun]:
        """All runs on a commit, oldest first."""
        runs = (run for suite in self.check_suites if suite.head_sha == sha for run in suite.runs)
        return sorted(runs, key=lambda run: run.id)

    def check_run(self, name: str, sha: str) -> CheckRun | None:
        """The newest run of that name."""
        return next((run for run in reversed(self.check_runs(sha)) if run.name == name), None)

    def branch_sha(self, branch: str) -> str:
        sha = self.git.resolve(f"refs/heads/{branch}")
        if sha is None:
            raise ValueError(f"{self.full_name} has no branch {branch}")
        return sha

    def commit(
        self,
        branch: str,
        files: Mapping[str, Content],
        *,
        message: str = "Change",
        start: str | None = None,
        by: str = "ann",
    ) -> str:
        """Commits without an event: on top of `start`, else the branch, else the default branch."""
        with self.github.lock:
            sha = self.git.commit(self._parent(branch, start), files, message, by)
            self._move(branch, sha)
            return sha

    def push(
        self,
        branch: str,
        files: Mapping[str, Content],
        *,
        message: str = "Change",
        start: str | None = None,
        by: str = "ann",
    ) -> str:
        """Commits and pushes: push, check_suite and synchronize events follow."""
        with self.github.lock:
            sha = self.git.commit(self._parent(branch, start), files, message, by)
            return self.update(branch, sha, by=by)

    def force_push(
        self,
        branch: str,
        files: Mapping[str, Content],
        *,
        start: str,
        message: str = "Rewrite",
        by: str = "ann",
    ) -> str:
        """The branch becomes `start` plus one commit."""
        return self.push(branch, files, message=message, start=start, by=by)

    def update(self, branch: str, sha: str, *, by: str = "ann") -> str:
        """Pushes a commit that exists: the branch points at it from now on.

        Whoever pushes can write: this is granted to those whom no test gave anything else.
        """
        with self.github.lock:
            before = self.git.resolve(f"refs/heads/{branch}") or NULL_SHA
            self._move(branch, sha)
            self.pushed_at = self.github.clock.now()
            self.permissions.setdefault(by, "write")
            self.github.announce.push(self, branch, before, sha, by)
            for pull in self._pulls_from(branch):
                pull.synchronize(sha, by)
            return sha

    def open_pull(
        self,
        branch: str,
        files: Mapping[str, Content] | None = None,
        *,
        base: str | None = None,
        title: str = "",
        body: str = "",
        by: str = "ann",
        draft: bool = False,
    ) -> PullRequest:
        """Opens a pull request from a branch, which is pushed first when `files` are given.

        ``"bob:branch"`` takes the branch from the fork that `fork` made for bob.
        """
        with self.github.lock:
            owner, _, name = branch.rpartition(":")
            source = self.github.fork_of(self, owner) if owner else self
            if files is not None:
                start = None if source is self else self.lend(source, base)
                source.push(name, files, message=title or name, start=start, by=by)
            pull = self._new_pull(source, name, base or self.default_branch, by)
            pull.title, pull.body, pull.draft = title or name, body, draft
            self.pulls.append(pull)
            self.github.announce.pull_request(pull, "opened", by, {})
            return pull

    def queue(self, *pulls: PullRequest, by: str = "ann") -> MergeGroup:
        """Puts pull requests into the merge queue as one group, in this order."""
        with self.github.lock:
            return enqueue(self, list(pulls), by)

    def tag(self, name: str, sha: str | None = None) -> None:
        self.git.set_ref(f"refs/tags/{name}", sha or self.branch_sha(self.default_branch))

    def deploy(
        self, environment: str, sha: str | None = None, *, state: str = "success", by: str = "ann"
    ) -> Deployment:
        """Deploys a commit (that of the default branch), and says how it went."""
        with self.github.lock:
            deployment = Deployment(
                repository=self,
                id=self.github.ids.next(),
                sha=sha or self.branch_sha(self.default_branch),
                ref=self.default_branch,
                environment=environment,
                user=self.github.user(by),
                created_at=self.github.clock.now(),
            )
            self.deployments.append(deployment)
            deployment.report(state)
            return deployment

    def fork(self, login: str) -> "Repository":
        """A copy that belongs to somebody else, with the branches of today."""
        copy = self.github.create_repository(
            f"{login}/{self.name}", private=self.private, default_branch=self.default_branch
        )
        copy.parent = self
        self.permissions.setdefault(login, "read")
        copy.git.run("fetch", "--quiet", str(self.directory), "+refs/heads/*:refs/heads/*")
        return copy

    def lend(self, fork: "Repository", base: str | None) -> str:
        """Brings the base branch to a fork, as its owner does before beginning a branch."""
        branch = base or self.default_branch
        fork.git.fetch(self.git, f"refs/heads/{branch}", "refs/standin/base")
        return self.branch_sha(branch)

    def rename(self, name: str) -> None:
        """The old address answers with 301 from now on."""
        before = self.full_name
        self.github.moved[before] = self.github.repositories.pop(before)
        self.name = name
        self.github.repositories[self.full_name] = self

    def _new_pull(self, source: "Repository", branch: str, base: str, by: str) -> PullRequest:
        self.last_number += 1
        now = self.github.clock.now()
        pull = PullRequest(
            repository=self,
            id=self.github.ids.next(),
            number=self.last_number,
            title=branch,
            body="",
            user=self.github.user(by),
            head_repository=source,
            head_branch=branch,
            base_branch=base,
            head_sha=source.branch_sha(branch),
            base_sha=self.branch_sha(base),
            created_at=now,
            updated_at=now,
        )
        pull.fetch_head()
        return pull

    def _pulls_from(self, branch: str) -> list[PullRequest]:
        """The open pull requests, here and upstream, whose head is that branch."""
        repositories = [self] if self.parent is None else [self, self.parent]
        return [
            pull
            for repository in repositories
            for pull in repository.pulls
            if pull.state == "open" and pull.head_repository is self and pull.head_branch == branch
        ]

    def _parent(self, branch: str, start: str | None) -> str | None:
        candidates = (f"refs/heads/{branch}", f"refs/heads/{self.default_branch}")
        return start or next(filter(None, map(self.git.resolve, candidates)), None)

    def _move(self, branch: str, sha: str) -> None:
        self.git.set_ref(f"refs/heads/{branch}", sha)
        for pull in self.pulls:
            if pull.base_branch == branch and pull.state == "open":
                pull.base_sha = sha
