"""A GitHub on 127.0.0.1 over real git repositories, for tests and the demo.

It behaves as GitHub documents, limits and refusals included, not as migaudit happens to use it. ::

    with GitHub(tmp_path) as github:                   # listens on a random port
        app = github.create_app(webhook_url="http://127.0.0.1:8000/webhooks/github")
        repository = github.create_repository("acme/tickets", files={"knexfile.js": "…"})
        app.install(repository)                        # the App sees this repository from now on
        repository.grant("ann", "write")               # people appear when they are first named

        pull = repository.open_pull("add-index", files={"migrations/2_x.js": "…"}, by="ann")
        github.webhooks.wait()                         # every delivery was answered or has failed

        run = pull.check_run("migaudit")               # the newest run of that name on the head
        run.status, run.conclusion, run.title, run.summary, run.annotations
        [(comment.path, comment.line, comment.body) for comment in pull.review_comments]
        pull.page                                      # the address of the page a person looks at
        github.assert_clean()                          # nothing broke GitHub's own description

Addresses are those of a GitHub Enterprise Server: ``github.api_url``, which is what
``MIGAUDIT_GITHUB_API_URL`` wants, is ``http://127.0.0.1:PORT/api/v3``, GraphQL is ``/api/graphql``
and a pull request's page ``/OWNER/REPOSITORY/pull/N``.

`GitHub` makes Apps, repositories and people; ``github.faults.add(Fault(…))`` makes requests fail,
``github.webhooks`` loses, doubles, holds back and repeats deliveries, ``github.clock.advance(…)``
lets tokens expire, ``github.requests`` is the log. What people do are methods of `Repository`
(push, open a pull request, fork), `PullRequest` (push, close, comment, merge, …), `Thread` (reply,
resolve), `ReviewComment` and `IssueComment` (edit, delete, react), `CheckRun` and `CheckSuite` (run
again); `Repository` also queues, tags and deploys. Every request, answer and event is held against
GitHub's OpenAPI description.
"""

from tests.standin.accounts import App, Installation, User
from tests.standin.api import Exchange
from tests.standin.checks import CheckRun, CheckSuite
from tests.standin.comments import IssueComment, Reaction, ReviewComment
from tests.standin.deployments import Deployment
from tests.standin.faults import Fault
from tests.standin.git import Special
from tests.standin.github import GitHub
from tests.standin.limits import Limits
from tests.standin.merge_queue import MergeGroup
from tests.standin.pulls import PullRequest
from tests.standin.repository import Repository
from tests.standin.reviews import Review, Thread
from tests.standin.webhooks import Attempt, Delivery, Webhooks

__all__ = [
    "App",
    "Attempt",
    "CheckRun",
    "CheckSuite",
    "Delivery",
    "Deployment",
    "Exchange",
    "Fault",
    "GitHub",
    "Installation",
    "IssueComment",
    "Limits",
    "MergeGroup",
    "PullRequest",
    "Reaction",
    "Repository",
    "Review",
    "ReviewComment",
    "Special",
    "Thread",
    "User",
    "Webhooks",
]
