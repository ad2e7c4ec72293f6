"""The only part that talks to GitHub.

    github = GitHubApp(app_id, private_key, api_url)
    repository = github.repository(installation_id, repository_id, "acme/tickets")

    look = repository.look(7, "migaudit")     # pull request, check runs, threads: one call
    repository.between(look.base, look.head, "pull 7")    # both trees and every change
    tree = repository.tree(sha)               # an `analyzers.source.SourceTree`
    tree.prefetch(paths)                      # many files in few calls, before anybody reads them
    repository.role("ann")                    # Role.WRITE …
    repository.pulls_with_head(sha)           # open ones: a check run of a fork names none
    repository.checks                         # list, create, update: check runs
    repository.reviews                        # threads, create, close: comments on lines and files
    repository.shared.read(path)              # from the owner's repository `.github`
    repository.comments                       # comments on the pull request as a whole, reactions

All of it raises what `app.github.errors` draws, and never sleeps longer than a few seconds:
`RetryLater` says how long the job should wait. The objects may be used by several threads.
"""

from app.github.app import GitHubApp
from app.github.differences import Trees
from app.github.errors import (
    Forbidden,
    GitHubError,
    InDoubt,
    Invalid,
    ListTruncated,
    MaybeDone,
    NotFound,
    NotYetVisible,
    RateLimited,
    Refused,
    RetryLater,
    Unauthorized,
    UnexpectedAnswer,
)
from app.github.hook import Installed, Sent
from app.github.kept import Forgetful, Kept
from app.github.open_pulls import OpenPull
from app.github.protection import Protection
from app.github.queue import Queued
from app.github.registration import Registered, register, web_url_of
from app.github.repository import Repository
from app.github.reviews import Reviews
from app.github.shared import SHARED
from app.github.transport import UnusableKey
from app.github.tree import GitTree
from app.github.values import (
    AppIdentity,
    CheckRun,
    Commit,
    Emoji,
    IssueComment,
    Look,
    PullRequest,
    Role,
)

__all__ = [
    "SHARED",
    "AppIdentity",
    "CheckRun",
    "Commit",
    "Emoji",
    "Forbidden",
    "Forgetful",
    "GitHubApp",
    "GitHubError",
    "GitTree",
    "InDoubt",
    "Installed",
    "Invalid",
    "IssueComment",
    "Kept",
    "ListTruncated",
    "Look",
    "MaybeDone",
    "NotFound",
    "NotYetVisible",
    "OpenPull",
    "Protection",
    "PullRequest",
    "Queued",
    "RateLimited",
    "Refused",
    "Registered",
    "Repository",
    "RetryLater",
    "Reviews",
    "Role",
    "Sent",
    "Trees",
    "Unauthorized",
    "UnexpectedAnswer",
    "UnusableKey",
    "register",
    "web_url_of",
]
