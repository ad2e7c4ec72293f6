"""A GitHub with one repository and an App on it, and a client that speaks for the App."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.standin import App, GitHub, Repository
from tests.standin.client import BASE, Client, Receiver
from tests.standin.listener import Server


@pytest.fixture
def github(tmp_path: Path) -> Iterator[GitHub]:
    with GitHub(tmp_path / "github") as standin:
        yield standin


@pytest.fixture
def app(github: GitHub) -> App:
    return github.create_app()


@pytest.fixture
def repository(github: GitHub) -> Repository:
    return github.create_repository("acme/tickets", files={"a.txt": BASE, "other.txt": "x\n"})


@pytest.fixture
def client(github: GitHub, app: App, repository: Repository) -> Iterator[Client]:
    with Client(github, app.install(repository)) as client:
        yield client


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    receiver.server = Server(receiver.answer, 0)
    receiver.server.start()
    yield receiver
    receiver.server.stop()
