"""`migaudit doctor`: what GitHub has registered, granted and required, beside what is needed."""

import pytest
from click.testing import CliRunner

from app.cli.application import application
from app.refusal import Refusal
from tests.standin import GitHub, Limits

NAME = "acme/tickets"


@pytest.fixture
def github(tmp_path):
    with GitHub(tmp_path / "github", limits=Limits.unlimited()) as made:
        yield made
        made.assert_clean()


@pytest.fixture
def repository(github):
    return github.create_repository(NAME, files={"README.md": "# Tickets\n"})


@pytest.fixture
def ask(github, monkeypatch, tmp_path):
    """Runs the command as the App; its exit code, and its lines."""

    def run(app, *arguments):
        monkeypatch.setenv("MIGAUDIT_APP_ID", str(app.id))
        monkeypatch.setenv("MIGAUDIT_PRIVATE_KEY", app.private_key)
        monkeypatch.setenv("MIGAUDIT_WEBHOOK_SECRET", app.webhook_secret)
        monkeypatch.setenv("MIGAUDIT_GITHUB_API_URL", github.api_url)
        monkeypatch.setenv("MIGAUDIT_DATA_DIR", str(tmp_path))
        ran = CliRunner().invoke(application, ["doctor", *arguments])
        if isinstance(ran.exception, Refusal):
            raise ran.exception
        return ran.exit_code, ran.output.splitlines()

    return run


def wrong(lines):
    return [line for line in lines if line.startswith("wrong")]


def test_what_is_as_it_should_be_is_fine(github, repository, ask):
    app = github.create_app()
    app.install(repository)
    repository.require("migaudit", app)
    code, lines = ask(app, NAME)
    assert (code, wrong(lines)) == (0, [])
    assert len(lines) == 3


def test_what_the_registration_lacks_is_named(github, repository, ask):
    """The permission that gates the queue's event is the one that is forgotten for years."""
    app = github.create_app(
        permissions={"metadata": "read", "contents": "read", "checks": "read"},
        events=["pull_request"],
    )
    app.install(repository)
    code, lines = ask(app)
    assert code == 1
    told = "\n".join(wrong(lines))
    assert "`checks: write`" in told
    assert "`merge_queues: read`" in told
    assert "`merge_group`" in told
    assert "`contents: read`" not in told


def test_an_installation_that_has_not_accepted_a_permission_is_named(github, repository, ask):
    app = github.create_app()
    granted = {name: level for name, level in app.permissions.items() if name != "merge_queues"}
    app.install(repository, permissions=granted)
    code, lines = ask(app)
    (said,) = wrong(lines)
    assert (code, "The installation on acme has not been granted `merge_queues: read`" in said) == (
        1,
        True,
    )


def test_a_suspended_installation_is_named(github, repository, ask):
    app = github.create_app()
    app.install(repository).suspend()
    assert "is suspended" in wrong(ask(app)[1])[0]


REQUIRED = {
    "by nobody": (lambda repository, app, other: None, "no ruleset requires"),
    "from anybody": (lambda repository, app, other: repository.require("migaudit"), "from anybody"),
    "from another": (
        lambda repository, app, other: repository.require("migaudit", other),
        "from another App",
    ),
    "another check": (
        lambda repository, app, other: repository.require("lint", app),
        "no ruleset requires",
    ),
}


@pytest.mark.parametrize("how", REQUIRED)
def test_a_check_that_is_not_required_of_this_app_is_said(github, repository, ask, how):
    app, other = github.create_app(), github.create_app("other")
    app.install(repository)
    require, words = REQUIRED[how]
    require(repository, app, other)
    code, lines = ask(app, NAME)
    (said,) = wrong(lines)
    assert (code, words in said) == (1, True)


def test_a_queue_that_would_wait_for_ever_is_said(github, repository, ask):
    app = github.create_app(events=["pull_request", "check_run", "check_suite", "push"])
    app.install(repository)
    repository.require("migaudit", app)
    repository.require_queue()
    assert "the queue will wait" in wrong(ask(app, NAME)[1])[-1]


def test_a_repository_without_the_app_is_said(github, repository, ask):
    app = github.create_app()
    app.install(repository)
    github.create_repository("globex/films", files={"README.md": "x"})
    assert "globex/films: the App is not installed on it." in wrong(ask(app, "globex/films")[1])[0]


def test_without_credentials_it_cannot_run(tmp_path, monkeypatch):
    monkeypatch.setenv("MIGAUDIT_DATA_DIR", str(tmp_path))
    ran = CliRunner().invoke(application, ["doctor"])
    assert isinstance(ran.exception, Refusal)
