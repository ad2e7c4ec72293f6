"""Calls to GitHub for one identity: limits kept, failures named, reads tried again."""

import re
import time
from collections.abc import Callable, Iterator, Mapping

from app.github.answers import failure, graphql_answer, unavailable
from app.github.errors import RateLimited, RetryLater, Unauthorized
from app.github.limiter import Limiter
from app.github.shape import Json
from app.github.transport import MAX_PER_PAGE, Answer, ConnectionLost, Transport

RETRY_PAUSES = (0.2, 0.6)
"""Seconds before a read is tried again. A write is never repeated here."""

Parameters = Mapping[str, str | int]
_NEXT_PAGE = re.compile(r'<([^>]+)>;\s*rel="next"')


class Connection:
    """One identity's calls. `renew` makes a new secret where GitHub no longer takes the old one;
    `note` is told of each answer.
    """

    def __init__(
        self,
        transport: Transport,
        limiter: Limiter,
        renew: Callable[[], None] = lambda: None,
        note: Callable[[str, Answer], None] = lambda method, answer: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = transport
        self._limiter = limiter
        self._renew = renew
        self._note = note
        self._sleep = sleep

    def ready(self) -> None:
        """Waits until the next write need not; it may raise `RateLimited`."""
        self._limiter.ready()

    def get(self, path: str, parameters: Parameters | None = None) -> Json:
        return Json(self._ask("GET", path, parameters).body)

    def pages(
        self, path: str, parameters: Parameters | None = None, items: str | None = None
    ) -> Iterator[Json]:
        """Every item of a list, however many pages it has; `items` names the list in each page."""
        following: str | None = path
        sent: Parameters | None = {"per_page": MAX_PER_PAGE, **(parameters or {})}
        while following is not None:
            answer = self._ask("GET", following, sent)
            yield from Json(answer.body).children(*([items] if items else []))
            found = _NEXT_PAGE.search(answer.headers.get("link", ""))
            following, sent = (found[1] if found else None), None

    def create(self, path: str, body: object, *, safe: bool = False) -> Json:
        """`safe` says that doing it twice does no harm."""
        return Json(self._ask("POST", path, None, body, safe=safe).body)

    def update(self, path: str, body: object) -> Json:
        return Json(self._ask("PATCH", path, None, body).body)

    def delete(self, path: str) -> None:
        self._ask("DELETE", path)

    def query(self, query: str, variables: Mapping[str, object]) -> Json:
        """The `data` of a GraphQL query, which changes nothing."""
        return self._graphql(query, variables, safe=True)

    def mutate(self, mutation: str, variables: Mapping[str, object]) -> Json:
        return self._graphql(mutation, variables, safe=False)

    def _graphql(self, query: str, variables: Mapping[str, object], *, safe: bool) -> Json:
        body = {"query": query, "variables": dict(variables)}
        answer = self._ask("POST", self._transport.graphql_url, None, body, safe=safe)
        return Json(answer.body).child("data")

    def _ask(
        self,
        method: str,
        path: str,
        parameters: Parameters | None = None,
        body: object = None,
        *,
        safe: bool | None = None,
    ) -> Answer:
        """One call. What is safe is tried again twice, and once after the secret was renewed."""
        harmless = method == "GET" if safe is None else safe
        pauses = list(RETRY_PAUSES) if harmless else []
        renewed = False
        while True:
            try:
                return self._once(method, path, parameters, body, safe=harmless)
            except RateLimited:
                raise
            except Unauthorized:
                if renewed:
                    raise
                renewed = True
                self._renew()
            except RetryLater:
                if not pauses:
                    raise
                self._sleep(pauses.pop(0))

    def _once(
        self, method: str, path: str, parameters: Parameters | None, body: object, *, safe: bool
    ) -> Answer:
        graphql = path == self._transport.graphql_url
        self._limiter.before(write=not safe, graphql=graphql)
        request = f"{method} {path}"
        try:
            answer = self._transport.send(method, path, parameters, body)
        except ConnectionLost as lost:
            raise unavailable(str(lost), safe=safe) from lost
        self._note(method, answer)
        self._limiter.learn(answer.headers, time.time())
        if graphql:
            answer = graphql_answer(answer)
        failed = failure(request, answer, time.time(), safe=safe)
        if isinstance(failed, RateLimited) and answer.headers.get("x-ratelimit-remaining") != "0":
            self._limiter.close(failed.seconds)
        if failed is not None:
            raise failed
        return answer
