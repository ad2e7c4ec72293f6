"""The real process: killed, stopped, misconfigured; and what it writes to its log."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.server.running import CREATE_TABLE, DANGEROUS, SAFE, World, free_port, until
from tests.standin import Fault

CHECKOUT = Path(__file__).parents[2]


class ProcessWorld(World):
    """The same, with migaudit in a process of its own; `log` is what it wrote."""

    def __init__(self, folder, address):
        super().__init__(folder, address)
        self.log = folder / "log"
        self.process = None

    @property
    def variables(self):
        return {
            "MIGAUDIT_APP_ID": str(self.app.id),
            "MIGAUDIT_PRIVATE_KEY": self.app.private_key,
            "MIGAUDIT_WEBHOOK_SECRET": self.app.webhook_secret,
            "MIGAUDIT_GITHUB_API_URL": self.github.api_url,
            "MIGAUDIT_DATABASE_URL": self.address,
        }

    def start(self):
        with self.log.open("ab") as log:
            self.process = launch(self.port, log, **self.variables)
        until(lambda: answers(f"{self.url}/readyz") == 200)

    def stop(self, how=signal.SIGTERM):
        if self.process is not None:
            process, self.process = self.process, None
            process.send_signal(how)
            assert process.wait(40) in (0, -how)

    def lines(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]


def launch(port, log, **variables):
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **variables}
    return subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=log, stderr=log)


def answers(address):
    try:
        return httpx.get(address, trust_env=False).status_code
    except httpx.TransportError:
        return None


@pytest.fixture
def world(tmp_path, sqlite):
    with ProcessWorld(tmp_path, sqlite) as made:
        yield made
        made.github.assert_clean()


def killed_during(world, slow):
    """Kills the server while GitHub takes its time over a request, and starts it again."""
    world.github.faults.add(slow)
    pull = world.open()
    until(lambda: slow.fired)
    world.stop(signal.SIGKILL)
    world.start()
    assert world.run(pull).conclusion == "failure"
    assert world.conclusions(pull.head_sha) == ["failure"]
    assert len(pull.review_comments) == 1
    assert len(pull.reviews) == 1


def test_a_server_killed_while_it_reads_takes_up_its_work(world):
    killed_during(world, Fault("GET", "*/compare/*", status=None, delay=2))


def test_a_server_killed_while_it_writes_does_it_once(tmp_path, address):
    """The review is there, and nobody knows; on PostgreSQL the worker never comes back."""
    with ProcessWorld(tmp_path, address) as world:
        killed_during(world, Fault("POST", "*/reviews", status=None, delay=2, after=True))


def test_another_server_ends_what_a_killed_one_began(tmp_path, postgres):
    """They share a PostgreSQL; the first one never comes back."""
    with ProcessWorld(tmp_path, postgres) as world:
        slow = Fault("POST", "*/reviews", status=None, delay=8, after=True)
        world.github.faults.add(slow)
        pull = world.open()
        until(lambda: slow.fired)
        (tmp_path / "other").mkdir()
        port = free_port()
        with served(tmp_path / "other", port, **world.variables):
            until(lambda: answers(f"http://127.0.0.1:{port}/readyz") == 200)
            world.stop(signal.SIGKILL)
            assert world.run(pull, timeout=60).conclusion == "failure"
        assert world.conclusions(pull.head_sha) == ["failure"]
        assert len(pull.reviews) == len(pull.review_comments) == 1


def test_a_server_killed_after_the_check_still_closes_what_is_gone(world):
    """A GitHub that lets no App resolve has more to do after the check has ended."""
    world.github.resolving_needs = "contents:write"
    pull = world.open()
    world.run(pull)
    slow = world.github.faults.add(
        Fault("POST", "/graphql", status=None, delay=2, contains="minimizeComment", after=False)
    )
    pull.push({DANGEROUS: CREATE_TABLE})
    until(lambda: slow.fired)
    assert world.conclusions(pull.head_sha) == ["success"]
    world.stop(signal.SIGKILL)
    (comment,) = pull.review_comments
    comment.minimized = None
    world.start()
    until(lambda: comment.minimized)
    assert world.conclusions(pull.head_sha) == ["success"]


def test_a_delivery_accepted_by_a_killed_server_is_audited(world):
    """The answer says that it is stored: nothing else may be needed any more."""
    slow = world.github.faults.add(Fault("POST", "/graphql", status=None, delay=2, times=9))
    pull = world.open()
    until(lambda: slow.fired)
    other = world.open("other", SAFE, CREATE_TABLE)
    world.github.webhooks.wait()
    world.stop(signal.SIGKILL)
    world.github.faults.clear()
    world.start()
    run = world.run(pull)
    assert run.conclusion == "failure", run.summary
    assert world.run(other).conclusion == "success"


def test_a_stopped_server_ends_what_it_began(world):
    slow = world.github.faults.add(Fault("GET", "*/compare/*", status=None, delay=2))
    pull = world.open()
    until(lambda: slow.fired)
    world.stop(signal.SIGTERM)
    assert world.conclusions(pull.head_sha) == ["failure"]


def test_a_server_stopped_in_the_middle_of_what_it_says_says_it_once(world):
    """It is told to stop while GitHub takes its time over the review, and is started again."""
    slow = world.github.faults.add(Fault("POST", "*/reviews", status=None, delay=2, after=True))
    pull = world.open()
    until(lambda: slow.fired)
    world.stop(signal.SIGTERM)
    world.start()
    assert world.run(pull).conclusion == "failure"
    assert len(pull.reviews) == len(pull.review_comments) == 1


def test_the_log_names_everything_and_tells_no_secret(world):
    old, new = (
        "ghs_" + "a" * 36,
        "ghs_1234_eyJ" + "b" * 100 + ".eyJ" + "c" * 300 + ".d-_" + "e" * 80,
    )
    said = {"message": f"The token {old} and the token {new} are not valid"}
    world.github.faults.add(Fault("GET", "*/compare/*", status=403, body=said))
    pull = world.open()
    assert world.run(pull).conclusion == "action_required"
    world.stop()
    ended = next(line for line in world.lines() if line["event"] == "attempt ended")
    delivery = world.github.webhooks.find("pull_request")[0]
    assert ended["delivery"] == delivery.guid
    assert ended["installation"] == world.installation.id
    assert (ended["repository"], ended["pull_request"]) == ("acme/tickets", pull.number)
    assert ended["head"] == pull.head_sha
    log = world.log.read_text()
    assert "[redacted]" in log
    secrets = {old, new, world.app.webhook_secret, *world.github.tokens}
    assert not [secret for secret in secrets if secret in log]
    assert "PRIVATE KEY" not in log


@contextmanager
def served(folder, port, **variables):
    with (folder / "log").open("wb") as log:
        process = launch(port, log, MIGAUDIT_DATA_DIR=str(folder / "data"), **variables)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_without_credentials_it_waits_to_be_set_up(tmp_path, unused_port):
    with served(tmp_path, unused_port):
        url = f"http://127.0.0.1:{unused_port}"
        until(lambda: answers(f"{url}/healthz") == 200)
        assert answers(f"{url}/readyz") == 503
        assert answers(f"{url}/") == 200
        assert httpx.post(f"{url}/webhooks/github", content=b"{}").status_code == 503


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"MIGAUDIT_APP_ID": "1"}, "MIGAUDIT_PRIVATE_KEY"),
        ({"MIGAUDIT_APP_ID": "one"}, "MIGAUDIT_APP_ID"),
        ({"MIGAUDIT_APP_ID": "1", "MIGAUDIT_PRIVATE_KEY_FILE": "/nowhere"}, "cannot be read"),
        (
            {
                "MIGAUDIT_APP_ID": "1",
                "MIGAUDIT_PRIVATE_KEY": "s3cret-but-no-key",
                "MIGAUDIT_WEBHOOK_SECRET": "s3cret",
            },
            "private key",
        ),
    ],
)
def test_what_is_misconfigured_is_said_and_ends_it(tmp_path, unused_port, variables, words):
    with served(tmp_path, unused_port, **variables) as process:
        assert process.wait(20) == 2
    told = (tmp_path / "log").read_text()
    assert words in told
    assert "s3cret" not in told
    assert "Traceback" not in told
