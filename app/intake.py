"""Takes GitHub's deliveries: verified, capped and stored before anything is done about them."""

import hmac
import json
import re
from collections.abc import Callable, Sequence

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from app.database import DatabaseUnavailable
from app.events import EVENTS, Malformed, translate
from app.jobs import TooBusy
from app.logs import context, logger
from app.metrics import DELIVERIES
from app.work import Work

MAX_BODY_BYTES = 25 * 1024 * 1024
"""https://docs.github.com/webhooks/webhook-events-and-payloads: payloads end at 25 MB."""

_GUID = re.compile(r"[0-9A-Za-z-]{1,64}")

_log = logger(__name__)

Store = Callable[[str, Work], bool]
"""Stores work under the GUID of its delivery, durably; False where that one was there before."""


def router(secrets: Sequence[bytes], store: Store) -> APIRouter:
    routes = APIRouter()

    @routes.post("/webhooks/github")
    async def github(request: Request) -> Response:
        event = request.headers.get("x-github-event", "")
        delivery = request.headers.get("x-github-delivery", "")
        with context(delivery=delivery, event_name=event):
            response = await _take(request, event, delivery, secrets, store)
            DELIVERIES.labels(event=_known(event), status=response.status_code).inc()
            return response

    return routes


def setup_router() -> APIRouter:
    """Before there are credentials nothing can be verified: GitHub shall deliver again later."""
    routes = APIRouter()

    @routes.post("/webhooks/github")
    async def github() -> Response:
        return Response("migaudit is not set up yet", status_code=503)

    return routes


def signature(secret: bytes, body: bytes) -> str:
    """https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries"""
    return "sha256=" + hmac.digest(secret, body, "sha256").hex()


def is_signed(secrets: Sequence[bytes], body: bytes, claimed: str) -> bool:
    """Whether one of the secrets signs `body` so; takes as long whichever it is."""
    matches = [hmac.compare_digest(signature(s, body).encode(), claimed.encode()) for s in secrets]
    return any(matches)


async def _take(
    request: Request, event: str, delivery: str, secrets: Sequence[bytes], store: Store
) -> Response:
    body = await _body(request)
    if body is None:
        return Response("the payload is larger than 25 MB", status_code=413)
    if not is_signed(secrets, body, request.headers.get("x-hub-signature-256", "")):
        _log.warning("signature refused")
        return Response("the signature does not match", status_code=401)
    if not event or not _GUID.fullmatch(delivery):
        return Response("X-GitHub-Event or X-GitHub-Delivery is missing", status_code=400)
    return await run_in_threadpool(_handle, event, delivery, body, store)


async def _body(request: Request) -> bytes | None:
    """The raw bytes; None as soon as there are more than GitHub ever sends."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


def _handle(event: str, delivery: str, body: bytes, store: Store) -> Response:
    try:
        work = translate(event, json.loads(body))
    except (ValueError, RecursionError):
        return Response("the payload is not JSON", status_code=400)
    except Malformed as error:
        return Response(str(error), status_code=400)
    if work is None:
        return Response("nothing to do", status_code=202)
    try:
        new = store(delivery, work)
    except DatabaseUnavailable as error:
        _log.error("delivery not stored", reason=str(error))
        return Response("the delivery could not be stored", status_code=503)
    except TooBusy as error:
        _log.error("delivery refused", reason=str(error))
        return Response("too many jobs wait: deliver again later", status_code=503)
    _log.info("delivery accepted" if new else "delivery seen before", work=work.kind)
    return Response("accepted" if new else "seen before", status_code=202)


def _known(event: str) -> str:
    """A label of bounded variety: anybody may send us any event name."""
    return event if event in EVENTS else "other"
