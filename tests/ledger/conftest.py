"""A migaudit beside a GitHub, and a real PostgreSQL, for what is told of applied migrations."""

import shutil

import pytest

from tests.postgres.server import running_server
from tests.server.conftest import created, prime
from tests.server.running import World


@pytest.fixture(scope="session")
def primed_sqlite(tmp_path_factory):
    path = tmp_path_factory.mktemp("sqlite") / "primed.sqlite"
    prime(f"sqlite:///{path}")
    return path


@pytest.fixture
def world(tmp_path, primed_sqlite):
    """A GitHub with a repository of migrations, and a migaudit that audits it."""
    path = tmp_path / "migaudit.sqlite"
    shutil.copy(primed_sqlite, path)
    with World(tmp_path, f"sqlite:///{path}") as made:
        yield made
        made.github.assert_clean()


@pytest.fixture(scope="session")
def postgres_server():
    with running_server() as address:
        yield address


@pytest.fixture
def production(postgres_server, request):
    """The address of an empty database."""
    return created(postgres_server, f"p{abs(hash(request.node.name))}")
