"""Before there are credentials: the page that has GitHub make the App, and keeps what it gives.

Only whoever reads the server's log finds the way in: the address there holds a token of this start.
"""

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from hmac import compare_digest
from threading import Lock
from typing import Annotated, TypeAlias
from urllib.parse import quote, urlencode, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi import Query as Parameter
from fastapi.responses import HTMLResponse

from app.github import GitHubError, Registered, register, web_url_of
from app.logs import logger
from app.manifest import FROM_GITHUB, manifest
from app.pages import HEADERS, page

Text: TypeAlias = Annotated[str, Parameter(max_length=200)]

_OWNER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")
"""https://docs.github.com/admin/managing-iam/iam-configuration-reference/username-considerations"""

_log = logger(__name__)


@dataclass(slots=True)
class Door:
    """What opens the page, and what shows that a browser comes back from where we sent it."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    state: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    used: bool = False
    turn: Lock = field(default_factory=Lock, repr=False)


@dataclass(frozen=True, slots=True)
class Setup:
    """Where this server and its GitHub are; `keep` stores the App, `done` is told afterwards."""

    public_url: str
    api_url: str
    keep: Callable[[Registered], None]
    done: Callable[[], None]
    door: Door = field(default_factory=Door)

    def announce(self) -> None:
        """Tells the operator, and nobody else, where to go on."""
        address = f"{self.public_url}/?{urlencode({'token': self.door.token})}"
        _log.warning("not set up", go_on_at=address)

    @property
    def web_url(self) -> str:
        return web_url_of(self.api_url)

    def form(self, owner: str) -> str:
        """Where GitHub takes manifests, for the App of a person or of the organisation `owner`."""
        whose = f"/organizations/{quote(owner, safe='')}" if owner else ""
        state = urlencode({"state": self.door.state})
        return f"{self.web_url}{whose}/settings/apps/new?{state}"

    def take(self, code: str) -> Registered:
        """Has GitHub hand over the App, and keeps it."""
        app = register(self.api_url, code)
        self.keep(app)
        _log.info("set up", app=app.slug, app_id=app.id)
        return app


def router(setup: Setup) -> APIRouter:
    routes = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
    door = setup.door

    @routes.get("/")
    def begin(request: Request, token: Text = "", owner: Text = "") -> Response:
        if not _is(token, door.token):
            return _page(setup, request, "locked", status=403 if token else 200)
        known = _OWNER.fullmatch(owner)
        return _page(
            setup,
            request,
            "ready",
            token=door.token,
            owner=owner,
            is_owner=known is not None or not owner,
            action=setup.form(owner if known else ""),
            manifest=json.dumps(manifest().at(setup.public_url)),
            asked=manifest(),
            reachable=_is_reachable(setup.public_url),
        )

    @routes.get(FROM_GITHUB)
    def end(request: Request, code: Text = "", state: Text = "") -> Response:
        with door.turn:
            if not code or not _is(state, door.state) or door.used:
                return _page(setup, request, "locked", status=403)
            try:
                app = setup.take(code)
            except GitHubError as error:
                _log.warning("not set up", reason=str(error))
                return _page(setup, request, "failed", status=502, reason=str(error))
            door.used = True
        setup.done()
        return _page(setup, request, "done", app=app)

    return routes


def _page(
    setup: Setup, request: Request, stage: str, status: int = 200, **values: object
) -> HTMLResponse:
    """Its form goes to GitHub; nobody keeps a copy of a page that holds the token."""
    shown = page(
        request, "setup.html", status=status, stage=stage, public_url=setup.public_url, **values
    )
    policy = HEADERS["Content-Security-Policy"]
    origin = setup.web_url
    shown.headers["Content-Security-Policy"] = policy.replace("'self'", f"'self' {origin}")
    shown.headers["Cache-Control"] = "no-store"
    return shown


def _is(given: str, expected: str) -> bool:
    return compare_digest(given.encode(), expected.encode())


def _is_reachable(public_url: str) -> bool:
    """Whether GitHub might deliver there: not to a machine that means itself by the name."""
    return (urlsplit(public_url).hostname or "") not in ("localhost", "127.0.0.1", "0.0.0.0", "::1")
