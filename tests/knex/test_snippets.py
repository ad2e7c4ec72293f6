"""What the compiler writes is what real Knex sends, letter by letter."""

import json
from pathlib import Path

import pytest

from analyzers.knex.release import Release
from tests.knex.running import Existing, run, sql

HERE = Path(__file__).parent
SNIPPETS = json.loads((HERE / "snippets.json").read_text())
RECORDED = json.loads((HERE / "recorded.json").read_text())
NEWEST = next(iter(RECORDED))


@pytest.mark.parametrize("release", RECORDED)
def test_every_snippet_gives_what_knex_sends(release):
    """All snippets, in each release, as `record.js` recorded them."""
    assert different_in(release) == {}


def different_in(release):
    """The snippets for which a release sends something else, with both versions."""
    version = tuple(map(int, release.split(".")))
    different = {}
    for name, body in SNIPPETS.items():
        expected = RECORDED[release].get(name, RECORDED[NEWEST][name])
        database = Existing("t") if name == "hasTable" else Existing()
        execution = run(body, release=Release(version), database=database)
        if sql(execution) != expected["sql"]:
            different[name] = (body, sql(execution), expected["sql"])
    return different


def test_a_snippet_that_knex_refuses_is_known_to_throw():
    """Knex throws instead of sending: the migration ends there, and is completely known."""
    refused = [name for name, recorded in RECORDED[NEWEST].items() if recorded.get("refused")]
    assert len(refused) > 10
    silent = [n for n in refused if run(SNIPPETS[n], database=Existing()).throws is None]
    assert silent == []
