"""What can go wrong with GitHub, by what the caller can do about it.

    GitHubError
    ├── RetryLater             the same call may well succeed in `seconds`: sleep durably, come back
    │   ├── RateLimited        a primary or secondary rate limit
    │   ├── NotYetVisible      a head that GitHub doesn't show yet: wait 1, 2, then 4 seconds
    │   └── InDoubt            a write that GitHub left in doubt more than once
    ├── MaybeDone              a write whose answer was lost or 5xx: look before it is repeated
    ├── ListTruncated          a list is shorter than GitHub says it should be
    ├── UnexpectedAnswer       an answer that isn't what GitHub documents
    └── Refused                GitHub said no, and would say so again
        ├── Unauthorized       401: the App's key or the token isn't accepted
        ├── Forbidden          403: a permission is missing, or the conversation is locked
        ├── NotFound           404, 410, 451
        └── Invalid            422 and other faults of the request itself

Messages are for users and operators. They never hold a token or a key.
"""


class GitHubError(Exception):
    """Anything that kept GitHub from doing what it was asked."""


class RetryLater(GitHubError):
    """Nothing is wrong with the request. `seconds` is how long to wait before the next attempt."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class RateLimited(RetryLater):
    """GitHub, or our own limiter, allows no further request for `seconds`."""


class NotYetVisible(RetryLater):
    """A commit that a delivery named and that GitHub doesn't show yet.

    https://github.com/home-assistant/service-hub/pull/394 and others saw it last some seconds.
    The nth time in a row, wait `WAITS[n]` seconds; after the last one it is an error.
    """

    WAITS = (1, 2, 4)

    def __init__(self, sha: str) -> None:
        super().__init__(f"GitHub does not show commit {sha}", self.WAITS[0])
        self.sha = sha


class InDoubt(RetryLater):
    """Looked for and repeated, and again without a clear answer: time to give GitHub a rest."""

    WAIT = 15.0

    def __init__(self, doubt: "MaybeDone") -> None:
        super().__init__(str(doubt), self.WAIT)


class MaybeDone(GitHubError):
    """A write that may have been carried out although its answer was lost or an error."""


class ListTruncated(GitHubError):
    """GitHub listed `listed` of `total` things: what is missing can't be judged."""

    def __init__(self, what: str, listed: int, total: int | None) -> None:
        of = f" of {total}" if total is not None else ""
        super().__init__(f"GitHub listed only {listed}{of} {what}")
        self.listed = listed
        self.total = total


class UnexpectedAnswer(GitHubError):
    """An answer without something that GitHub documents."""


class Refused(GitHubError):
    """GitHub said no. `reason` is what it said."""

    def __init__(self, request: str, status: int, reason: str) -> None:
        super().__init__(f"{request}: {status} {reason}")
        self.status = status
        self.reason = reason


class Unauthorized(Refused):
    """The key or the token isn't accepted."""


class Forbidden(Refused):
    """A permission is missing, the conversation is locked, or the App may not do this at all."""


class NotFound(Refused):
    """It doesn't exist, or this installation may not see it: GitHub doesn't say which."""


class Invalid(Refused):
    """The request itself is at fault."""
