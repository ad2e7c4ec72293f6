"""Databases and job engines for the tests of the server."""

import shutil
from uuid import uuid4

import psycopg
import pytest

from app.database import Database
from app.jobs import Jobs
from app.presence import presence
from app.work import Outcome
from tests.postgres.server import running_server
from tests.server.running import PACE, World, free_port


@pytest.fixture(scope="session")
def postgres_server():
    """How to reach a real PostgreSQL."""
    with running_server(settings={"max_connections": "100"}) as address:
        yield address


@pytest.fixture(scope="session")
def primed_postgres(postgres_server):
    """A database that has served before: a new one makes the engine wait for a second."""
    return created(postgres_server, "primed", prime)


@pytest.fixture(scope="session")
def primed_sqlite(tmp_path_factory):
    path = tmp_path_factory.mktemp("sqlite") / "primed.sqlite"
    prime(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgres(postgres_server, primed_postgres):
    """The address of a database without jobs."""
    return created(postgres_server, f"t{uuid4().hex}", template="primed")


@pytest.fixture
def sqlite(tmp_path, primed_sqlite):
    path = tmp_path / "migaudit.sqlite"
    shutil.copy(primed_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def address(request):
    """Every engine that migaudit runs on."""
    return request.getfixturevalue(request.param)


def created(server, name, then=lambda address: None, template="template1"):
    """The address of a new database, in the form that an operator would write."""
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"create database {name} template {template}")
        address = f"postgresql://postgres@/{name}?host={admin.info.host}"
    then(address)
    return address


def prime(address):
    database = Database(address)
    jobs = Jobs(database.url, "primer", lambda job, attempt, work: Outcome("done"), PACE)
    jobs.start()
    jobs.stop()
    database.close()


@pytest.fixture
def world(tmp_path, sqlite):
    """A GitHub with a repository of migrations, and a migaudit that audits it."""
    with World(tmp_path, sqlite) as made:
        yield made
        made.github.assert_clean()


@pytest.fixture
def unused_port():
    return free_port()


@pytest.fixture
def started(address):
    """Starts job engines, one at a time, over the same database."""
    running = []

    def start(attempt, pace=PACE, places=None):
        stop()
        database = Database(address)
        us = presence(database)
        us.hold()
        jobs = Jobs(database.url, us.worker, attempt, pace, places)
        jobs.start()
        running.append((jobs, us, database))
        return jobs

    def stop():
        while running:
            jobs, us, database = running.pop()
            jobs.stop()
            us.release()
            database.close()

    start.parts = lambda: running[-1]
    yield start
    stop()
