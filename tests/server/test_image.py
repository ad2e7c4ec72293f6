"""The container's recipe, as far as it can be read: the server cannot change itself in it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STEPS = re.findall(
    r"^([A-Z]+) (.+)$",
    re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text()),
    re.MULTILINE,
)


def said(word):
    return [rest for step, rest in STEPS if step == word]


def test_the_server_runs_as_nobody_in_particular():
    (user,) = said("USER")
    assert user.isdecimal()
    assert int(user) > 0
    names = [step for step, _ in STEPS]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert all(names.index("USER") > at for at, step in enumerate(names) if step == "COPY")


def test_it_says_whether_it_is_well():
    (check,) = said("HEALTHCHECK")
    assert "/healthz" in check


def test_what_it_installs_is_checked_against_its_hash():
    (install,) = (step for step in said("RUN") if "pip install" in step)
    assert "--require-hashes --requirement requirements.lock" in install


@pytest.mark.parametrize("copied", said("COPY"))
def test_what_it_copies_is_there(copied):
    assert (ROOT / copied.split()[0]).exists()
