"""Takes GitHub's deliveries: verified, capped and stored before anything is done about them."""

import asyncio
import hmac
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

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

MAX_BYTES_AT_ONCE = 8 * MAX_BODY_BYTES
"""Of all bodies that are being read: who sends them is known only at their end."""

BODY_SECONDS = 30.0
"""GitHub itself waits for ten: https://docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks"""

_GUID = re.compile(r"[0-9A-Za-z-]{1,64}")

_log = logger(__name__)

Store = Callable[[str, Work], bool]
"""Stores work under the GUID of its delivery, durably; False where that one was there before."""


def router(secrets: Sequence[bytes], store: Store) -> APIRouter:
    routes = APIRouter()
    memory = Memory()

    @routes.post("/webhooks/github")
    async def github(request: Request) -> Response:
        event = request.headers.get("x-github-event", "")
        delivery = request.headers.get("x-github-delivery", "")
        with context(delivery=delivery, event_name=event), memory.share() as share:
            try:
                response = await _take(request, share, event, delivery, secrets, store)
            except Unreadable as refused:
                response = Response(str(refused), status_code=refused.status)
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


class Unreadable(Exception):
    """A body that is not read to its end."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(slots=True)
class Memory:
    """What all bodies that are being read hold together. One thread reads them all."""

    taken: int = 0

    @contextmanager
    def share(self) -> Iterator["Share"]:
        share = Share(self)
        try:
            yield share
        finally:
            self.taken -= share.taken


@dataclass(slots=True)
class Share:
    """What one body holds of it."""

    memory: Memory
    taken: int = 0

    def take(self, size: int) -> None:
        self.taken += size
        self.memory.taken += size
        if self.taken > MAX_BODY_BYTES:
            raise Unreadable("the payload is larger than 25 MB", 413)
        if self.memory.taken > MAX_BYTES_AT_ONCE:
            raise Unreadable("too much arrives at once: deliver again later", 503)


async def _take(
    request: Request,
    share: Share,
    event: str,
    delivery: str,
    secrets: Sequence[bytes],
    store: Store,
) -> Response:
    body = await _body(request, share)
    if not is_signed(secrets, body, request.headers.get("x-hub-signature-256", "")):
        _log.warning("signature refused")
        return Response("the signature does not match", status_code=401)
    if not event or not _GUID.fullmatch(delivery):
        return Response("X-GitHub-Event or X-GitHub-Delivery is missing", status_code=400)
    return await run_in_threadpool(_handle, event, delivery, body, store)


async def _body(request: Request, share: Share) -> bytes:
    """The raw bytes. Raises `Unreadable` as soon as there are too many, or none for too long."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                share.take(len(chunk))
                body += chunk
    except TimeoutError:
        raise Unreadable("the payload does not arrive", 408) from None
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
