"""What GitHub's answers mean: what to raise for each that isn't a success.

https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
"""

from collections.abc import Callable, Mapping

from app.github.errors import (
    Forbidden,
    GitHubError,
    Invalid,
    MaybeDone,
    NotFound,
    RateLimited,
    Refused,
    RetryLater,
    Unauthorized,
)
from app.github.transport import Answer

SECONDARY_WAIT = 60.0
"""GitHub's advice where it doesn't say how long a secondary limit lasts: at least a minute."""

UNAVAILABLE_WAIT = 30.0
"""Our own, after GitHub failed several times in a row."""

_BY_STATUS: Mapping[int, type[Refused]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    410: NotFound,
    451: NotFound,
}
_BY_GRAPHQL_TYPE: Mapping[str, int] = {
    "FORBIDDEN": 403,
    "INSUFFICIENT_SCOPES": 403,
    "NOT_FOUND": 404,
    "RATE_LIMITED": 429,
    "RATE_LIMIT": 429,
}
_LIMIT_PHRASES = ("rate limit", "submitted too quickly", "abuse detection")


def failure(request: str, answer: Answer, now: float, *, safe: bool) -> GitHubError | None:
    """What to raise for this answer; None for a success. `safe`: the request changes nothing."""
    if answer.status < 300:
        return None
    reason = _reason(answer)
    wait = _wait(answer, reason, now)
    if wait is not None:
        return RateLimited(f"{request}: {reason}", wait)
    if answer.status >= 500:
        return unavailable(f"{request}: {answer.status}", safe=safe, seconds=_retry_after(answer))
    return _BY_STATUS.get(answer.status, _other(answer.status))(request, answer.status, reason)


def unavailable(message: str, *, safe: bool, seconds: float | None = None) -> GitHubError:
    """GitHub didn't answer, or answered with an error of its own."""
    return RetryLater(message, seconds or UNAVAILABLE_WAIT) if safe else MaybeDone(message)


def graphql_answer(answer: Answer) -> Answer:
    """An answer of GraphQL as REST would have given it: errors come with status 200 there."""
    errors = answer.body.get("errors") if isinstance(answer.body, dict) else None
    if answer.status != 200 or not isinstance(errors, list) or not errors:
        return answer
    first: Mapping[str, object] = errors[0] if isinstance(errors[0], dict) else {}
    kind, message = str(first.get("type")), str(first.get("message"))
    fallback = 502 if message.startswith("Something went wrong") else 422
    status = _BY_GRAPHQL_TYPE.get(kind, fallback)
    return Answer(status, answer.headers, {"message": message})


def _other(status: int) -> Callable[[str, int, str], Refused]:
    return Invalid if status >= 400 else Refused


def _wait(answer: Answer, reason: str, now: float) -> float | None:
    """Seconds until the limit that this answer speaks of is over; None where it speaks of none."""
    if answer.status not in (403, 422, 429):
        return None
    after = _retry_after(answer)
    if after is not None and answer.status != 422:
        return after
    if answer.headers.get("x-ratelimit-remaining") == "0" and answer.status != 422:
        reset = answer.headers.get("x-ratelimit-reset", "")
        return max(1.0, float(reset) - now + 1) if reset.isdecimal() else SECONDARY_WAIT
    if answer.status == 429 or any(phrase in reason.lower() for phrase in _LIMIT_PHRASES):
        return SECONDARY_WAIT
    return None


def _retry_after(answer: Answer) -> float | None:
    after = answer.headers.get("retry-after", "")
    return max(1.0, float(after)) if after.isdecimal() else None


def _reason(answer: Answer) -> str:
    """GitHub's own words: its message and what it found wrong with which field."""
    if not isinstance(answer.body, dict):
        return "no reason given"
    errors = answer.body.get("errors")
    parts = [answer.body.get("message"), *(errors if isinstance(errors, list) else [])]
    return "; ".join(filter(None, map(_words, parts)))[:500]


def _words(part: object) -> str:
    if isinstance(part, dict):
        words = (part.get("resource"), part.get("field"), part.get("message") or part.get("code"))
        return " ".join(str(word) for word in words if word)
    return str(part) if part else ""
