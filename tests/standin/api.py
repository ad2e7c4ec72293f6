"""The REST API: finds the route, asks who is calling and whether they may, checks, answers."""

import hashlib
import json
import re
import time
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from tests.standin.accounts import Token
from tests.standin.auth import app_of, credential, is_jwt, token_of
from tests.standin.graphql import GraphQL
from tests.standin.listener import Answer, Request, decoded
from tests.standin.repository import Repository
from tests.standin.routes import ROUTES
from tests.standin.routing import JSON_TYPE, Call, Route, answer
from tests.standin.values import Json, Refused, not_found

if TYPE_CHECKING:
    from tests.standin.github import GitHub

PREFIX = "/api/v3"
GRAPHQL = "/api/graphql"
_FORBIDDEN = "Resource not accessible by integration"


@dataclass(slots=True)
class Exchange:
    """One request and what came back."""

    method: str
    path: str
    query: dict[str, str]
    body: Json
    status: int
    at: float
    operation: str | None = None
    fault: bool = False


class Api:
    """Answers everything below ``/api``."""

    def __init__(self, github: "GitHub") -> None:
        self._github = github
        self._graphql = GraphQL(github)
        longest_first = sorted(ROUTES, key=lambda route: -route.path.count("/"))
        self._table = [(route, _pattern(route.path)) for route in longest_first]

    def handle(self, request: Request) -> Answer:
        """Does what faults order, and keeps the log."""
        github = self._github
        path = request.path.removeprefix(PREFIX).replace("/api/graphql", "/graphql")
        fault = github.faults.find(request.method, path, request.content)
        if fault is not None and not fault.after:
            time.sleep(fault.delay)
        exchange = Exchange(request.method, path, request.query, {}, 0, github.clock.now())
        with github.lock:
            github.requests.append(exchange)
            before = fault is not None and not fault.after and (fault.status or fault.reset)
            result = Answer() if before else self._answer(request, exchange)
        if fault is not None and fault.after:
            time.sleep(fault.delay)
        if fault is not None and (fault.status or fault.reset):
            exchange.fault = True
            result = Answer(fault.status or 0, fault.content(), dict(fault.headers), fault.reset)
            result.headers.setdefault("Content-Type", JSON_TYPE)
        exchange.status = result.status
        result.headers["Date"] = formatdate(github.clock.now(), usegmt=True)
        result.headers["X-GitHub-Request-Id"] = f"{github.ids.next():X}"
        return result

    def _answer(self, request: Request, exchange: Exchange) -> Answer:
        try:
            if "user-agent" not in request.headers:
                raise Refused(403, "Request forbidden by administrative rules.")
            exchange.body = _body(request)
            if request.path == GRAPHQL:
                return self._answer_graphql(request, exchange)
            return self._answer_rest(request, exchange)
        except Refused as refusal:
            return answer(refusal.body(), refusal.status, refusal.headers)
        except AssertionError as fault:
            return answer({"message": f"The stand-in broke GitHub's description: {fault}"}, 500)

    def _answer_graphql(self, request: Request, exchange: Exchange) -> Answer:
        call = self._call(request, {}, exchange.body)
        if call.token is None:
            raise Refused(403, _FORBIDDEN)
        self._github.limiter.admit(call, content=False)
        exchange.operation = "graphql"
        return answer(self._graphql.execute(call), headers=self._github.limiter.headers(call))

    def _answer_rest(self, request: Request, exchange: Exchange) -> Answer:
        route, params = self._route(request)
        exchange.operation = f"{route.method} {route.path}"
        if "nobody" in route.needs:
            return self._answer_nobody(route, request, params)
        call = self._call(request, params, exchange.body)
        try:
            return self._admitted(route, call)
        except Refused as refusal:
            refusal.headers = self._github.limiter.headers(call) | refusal.headers
            raise

    def _answer_nobody(self, route: Route, request: Request, params: dict[str, str]) -> Answer:
        """For those who have no credential yet; a wrong one is refused here, too."""
        if "authorization" in request.headers:
            raise Refused(401, "Bad credentials")
        result = self._run(route, Call(self._github, request, params, request.query, {}, None))
        self._check_answer(f"{route.method} {route.path}", result)
        return result

    def _admitted(self, route: Route, call: Call) -> Answer:
        if "repo" in call.params:
            call.found = self._repository(call)
        self._permit(call, route)
        limiter = self._github.limiter
        if route.path != "/rate_limit":
            limiter.admit(call, content=route.content)
        operation = f"{route.method} {route.path}"
        self._checked(operation, call.request, call.body)
        result = self._run(route, call)
        self._check_answer(operation, result)
        result.headers.update(limiter.headers(call))
        return self._conditional(call, result)

    def _run(self, route: Route, call: Call) -> Answer:
        found = route.handle(call)
        return found if isinstance(found, Answer) else answer(found)

    def _checked(self, operation: str, request: Request, body: Json) -> None:
        wrong = self._github.description.check_request(operation, request.query, body)
        if wrong is not None:
            raise Refused(422, f"Invalid request.\n\n{wrong}")

    def _check_answer(self, operation: str, result: Answer) -> None:
        kind = result.headers.get("Content-Type", "")
        body: Any = json.loads(result.content) if kind.startswith("application/json") else None
        if body is not None or not result.content:
            self._github.description.check_response(operation, result.status, body)

    def _route(self, request: Request) -> tuple[Route, dict[str, str]]:
        path = request.path.removeprefix(PREFIX)
        for route, pattern in self._table:
            match = pattern.fullmatch(path)
            if match and route.method == request.method:
                return route, {name: decoded(value) for name, value in match.groupdict().items()}
        self._github.description.violations.append(f"there is no {request.method} {path}")
        raise not_found()

    def _call(self, request: Request, params: dict[str, str], body: Json) -> Call:
        text = credential(request.headers.get("authorization"))
        github = self._github
        token: Token | None = None
        if is_jwt(text):
            app = app_of(github.apps, text)
        else:
            token = token_of(github.tokens, text, github.clock.now())
            app = token.installation.app
        return Call(github, request, params, request.query, body, app, token)

    def _repository(self, call: Call) -> Repository:
        name = f"{call.params['owner']}/{call.params['repo']}"
        moved = self._github.moved.get(name)
        if moved is not None:
            raise _moved(call, moved)
        found = self._github.repositories.get(name)
        if found is None or not _visible(call, found):
            raise not_found()
        return found

    def _permit(self, call: Call, route: Route) -> None:
        """The App's own token for the App's own operations, an installation's for all others."""
        if "any" in route.needs:
            return
        if ("app" in route.needs) != (call.token is None):
            wrong = "A JSON web token could not be decoded" if call.token else _FORBIDDEN
            raise Refused(401 if call.token else 403, wrong)
        if call.token is not None and not any(_granted(call, call.token, n) for n in route.needs):
            raise Refused(
                403, _FORBIDDEN, headers={"X-Accepted-GitHub-Permissions": _accepted(route)}
            )

    def _conditional(self, call: Call, result: Answer) -> Answer:
        if call.request.method != "GET" or result.status != 200:
            return result
        tag = f'W/"{hashlib.sha256(result.content).hexdigest()}"'
        result.headers["ETag"] = tag
        if call.request.headers.get("if-none-match") == tag:
            self._github.limiter.refund(call)
            headers = self._github.limiter.headers(call) | {"ETag": tag}
            return Answer(304, b"", headers)
        return result


def _body(request: Request) -> Json:
    try:
        return request.json()
    except (ValueError, UnicodeDecodeError):
        raise Refused(400, "Problems parsing JSON") from None


def _pattern(template: str) -> "re.Pattern[str]":
    """Names match one segment; those at the end that hold paths or branches match the rest."""
    long = ("path", "ref", "basehead", "branch")
    pieces = re.split(r"\{(\w+)\}", template)
    pattern = ""
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            pattern += re.escape(piece)
        else:
            last = index == len(pieces) - 2 and not pieces[-1]
            rest = piece in long and (last or piece == "ref")
            pattern += f"(?P<{piece}>{'.*' if piece == 'path' else '.+' if rest else '[^/]+'})"
    return re.compile(pattern)


def _visible(call: Call, repository: Repository) -> bool:
    """Public repositories may be read by any installation; all else only where it is installed."""
    if call.token is None:
        return call.app.installation_of(repository) is not None
    if call.token.sees(repository):
        return True
    return not repository.private and call.request.method == "GET"


def _granted(call: Call, token: Token, need: str) -> bool:
    permission, access = need.split(":")
    if permission == "metadata":
        return True
    if call.found is not None and not token.sees(call.found):
        return access == "read"
    return token.may(permission, access)


def _accepted(route: Route) -> str:
    return "; ".join(need.replace(":", "=") for need in route.needs)


def _moved(call: Call, repository: Repository) -> Refused:
    """A renamed repository's old address: https://docs.github.com/rest/using-the-rest-api/best-practices"""
    rest = call.request.target.split(f"/{call.params['repo']}", 1)[1]
    location = f"{call.github.api_url}/repos/{repository.full_name}{rest}"
    status = 301 if call.request.method in ("GET", "HEAD") else 307
    return Refused(status, "Moved Permanently", headers={"Location": location})
