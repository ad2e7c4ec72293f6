"""What GitHub is answered, before anybody works."""

import asyncio
import json

import httpx
import pytest
from fastapi import FastAPI

from app import intake
from app.database import DatabaseUnavailable
from tests.server import payloads

SECRET = b"It's a Secret to Everybody"


class Shelf:
    """Keeps what it is handed, each delivery once."""

    def __init__(self):
        self.works = {}

    def __call__(self, delivery, work):
        new = delivery not in self.works
        self.works.setdefault(delivery, work)
        return new


@pytest.fixture
def shelf():
    return Shelf()


def application(store, *secrets):
    served = FastAPI()
    served.include_router(intake.router(secrets or (SECRET,), store))
    return served


def post(served, payload, *, event="pull_request", delivery="guid-1", secret=SECRET, **headers):
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    sent = {
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": intake.signature(secret, body),
        **headers,
    }

    async def send():
        transport = httpx.ASGITransport(served)
        async with httpx.AsyncClient(transport=transport, base_url="http://migaudit") as client:
            return await client.post("/webhooks/github", content=body, headers=sent)

    return asyncio.run(send())


def test_the_signature_is_the_one_that_github_documents():
    expected = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert intake.signature(SECRET, b"Hello, World!") == f"sha256={expected}"


def test_a_signed_delivery_is_stored_and_accepted(shelf):
    assert post(application(shelf), payloads.pull_request()).status_code == 202
    assert shelf.works["guid-1"].number == 12


def test_the_same_delivery_again_is_accepted_too(shelf):
    github = application(shelf)
    answers = [post(github, payloads.pull_request()).status_code for _ in range(2)]
    assert answers == [202, 202]
    assert len(shelf.works) == 1


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=" + "0" * 64, "sha1=abc", "sha256=é"])
@pytest.mark.parametrize("event", ["pull_request", "ping", "unheard-of"])
def test_a_wrong_or_missing_signature_is_refused(shelf, signature, event):
    headers = {"X-Hub-Signature-256": signature.encode()}
    assert (
        post(application(shelf), payloads.pull_request(), event=event, **headers).status_code == 401
    )
    assert not shelf.works


def test_what_is_unsigned_is_not_even_read(shelf):
    assert post(application(shelf), b"{not json", secret=b"other").status_code == 401


def test_a_signature_of_other_bytes_is_refused(shelf):
    body = json.dumps(payloads.pull_request()).encode()
    headers = {"X-Hub-Signature-256": intake.signature(SECRET, body)}
    assert post(application(shelf), body + b" ", **headers).status_code == 401


def test_two_secrets_are_valid_while_one_replaces_the_other(shelf):
    github = application(shelf, b"old", b"new")
    answers = [
        post(github, payloads.pull_request(), delivery=name, secret=name.encode()).status_code
        for name in ("old", "new", "none")
    ]
    assert answers == [202, 202, 401]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"action": "opened"}'])
def test_a_signed_payload_that_makes_no_sense_is_refused(shelf, body):
    assert post(application(shelf), body).status_code == 400


@pytest.mark.parametrize("event", ["ping", "star", "fork"])
def test_other_events_are_accepted_and_ignored(shelf, event):
    assert post(application(shelf), {"zen": "Speak like a human."}, event=event).status_code == 202
    assert not shelf.works


@pytest.mark.parametrize("delivery", ["", "a" * 200, "x~1", "x.0", "../x", "a b"])
def test_a_delivery_without_a_guid_is_refused(shelf, delivery):
    """Ours would collide with the names of jobs that one delivery leads to."""
    assert post(application(shelf), payloads.pull_request(), delivery=delivery).status_code == 400


def test_a_body_beyond_github_s_limit_is_refused(shelf):
    body = b" " * (intake.MAX_BODY_BYTES + 1)
    assert post(application(shelf), body).status_code == 413


def test_a_body_is_not_read_beyond_the_limit(shelf):
    """Without a length in its head, too: what is too long is refused while it still arrives."""
    sent = 0

    def endless():
        nonlocal sent
        while True:
            sent += 1 << 20
            yield b" " * (1 << 20)
            assert sent < 2 * intake.MAX_BODY_BYTES

    assert _stream(application(shelf), endless()) == 413


def test_a_delivery_that_cannot_be_stored_is_not_accepted():
    def broken(delivery, work):
        raise DatabaseUnavailable("gone")

    assert post(application(broken), payloads.pull_request()).status_code == 503


def test_before_it_is_set_up_deliveries_are_put_off():
    served = FastAPI()
    served.include_router(intake.setup_router())
    assert post(served, payloads.pull_request()).status_code == 503


def test_a_body_that_does_not_arrive_is_waited_for_no_longer(shelf, monkeypatch):
    monkeypatch.setattr(intake, "BODY_SECONDS", 0.1)
    assert asyncio.run(_answered(application(shelf), [b"{", None])) == 408


def test_many_long_bodies_at_once_are_put_off_and_not_held(shelf, monkeypatch):
    """Anybody may send them: until the last byte nobody knows that they are not GitHub's."""
    monkeypatch.setattr(intake, "MAX_BYTES_AT_ONCE", 3_000)
    monkeypatch.setattr(intake, "BODY_SECONDS", 0.3)
    served = application(shelf)

    async def together():
        slow = asyncio.create_task(_answered(served, [b" " * 2_000, None]))
        await asyncio.sleep(0.05)
        second = await _answered(served, [b" " * 2_000])
        return second, await slow, await _answered(served, [b" " * 2_000])

    assert asyncio.run(together()) == (503, 408, 401)


def _stream(served, chunks):
    """Sends chunk by chunk, as a server does; a client over ASGI would collect them first."""
    return asyncio.run(_answered(served, chunks, more=True))


async def _answered(served, chunks, *, more=False):
    """The status. None among the chunks: what follows never comes; `more`: they never end."""
    status, left = [], iter(chunks)

    async def receive():
        chunk = next(left, b"")
        if chunk is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": chunk, "more_body": more or bool(chunk)}

    async def send(message):
        status.append(message.get("status"))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": "/webhooks/github",
        "raw_path": b"/webhooks/github",
        "query_string": b"",
        "root_path": "",
        "headers": [],
    }
    await served(scope, receive, send)
    return status[0]
