"""What all tests stand on: nothing of the machine's own configuration reaches them."""

import os

import pytest


@pytest.fixture(autouse=True, scope="session")
def _no_configuration_of_this_machine(tmp_path_factory):
    """git reads no configuration of a user, and migaudit no variables of a server."""
    patch = pytest.MonkeyPatch()
    for name in list(os.environ):
        if name.startswith(("MIGAUDIT_", "GIT_")):
            patch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text("[user]\n\tname = Ann\n\temail = ann@example.com\n")
    patch.setenv("HOME", str(home))
    patch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    yield
    patch.undo()


def pytest_addoption(parser):
    parser.addoption("--steps", type=int, default=30, help="how long a random run is")
