"""A route's table entry, what its handler is given, and answers with pages."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.standin.accounts import App, Installation, Token, User
from tests.standin.limits import MAX_PER_PAGE, PER_PAGE
from tests.standin.listener import Answer, Request
from tests.standin.pulls import PullRequest
from tests.standin.repository import Repository
from tests.standin.values import Json, Refused, not_found

if TYPE_CHECKING:
    from tests.standin.github import GitHub


@dataclass(slots=True)
class Call:
    """One request on its way to a handler, with everything that was found out about it."""

    github: "GitHub"
    request: Request
    params: dict[str, str]
    query: dict[str, str]
    body: Json = field(repr=False)
    app: App | None
    token: Token | None = None
    found: Repository | None = None

    @property
    def repository(self) -> Repository:
        if self.found is None:
            raise not_found()
        return self.found

    @property
    def installation(self) -> Installation:
        if self.token is None:
            raise Refused(403, "Resource not accessible by integration")
        return self.token.installation

    @property
    def actor(self) -> User:
        """Whom others see as the author: the App's bot."""
        return self.app.bot

    def number(self, name: str) -> int:
        text = self.params[name]
        if not text.isdecimal():
            raise not_found()
        return int(text)

    def pull(self, name: str = "pull_number") -> PullRequest:
        number = self.number(name)
        found = (pull for pull in self.repository.pulls if pull.number == number)
        return _or_404(next(found, None))

    def wants_raw(self) -> bool:
        return ".raw" in self.request.headers.get("accept", "")


def _or_404(pull: PullRequest | None) -> PullRequest:
    if pull is None:
        raise not_found()
    return pull


JSON_TYPE = "application/json; charset=utf-8"
Handle = Callable[[Call], "Answer | Json | list[Json]"]


@dataclass(frozen=True, slots=True)
class Route:
    """An operation of GitHub's description, by its method and path there.

    `needs` are permissions such as ``"checks:write"``, of which one must be granted; ``"app"``
    wants the App's own token, ``"any"`` either, ``"nobody"`` none: whoever asks has a code.
    """

    method: str
    path: str
    handle: Handle
    needs: tuple[str, ...]
    content: bool = False
    """Whether it counts as creating content for the secondary limit."""


def routes(*entries: tuple[str, Handle, str]) -> tuple[Route, ...]:
    """A table: ``"GET /path"``, the handler, and what it needs (alternatives split by spaces)."""
    table = []
    for address, handle, needs in entries:
        method, path = address.split(" ", 1)
        said = method == "POST" and path.endswith(("/comments", "/reviews", "/replies"))
        table.append(Route(method, path, handle, tuple(needs.split()), content=said))
    return tuple(table)


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    content = json.dumps(body).encode()
    return Answer(status, content, {"Content-Type": JSON_TYPE} | (headers or {}))


def nothing(status: int = 204) -> Answer:
    return Answer(status)


def created(body: Json) -> Answer:
    return answer(body, 201)


def paged(
    call: Call,
    items: Sequence[Any],
    show: Callable[[Any], Json],
    key: str | None = None,
    extra: Json | None = None,
) -> Answer:
    """One page of a list with its ``Link`` header; with `key` inside an object with its count."""
    page, size = _page(call)
    start = (page - 1) * size
    shown = [show(item) for item in items[start : start + size]]
    last = max(1, -(-len(items) // size))
    headers = _links(call, page, last)
    if key is None:
        return answer(shown, headers=headers)
    return answer({"total_count": len(items), **(extra or {}), key: shown}, headers=headers)


def _page(call: Call) -> tuple[int, int]:
    size = min(MAX_PER_PAGE, int(call.query.get("per_page", PER_PAGE)))
    return max(1, int(call.query.get("page", 1))), max(1, size)


def _links(call: Call, page: int, last: int) -> dict[str, str]:
    pages = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    wanted: Iterable[str] = ()
    if page < last:
        wanted = ("next", "last")
    if page > 1:
        wanted = ("prev", *wanted, "first")
    links = [f'<{_address(call, pages[name])}>; rel="{name}"' for name in wanted]
    return {"Link": ", ".join(links)} if links else {}


def _address(call: Call, page: int) -> str:
    query = urlencode(call.query | {"page": str(page)})
    return f"{call.github.url}{call.request.path}?{query}"
