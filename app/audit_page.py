"""The page of one audit: `GET /runs/{id}`, as HTML or, with `?format=`, as JSON or SARIF.

It shows audits of public repositories alone, and asks GitHub whether they still are. Whoever asks
for another one learns no more than who asks for one that never was.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from fastapi import Path as PathPart
from fastapi.responses import JSONResponse

from app.audit_sarif import as_sarif
from app.audits import Audits, Ended
from app.pages import HEADERS, html_of, page
from app.report import Subject

PUBLIC_SECONDS = 60.0
"""So long an answer of GitHub counts."""

_MOST_KNOWN = 1_000

IsPublic = Callable[[Ended], bool]


@dataclass(slots=True)
class Visible:
    """Which repositories anybody may see, asked for once in a minute each.

    While one request asks GitHub, nobody waits for it: others get the last answer, at first no.
    """

    ask: IsPublic
    clock: Callable[[], float] = time.monotonic
    _known: OrderedDict[int, tuple[float, bool]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, audit: Ended) -> bool:
        with self._lock:
            at, public = self._known.get(audit.repository, (-PUBLIC_SECONDS, False))
            if self.clock() - at < PUBLIC_SECONDS:
                return public
            self._note(audit, public)
        public = self.ask(audit)
        with self._lock:
            self._note(audit, public)
        return public

    def _note(self, audit: Ended, public: bool) -> None:
        self._known[audit.repository] = (self.clock(), public)
        self._known.move_to_end(audit.repository)
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)


def router(audits: Audits, visible: IsPublic, web_url: str, public_url: str) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/runs/{run}")
    def show(
        request: Request,
        run: Annotated[str, PathPart(max_length=200)],
        format: Literal["html", "json", "sarif"] = "html",  # noqa: A002 - the name in the address
    ) -> Response:
        audit = audits.find(run)
        if audit is None or not visible(audit):
            return _nothing(request, format)
        if format == "json":
            return JSONResponse(_as_json(audit), headers=HEADERS)
        if format == "sarif":
            about = Subject(0, audit.name, audit.number, audit.sha, public_url, web_url)
            return JSONResponse(as_sarif(audit, about), headers=HEADERS)
        return page(
            request,
            "audit.html",
            audit=audit,
            run=run,
            web_url=web_url,
            summary=_html(audit.summary),
            text=_html(audit.text),
        )

    return routes


def _nothing(request: Request, format_: str) -> Response:
    if format_ != "html":
        return JSONResponse({"error": "There is nothing to see here."}, 404, HEADERS)
    return page(request, "no_audit.html", status=404)


def _as_json(audit: Ended) -> dict[str, object]:
    said = asdict(audit)
    for private in ("installation", "repository"):
        del said[private]
    return {"repository": said.pop("name"), **said}


def _html(markdown: str) -> str:
    """The check run's Markdown. The only HTML in it are the line breaks in cells of its tables."""
    html = html_of(markdown).replace("&lt;br&gt;", "<br>")
    return html.replace("<h3>", "<h2>").replace("</h3>", "</h2>")
