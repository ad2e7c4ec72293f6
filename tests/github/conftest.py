"""The world of the tests that talk to GitHub."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.github import GitHubApp
from tests.github.world import LINES, MIGRATION, World
from tests.standin import GitHub, Limits


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
def world(tmp_path: Path, limits: Limits) -> Iterator[World]:
    with GitHub(tmp_path, limits=limits) as github:
        app = github.create_app()
        repository = github.create_repository(
            "acme/tickets", files={"knexfile.js": "module.exports = {};\n"}
        )
        installation = app.install(repository)
        pull = repository.open_pull("index", files={MIGRATION: LINES}, by="ann")
        ours = GitHubApp(app.id, app.private_key, github.api_url, seconds_between_writes=0)
        client = ours.repository(installation.id, repository.id, "acme/tickets")
        yield World(github, app, installation, repository, pull, ours, client)
        github.assert_clean()
