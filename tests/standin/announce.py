"""Tells Apps what has happened: builds each event's payload and sends it to whom it concerns."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.standin.accounts import App, Installation, User
from tests.standin.checks import CheckRun, CheckSuite, suite_for
from tests.standin.comments import IssueComment, ReviewComment
from tests.standin.deployments import Deployment, DeploymentStatus
from tests.standin.git import NULL_SHA
from tests.standin.merge_queue import MergeGroup
from tests.standin.present.accounts import installation_json
from tests.standin.present.checks import run_json, suite_json
from tests.standin.present.comments import issue_comment_json, review_comment_json, review_json
from tests.standin.present.deployments import deployment_json, deployment_status_json
from tests.standin.present.git import push_commit_json, simple_commit_json
from tests.standin.present.pulls import issue_json, pull_json, pull_simple_json
from tests.standin.present.repositories import repository_json
from tests.standin.present.users import user_of
from tests.standin.pulls import PullRequest
from tests.standin.repository import Repository
from tests.standin.reviews import Review, Thread
from tests.standin.values import Json, node_id

if TYPE_CHECKING:
    from tests.standin.github import GitHub

_NEEDS = {
    "check_run": "checks",
    "check_suite": "checks",
    "deployment_status": "deployments",
    "issue_comment": "issues",
    "merge_group": "merge_queues",
    "pull_request": "pull_requests",
    "pull_request_review": "pull_requests",
    "pull_request_review_comment": "pull_requests",
    "pull_request_review_thread": "pull_requests",
    "push": "contents",
}
"""The permission without which an event is never delivered, whatever the App subscribes to."""

Who = str | User


@dataclass(slots=True)
class Announcer:
    """One method for each event."""

    github: "GitHub" = field(repr=False)

    def ping(self, app: App) -> None:
        payload: Json = {
            "zen": "Keep it logically awesome.",
            "hook_id": app.hook_id,
            "hook": {
                "type": "App",
                "id": app.hook_id,
                "name": "web",
                "active": True,
                "app_id": app.id,
                "events": app.events,
                "config": {
                    "content_type": "json",
                    "insecure_ssl": "0",
                    "secret": "********",
                    "url": app.webhook_url or "",
                },
                "created_at": "2026-01-01T00:00:00Z",
                "updated_at": "2026-01-01T00:00:00Z",
                "deliveries_url": f"{self.github.api_url}/app/hook/deliveries",
            },
        }
        self._deliver(app, None, "ping", payload)

    def installation(self, installation: Installation, action: str) -> None:
        payload: Json = {
            "action": action,
            "installation": installation_json(installation),
            "repositories": [_short(repository) for repository in installation.repositories],
            "sender": user_of(self.github, installation.account),
        }
        if action == "created":
            payload["requester"] = None
        self._deliver(installation.app, installation, "installation", payload)

    def installation_repositories(
        self, installation: Installation, action: str, repository: Repository
    ) -> None:
        payload: Json = {
            "action": action,
            "installation": installation_json(installation),
            "repository_selection": "selected",
            "repositories_added": [_short(repository)] if action == "added" else [],
            "repositories_removed": [_short(repository)] if action == "removed" else [],
            "requester": None,
            "sender": user_of(self.github, installation.account),
        }
        self._deliver(installation.app, installation, "installation_repositories", payload)

    def pull_request(self, pull: PullRequest, action: str, by: Who, extra: Json) -> None:
        payload = {"action": action, "number": pull.number, "pull_request": pull_json(pull)}
        self._send(pull.repository, "pull_request", payload | extra, by)

    def issue_comment(
        self, comment: IssueComment, action: str, by: Who, extra: Json | None = None
    ) -> None:
        payload = {
            "action": action,
            "issue": issue_json(comment.pull),
            "comment": issue_comment_json(comment),
        }
        self._send(comment.pull.repository, "issue_comment", payload | (extra or {}), by)

    def review(self, review: Review, action: str, by: Who) -> None:
        shown = review_json(review) | {"state": review.state.lower()}
        payload = {
            "action": action,
            "review": shown,
            "pull_request": pull_simple_json(review.pull),
        }
        self._send(review.pull.repository, "pull_request_review", payload, by)

    def review_comment(
        self, comment: ReviewComment, action: str, by: Who, extra: Json | None = None
    ) -> None:
        payload = {
            "action": action,
            "comment": review_comment_json(comment),
            "pull_request": pull_simple_json(comment.pull),
        }
        repository = comment.pull.repository
        self._send(repository, "pull_request_review_comment", payload | (extra or {}), by)

    def review_thread(self, thread: Thread, action: str, by: Who) -> None:
        comments = [review_comment_json(comment) for comment in thread.comments]
        payload = {
            "action": action,
            "thread": {"node_id": thread.node_id, "comments": comments},
            "pull_request": pull_simple_json(thread.pull),
        }
        self._send(thread.pull.repository, "pull_request_review_thread", payload, by)

    def check_run(self, run: CheckRun, action: str, by: Who, extra: Json | None = None) -> None:
        payload = {
            "action": action,
            "check_run": run_json(run) | {"check_suite": _suite(run.suite)},
        }
        repository = run.suite.repository
        self._send(repository, "check_run", payload | (extra or {}), by, only=run.suite.app)

    def check_suite(self, suite: CheckSuite, action: str, by: Who) -> None:
        payload = {"action": action, "check_suite": suite_json(suite)}
        self._send(suite.repository, "check_suite", payload, by, only=suite.app)

    def merge_group(self, group: MergeGroup, action: str, extra: Json) -> None:
        repository = group.repository
        shown = {
            "head_sha": group.head_sha,
            "head_ref": group.head_ref,
            "base_sha": group.base_sha,
            "base_ref": f"refs/heads/{group.base_branch}",
            "head_commit": simple_commit_json(repository.git.commit_info(group.head_sha)),
        }
        bot = self.github.user("github-merge-queue[bot]", kind="Bot")
        self._send(repository, "merge_group", {"action": action, "merge_group": shown} | extra, bot)

    def deployment_status(self, deployment: Deployment, status: DeploymentStatus) -> None:
        payload = {
            "action": "created",
            "deployment": deployment_json(deployment),
            "deployment_status": deployment_status_json(deployment, status),
            "check_run": None,
            "workflow": None,
            "workflow_run": None,
        }
        self._send(deployment.repository, "deployment_status", payload, deployment.user)

    def push(self, repository: Repository, branch: str, before: str, after: str, by: str) -> None:
        payload = self._push_payload(repository, branch, before, after, by)
        self._send(repository, "push", payload, by)
        for app in self.github.apps:
            installation = app.installation_of(repository)
            if installation and installation.permissions.get("checks") == "write":
                self.check_suite(suite_for(repository, app, after), "requested", by)

    def _push_payload(
        self, repository: Repository, branch: str, before: str, after: str, by: str
    ) -> Json:
        git = repository.git
        forced = before != NULL_SHA and git.merge_base(before, after) != before
        base = git.resolve(f"refs/heads/{repository.default_branch}") or after
        commits = git.commits(base if before == NULL_SHA else before, after)
        shown = [push_commit_json(repository, c, git.touched(c.sha)) for c in commits[-2048:]]
        compare = f"{repository.page}/compare/{before[:12]}...{after[:12]}"
        owner = user_of(self.github, repository.owner)
        head = git.commit_info(after)
        return {
            "ref": f"refs/heads/{branch}",
            "before": before,
            "after": after,
            "created": before == NULL_SHA,
            "deleted": False,
            "forced": forced,
            "base_ref": None,
            "compare": compare,
            "commits": [] if forced else shown,
            "head_commit": push_commit_json(repository, head, git.touched(after)),
            "pusher": {"name": by, "email": f"{by}@example.com"},
            "repository": repository_json(repository)
            | {"owner": owner | {"name": repository.owner.login, "email": None}}
            | {"master_branch": repository.default_branch, "stargazers": 0},
        }

    def _send(
        self, repository: Repository, event: str, payload: Json, by: Who, only: App | None = None
    ) -> None:
        whole = {"repository": repository_json(repository)} | payload
        whole["sender"] = user_of(self.github, self.github.user(by))
        if repository.owner.type == "Organization":
            whole["organization"] = self._organization(repository.owner)
        for app in self.github.apps if only is None else [only]:
            installation = app.installation_of(repository)
            if installation is not None and _delivers(app, installation, event):
                short = {"id": installation.id, "node_id": node_id("IN", installation.id)}
                self._deliver(app, installation, event, whole | {"installation": short})

    def _deliver(
        self, app: App, installation: Installation | None, event: str, payload: Json
    ) -> None:
        self.github.description.check_event(event, payload)
        self.github.webhooks.send(app, installation, event, payload)

    def _organization(self, owner: User) -> Json:
        url = f"{self.github.api_url}/orgs/{owner.login}"
        return {
            "login": owner.login,
            "id": owner.id,
            "node_id": owner.node_id,
            "url": url,
            "repos_url": f"{url}/repos",
            "events_url": f"{url}/events",
            "hooks_url": f"{url}/hooks",
            "issues_url": f"{url}/issues",
            "members_url": f"{url}/members{{/member}}",
            "public_members_url": f"{url}/public_members{{/member}}",
            "avatar_url": f"{self.github.url}/avatars/{owner.id}",
            "description": "",
        }


def _delivers(app: App, installation: Installation, event: str) -> bool:
    """Check events for one's own runs come unasked; all others need subscription and permission."""
    if installation.suspended_at is not None or _NEEDS[event] not in installation.permissions:
        return False
    return event in app.events or event in ("check_run", "check_suite")


def _suite(suite: CheckSuite) -> Json:
    """A suite inside a run: without its repository's counts."""
    whole = suite_json(suite)
    names = ("latest_check_runs_count", "check_runs_url", "rerequestable", "runs_rerequestable")
    return {name: value for name, value in whole.items() if name not in names}


def _short(repository: Repository) -> Json:
    return {
        "id": repository.id,
        "node_id": repository.node_id,
        "name": repository.name,
        "full_name": repository.full_name,
        "private": repository.private,
    }
