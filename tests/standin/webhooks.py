"""Webhook deliveries: signed, sent over HTTP, recorded; lost or doubled where a test wants it."""

import hashlib
import hmac
import json
import ssl
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from queue import SimpleQueue

import httpx

from tests.standin.accounts import App, Installation
from tests.standin.limits import MAX_WEBHOOK_BYTES, WEBHOOK_SECONDS
from tests.standin.values import Clock, Ids, Json


@dataclass(slots=True)
class Attempt:
    """One try to hand a delivery over; `status_code` is 0 where nobody answered."""

    id: int
    at: float
    redelivery: bool
    status: str
    status_code: int
    seconds: float = 0.0
    body: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status_code < 300


@dataclass(slots=True)
class Delivery:
    """One event for one App; its GUID is the same for all attempts."""

    app: App = field(repr=False)
    installation: Installation | None = field(repr=False)
    guid: str
    event: str
    payload: Json = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def action(self) -> str | None:
        action = self.payload.get("action")
        return action if isinstance(action, str) else None


@dataclass(slots=True)
class _Mishap:
    kind: str
    event: str | None
    times: int
    seconds: float = 0.0
    recorded: bool = True


@cache
def _certificates() -> ssl.SSLContext:
    """Read once in a process, as reading them is slow."""
    return ssl.create_default_context()


def _client() -> httpx.Client:
    return httpx.Client(timeout=WEBHOOK_SECONDS, trust_env=False, verify=_certificates())


@dataclass(slots=True)
class Webhooks:
    """Sends deliveries one after the other, unless a test makes it go wrong."""

    ids: Ids = field(repr=False)
    clock: Clock = field(repr=False)
    deliveries: list[Delivery] = field(default_factory=list)
    _mishaps: list[_Mishap] = field(default_factory=list, repr=False)
    _held: list[Delivery] | None = field(default=None, repr=False)
    _queue: "SimpleQueue[Callable[[], None] | None]" = field(
        default_factory=SimpleQueue, repr=False
    )
    _pending: int = field(default=0, repr=False)
    _changed: threading.Condition = field(default_factory=threading.Condition, repr=False)
    _worker: threading.Thread | None = field(default=None, repr=False)
    _client: httpx.Client = field(default_factory=_client, repr=False)

    def start(self) -> None:
        self._worker = threading.Thread(target=self._work, name="webhooks", daemon=True)
        self._worker.start()

    def stop(self) -> None:
        self._queue.put(None)
        if self._worker is not None:
            self._worker.join(timeout=WEBHOOK_SECONDS + 1)
        self._client.close()

    def send(
        self, app: App, installation: Installation | None, event: str, payload: Json
    ) -> Delivery | None:
        """Delivers an event to an App; over 25 MB GitHub sends nothing at all."""
        body = json.dumps(payload, separators=(",", ":")).encode()
        if app.webhook_url is None or len(body) > MAX_WEBHOOK_BYTES:
            return None
        guid = str(uuid.uuid4())
        delivery = Delivery(
            app, installation, guid, event, payload, _headers(app, guid, event, body), body
        )
        mishap = self._mishap(event)
        if mishap is None or mishap.recorded:
            self.deliveries.append(delivery)
        self._dispatch(delivery, mishap)
        return delivery

    def redeliver(self, delivery: Delivery) -> None:
        """The button in the App's settings, and ``POST /app/hook/deliveries/{id}/attempts``."""
        self._enqueue(delivery, redelivery=True)

    def hold(self) -> None:
        """Keeps back what is sent from now on, until `release`."""
        self._held = []

    def release(self, *, reverse: bool = False) -> None:
        held, self._held = self._held or [], None
        for delivery in reversed(held) if reverse else held:
            self._enqueue(delivery)

    def lose(self, event: str | None = None, times: int = 1, *, recorded: bool = True) -> None:
        """The next ones reach nobody; if not `recorded`, not even GitHub's list knows of them."""
        self._mishaps.append(_Mishap("lose", event, times, recorded=recorded))

    def double(self, event: str | None = None, times: int = 1) -> None:
        """The next ones arrive twice."""
        self._mishaps.append(_Mishap("double", event, times))

    def delay(self, seconds: float, event: str | None = None, times: int = 1) -> None:
        """The next ones arrive that much later, behind others that were sent after them."""
        self._mishaps.append(_Mishap("delay", event, times, seconds))

    def wait(self, timeout: float = 30.0) -> None:
        """Until every delivery that isn't held back was answered or has failed."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._pending == 0, timeout):
                raise TimeoutError(f"{self._pending} deliveries are still under way")

    def find(self, event: str, action: str | None = None) -> list[Delivery]:
        return [d for d in self.deliveries if d.event == event and action in (None, d.action)]

    def _dispatch(self, delivery: Delivery, mishap: _Mishap | None) -> None:
        if mishap is not None and mishap.kind == "lose":
            self._record(delivery, "failed to connect to host", 0, redelivery=False)
        elif mishap is not None and mishap.kind == "delay":
            self._later(delivery, mishap.seconds)
        elif self._held is not None:
            self._held.append(delivery)
        else:
            for _ in range(2 if mishap is not None and mishap.kind == "double" else 1):
                self._enqueue(delivery)

    def _mishap(self, event: str) -> _Mishap | None:
        for mishap in self._mishaps:
            if mishap.times and mishap.event in (None, event):
                mishap.times -= 1
                return mishap
        return None

    def _enqueue(self, delivery: Delivery, *, redelivery: bool = False) -> None:
        with self._changed:
            self._pending += 1
        self._queue.put(lambda: self._post(delivery, redelivery=redelivery))

    def _later(self, delivery: Delivery, seconds: float) -> None:
        with self._changed:
            self._pending += 1
        task = threading.Timer(
            seconds, self._queue.put, [lambda: self._post(delivery, redelivery=False)]
        )
        task.daemon = True
        task.start()

    def _work(self) -> None:
        while (task := self._queue.get()) is not None:
            task()
            with self._changed:
                self._pending -= 1
                self._changed.notify_all()

    def _post(self, delivery: Delivery, *, redelivery: bool) -> None:
        url = delivery.app.webhook_url or ""
        began = time.monotonic()
        try:
            answer = self._client.post(url, content=delivery.body, headers=delivery.headers)
        except httpx.TimeoutException:
            self._record(delivery, "timed out", 0, redelivery=redelivery)
            return
        except httpx.TransportError:
            self._record(delivery, "failed to connect to host", 0, redelivery=redelivery)
            return
        status = "OK" if answer.is_success else f"Invalid HTTP Response: {answer.status_code}"
        attempt = self._record(delivery, status, answer.status_code, redelivery=redelivery)
        attempt.seconds, attempt.body = time.monotonic() - began, answer.text

    def _record(self, delivery: Delivery, status: str, code: int, *, redelivery: bool) -> Attempt:
        attempt = Attempt(self.ids.next(), self.clock.now(), redelivery, status, code)
        delivery.attempts.append(attempt)
        return attempt


def _headers(app: App, guid: str, event: str, body: bytes) -> dict[str, str]:
    secret = app.webhook_secret.encode()
    return {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/5f2a7c1",
        "X-GitHub-Delivery": guid,
        "X-GitHub-Event": event,
        "X-GitHub-Hook-ID": str(app.hook_id),
        "X-GitHub-Hook-Installation-Target-ID": str(app.id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
        "X-Hub-Signature": f"sha1={hmac.new(secret, body, hashlib.sha1).hexdigest()}",
        "X-Hub-Signature-256": f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}",
    }
