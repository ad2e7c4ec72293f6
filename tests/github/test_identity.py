"""Who we are to GitHub, and that nobody else learns how we prove it."""

import logging
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from app.github import GitHubApp, GitHubError, Invalid, Unauthorized, UnusableKey
from app.github.tokens import PERMISSIONS
from app.github.transport import API_VERSION


def test_a_token_is_good_for_one_repository_and_the_needed_permissions(world):
    world.client.pull(world.pull.number)
    (minted,) = [seen for seen in world.github.requests if seen.path.endswith("access_tokens")]
    assert minted.body == {"repository_ids": [world.repository.id], "permissions": PERMISSIONS}


def test_a_token_is_minted_once(world):
    for _ in range(3):
        world.client.pull(world.pull.number)
    same = world.ours.repository(world.installation.id, world.repository.id, "acme/tickets")
    same.pull(world.pull.number)
    assert len(world.asked(ending="access_tokens")) == 1


def test_a_token_that_github_no_longer_takes_is_replaced_once(world):
    world.client.pull(world.pull.number)
    world.github.clock.advance(3_700)
    assert world.client.pull(world.pull.number).number == world.pull.number
    assert len(world.asked(ending="access_tokens")) == 2


def test_an_installation_without_a_needed_permission_is_named(world):
    world.installation.permissions["checks"] = "read"
    with pytest.raises(Invalid, match="access_tokens"):
        world.client.pull(world.pull.number)


def test_secrets_are_in_no_repr_and_no_error(world):
    world.client.pull(world.pull.number)
    secrets = set(world.github.tokens) | {world.app.private_key[40:80]}
    assert secrets
    world.installation.suspend()
    with pytest.raises(GitHubError) as caught:
        world.again().pull(world.pull.number)
    objects = (world.ours, world.client, world.client.checks, world.client.reviews)
    shown = [repr(o) for o in objects] + [
        str(caught.value),
        repr(caught.value),
        repr(world.ours._tokens),
    ]
    assert not [secret for secret in secrets for text in shown if secret in text]


def test_secrets_are_in_no_log(world, caplog):
    caplog.set_level(logging.DEBUG)
    world.client.pull(world.pull.number)
    assert world.github.tokens
    assert not [token for token in world.github.tokens if token in caplog.text]


def test_the_app_knows_its_name_and_asks_once(world):
    assert world.ours.identity().login == "migaudit[bot]"
    assert world.ours.identity().id == world.app.id
    assert world.asked() == ["GET /app"]


def test_a_key_of_another_app_is_refused(world):
    other = world.github.create_app("other")
    ours = GitHubApp(world.app.id, other.private_key, world.github.api_url)
    with pytest.raises(Unauthorized):
        ours.identity()


def test_a_key_that_is_none_is_told_without_repeating_it():
    with pytest.raises(UnusableKey) as caught:
        GitHubApp(1, "-----BEGIN not a key-----")
    assert "not a key" not in str(caught.value)


def test_pages_of_an_enterprise_server_are_beside_its_api(world):
    assert world.ours.web_url == world.github.url
    assert world.github.api_url.endswith("/api/v3")


class Recorder(BaseHTTPRequestHandler):
    """Answers every request with a name and keeps its headers."""

    seen: ClassVar[list[dict[str, str]]] = []

    def do_GET(self):
        self.seen.append(dict(self.headers))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"id": 1, "slug": "x", "permissions": {}, "events": []}')

    def log_message(self, *args):
        pass


def test_every_request_says_who_asks_and_pins_the_version(world):
    server = HTTPServer(("127.0.0.1", 0), Recorder)
    thread = Thread(target=server.handle_request)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/api/v3"
    GitHubApp(1, world.app.private_key, url).identity()
    thread.join()
    server.server_close()
    (headers,) = Recorder.seen
    assert headers["X-GitHub-Api-Version"] == API_VERSION
    assert headers["User-Agent"] == "migaudit"
    assert headers["Accept"] == "application/vnd.github+json"
    assert headers["Authorization"].startswith("Bearer ey")
