"""A whole migaudit in this process, over HTTP, beside a GitHub stand-in."""

import socket
import threading
import time
from contextlib import contextmanager

import uvicorn

from app.environment import Environment
from app.housekeeping import Rounds
from app.jobs import Pace
from app.server import Tuning, create_app
from tests.standin import GitHub, Limits

PACE = Pace(polling_seconds=0.05, drain_seconds=5)
ROUNDS = Rounds(seconds=0.2, redeliver=None, sweep=None)
TUNING = Tuning(pace=PACE, seconds_between_writes=0.0, rounds=ROUNDS, warm=False)

KNEXFILE = "module.exports = { client: 'pg', migrations: { directory: './migrations' } };\n"
APPLIED = "migrations/20240101000000_users.js"
DANGEROUS = "migrations/20240201000000_drop_users.js"
SAFE = "migrations/20240202000000_tags.js"

BASE_FILES = {
    "knexfile.js": KNEXFILE,
    "README.md": "# Tickets\n",
    APPLIED: """exports.up = (knex) =>
  knex.schema.createTable('users', (table) => {
    table.bigIncrements('id');
  });

exports.down = (knex) => knex.schema.dropTable('users');
""",
}
DROP_TABLE = """exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.schema.dropTable('users');
};

exports.down = (knex) =>
  knex.schema.createTable('users', (table) => {
    table.bigIncrements('id');
  });
"""
CREATE_TABLE = """exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.schema.createTable('tags', (table) => {
    table.bigIncrements('id');
  });
};

exports.down = (knex) => knex.schema.dropTable('tags');
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(application, port):
    """`application` over HTTP, until the block ends."""
    config = uvicorn.Config(
        application, host="127.0.0.1", port=port, log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started or not thread.is_alive())
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


class World:
    """A GitHub with one repository, its App, and a migaudit that can be stopped and started."""

    def __init__(self, folder, address, tuning=TUNING, limits=None):
        self.github = GitHub(folder / "github", limits=limits or Limits.unlimited())
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.tuning = tuning
        self.address = address
        self.data = folder / "data"
        self._serving = None

    def __enter__(self):
        self.github.start()
        self.app = self.github.create_app(
            webhook_url=f"{self.url}/webhooks/github",
            events=(
                "pull_request",
                "issue_comment",
                "check_run",
                "check_suite",
                "merge_group",
                "push",
            ),
        )
        self.repository = self.github.create_repository("acme/tickets", files=BASE_FILES)
        self.installation = self.app.install(self.repository)
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self.github.stop()

    @property
    def environment(self):
        return Environment(
            app_id=self.app.id,
            private_key=self.app.private_key,
            webhook_secret=self.app.webhook_secret,
            github_api_url=self.github.api_url,
            database_url=self.address,
            data_dir=self.data,
        )

    def start(self):
        self._serving = serving(create_app(self.environment, self.url, self.tuning), self.port)
        self._serving.__enter__()

    def stop(self):
        if self._serving is not None:
            serving, self._serving = self._serving, None
            serving.__exit__(None, None, None)

    def open(self, branch="change", path=DANGEROUS, text=DROP_TABLE, **options):
        return self.repository.open_pull(branch, files={path: text}, **options)

    def run(self, pull, sha=None, timeout=30):
        """The newest check run of a head, once it is completed."""
        sha = sha or pull.head_sha

        def completed():
            run = self.repository.check_run("migaudit", sha)
            return run if run is not None and run.status == "completed" else None

        return until(completed, timeout)

    def conclusions(self, sha):
        """Of all runs on a head, the oldest first; None for one that isn't completed."""
        return [run.conclusion for run in self.repository.check_runs(sha)]


def until(condition, timeout=30.0):
    """What `condition` gives once it gives something; fails where it never does."""
    deadline = time.monotonic() + timeout
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
    return found
