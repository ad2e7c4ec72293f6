"""Takes reports of what has been applied: `POST /api/v1/applied`."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analyzers.settings import ENVIRONMENT_NAME
from app.database import DatabaseUnavailable
from app.jobs import TooBusy
from app.logs import context, logger
from app.metrics import REPORTS
from app.reports import MOST_ENVIRONMENTS, Reports, TooManyEnvironments
from app.work import Origin

MAX_BODY_BYTES = 2 * 1024 * 1024
MAX_MIGRATIONS = 20_000
MAX_NAME = 255
REPORTS_A_MINUTE = 30
"""Of one repository; a deployment needs one."""

Changed = Callable[[Origin, str], None]
"""Told of the repository, and the environment that has applied something else than before."""

_BEARER = re.compile(r"Bearer +([!-~]{20,200}) *", re.IGNORECASE)
_SECONDS = 60

_log = logger(__name__)


class Applied(BaseModel):
    """What a report says: names of `knex_migrations`, in the order of their runs."""

    model_config = ConfigDict(strict=True, extra="forbid")

    environment: str
    migrations: list[str] = Field(max_length=MAX_MIGRATIONS)


class Unacceptable(Exception):
    """A report that is refused; the message says what is wrong with it."""

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.status = status


@dataclass(slots=True)
class Pace:
    """How often each repository has reported in the current minute."""

    _minute: int = 0
    _counts: dict[int, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def allows(self, repository: int, now: float) -> bool:
        with self._lock:
            if int(now // _SECONDS) != self._minute:
                self._minute, self._counts = int(now // _SECONDS), {}
            self._counts[repository] = self._counts.get(repository, 0) + 1
            return self._counts[repository] <= REPORTS_A_MINUTE


def router(reports: Reports, changed: Changed) -> APIRouter:
    routes = APIRouter()
    pace = Pace()

    @routes.post("/api/v1/applied")
    async def applied(request: Request) -> Response:
        try:
            owner = await run_in_threadpool(_owner, request, reports, pace)
            report = _report(_decoded(request, await _body(request)))
            response = await run_in_threadpool(_keep, owner, report, reports, changed)
        except Unacceptable as refused:
            response = _refusal(refused)
        except (DatabaseUnavailable, TooBusy) as error:
            _log.error("report not stored", reason=str(error))
            response = _refusal(Unacceptable("The report could not be stored: try again.", 503))
        REPORTS.labels(status=response.status_code).inc()
        return response

    return routes


def setup_router() -> APIRouter:
    """Before there are credentials there are no tokens."""
    routes = APIRouter()

    @routes.post("/api/v1/applied")
    async def applied() -> Response:
        return _refusal(Unacceptable("migaudit is not set up yet.", 503))

    return routes


def _owner(request: Request, reports: Reports, pace: Pace) -> Origin:
    """Nothing of the body is read before the token was accepted."""
    found = _BEARER.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        raise Unacceptable("Send the repository's token: `Authorization: Bearer …`.", 401)
    owner = reports.owner(found[1])
    if owner is None:
        _log.warning("report refused", reason="the token is none of ours")
        raise Unacceptable("The token is none, or not any more.", 401)
    if not pace.allows(owner.repository, reports.clock()):
        raise Unacceptable(f"More than {REPORTS_A_MINUTE} reports within a minute.", 429)
    return owner


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            limit = MAX_BODY_BYTES // (1024 * 1024)
            raise Unacceptable(f"The report is larger than {limit} MB.", 413)
    return bytes(body)


def _decoded(request: Request, body: bytes) -> object:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Unacceptable("Send JSON: `Content-Type: application/json`.", 415)
    try:
        decoded: object = json.loads(body.decode(), object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise Unacceptable("The report is not UTF-8.", 400) from None
    except RecursionError:
        raise Unacceptable("The report is nested too deep.", 400) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Unacceptable(f"The report is not JSON: {error.msg} at {where}.", 400) from None
    except ValueError:  # a number of more digits than Python reads
        raise Unacceptable("The report is not JSON: a number is too long.", 400) from None
    return decoded


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Of two values under one name no reader knows which one is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Unacceptable("A name is there twice.")
    return found


def _report(decoded: object) -> Applied:
    try:
        report = Applied.model_validate(decoded)
    except ValidationError as error:
        raise Unacceptable(" ".join(_mistakes(error))) from None
    if not re.fullmatch(ENVIRONMENT_NAME, report.environment):
        raise Unacceptable(
            "`environment` is no name of an environment: letters, digits, `_`, and inside of it "
            "`.`, `-`, `/` and spaces, up to 100 characters."
        )
    seen: set[str] = set()
    for index, name in enumerate(report.migrations):
        if not 0 < len(name) <= MAX_NAME or not name.isprintable():
            raise Unacceptable(
                f"`migrations[{index}]` is no name of a migration: from 1 to {MAX_NAME} "
                "printable characters."
            )
        if name in seen:
            raise Unacceptable(f"`migrations[{index}]` is there twice.")
        seen.add(name)
    return report


def _mistakes(error: ValidationError) -> list[str]:
    """What is wrong where, without the value: it may be anything."""
    return [
        f"`{_where(one['loc'])}`: {one['msg'].removeprefix('Input should ')}."
        for one in error.errors(include_input=False, include_url=False, include_context=False)[:5]
    ]


def _where(location: tuple[int | str, ...]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part[:40]}" for part in location)
    return "".join(parts).removeprefix(".") or "the report"


def _keep(owner: Origin, report: Applied, reports: Reports, changed: Changed) -> Response:
    names = tuple(report.migrations)
    with context(repository=owner.name, environment=report.environment):
        try:
            new = reports.keep(owner.repository, report.environment, names)
        except TooManyEnvironments:
            raise Unacceptable(
                f"This repository reports {MOST_ENVIRONMENTS} environments already."
            ) from None
        if new:
            changed(owner, report.environment)
            reports.told(owner.repository, report.environment, names)
        _log.info("report kept", migrations=len(names), changed=new)
    return JSONResponse(
        {
            "repository": owner.name,
            "environment": report.environment,
            "migrations": len(names),
            "changed": new,
        }
    )


def _refusal(refused: Unacceptable) -> Response:
    return JSONResponse({"error": str(refused)}, refused.status, _HEADERS.get(refused.status))


_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": str(_SECONDS)}}
