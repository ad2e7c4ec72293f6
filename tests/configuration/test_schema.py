"""The JSON Schema that editors use accepts what counts, and refuses what is told as a mistake."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.configuration import KEYS, parse, schema
from analyzers.rules import catalogue
from analyzers.settings import Settings
from analyzers.struct import names

SHIPPED = Path(__file__).resolve().parents[2] / "analyzers/migaudit.schema.json"
VALIDATOR = jsonschema_rs.validator_for(schema(catalogue()))

ACCEPTED = [
    {},
    None,
    {"fail_on": "never", "postgres": 18, "knex": 3.1, "naming": "sequence"},
    {"knex": "2.5.1"},
    {"knex": "0.95.15"},
    {"knex": 1},
    {"rules": {"drop-table": "off"}},
    {"rules": None, "env": None, "directories": None, "overrides": None, "comments": None},
    {"overrides": [{"paths": ["legacy/**", "a.js"], "rules": {"drop-table": "warning"}}]},
    {"large_tables": ["orders", "shop.orders"], "small_tables": []},
    {"env": {"A": "", "B": 1, "C": True, "D": 1.5}},
    {"directories": [".", "db/migrations", "./x/"], "knexfiles": ["knexfile.ts"]},
    {"comments": {"severity": "never", "limit": 0}},
    {"comments": {}},
    {"environments": None},
    {"environments": {"production": {"applied": "reports", "directories": ["db"]}}},
    {"environments": {"eu/prod 1": {"applied": "deployments", "deployment": "Prod (EU)"}}},
    {"environments": {"a": {"applied": "tags", "tags": "v*"}, "b": {"applied": "base"}}},
]
REFUSED = [
    [],
    "fail_on",
    {"fail-on": "error"},
    {"fail_on": None},
    {"fail_on": "off"},
    {"postgres": 9},
    {"postgres": 19},
    {"postgres": "15"},
    {"postgres": 15.5},
    {"postgres": None},
    {"knex": None},
    {"knex": "4"},
    {"knex": 2.7},
    {"knex": "3.1.x"},
    {"knex": "^3.1.0"},
    {"rules": {"drop-tabel": "off"}},
    {"rules": {"drop-table": "ignore"}},
    {"rules": {"drop-table": False}},
    {"rules": ["drop-table"]},
    {"environments": ["production"]},
    {"environments": {"production": None}},
    {"environments": {"production": "reports"}},
    {"environments": {"production": {}}},
    {"environments": {"production": {"applied": "report"}}},
    {"environments": {"production": {"applied": "tags", "pattern": "v*"}}},
    {"environments": {"production": {"applied": "tags", "tags": "v *"}}},
    {"environments": {" production": {"applied": "base"}}},
    {"environments": {"production": {"applied": "base", "directories": ["../x"]}}},
    {"overrides": {}},
    {"overrides": [{}]},
    {"overrides": [None]},
    {"overrides": [{"paths": ["a"]}]},
    {"overrides": [{"paths": ["a"], "rules": {}, "fail_on": "error"}]},
    {"overrides": [{"paths": ["../a"], "rules": {}}]},
    {"large_tables": "orders"},
    {"large_tables": ["a.b.c"]},
    {"large_tables": ["two words"]},
    {"large_tables": [""]},
    {"large_tables": [None]},
    {"env": {"A": None}},
    {"env": {"A": ["b"]}},
    {"env": {"1A": "b"}},
    {"env": {"A": "\0"}},
    {"directories": ["/srv"]},
    {"directories": ["a/../../b"]},
    {"directories": ["a\\b"]},
    {"directories": ["a/*"]},
    {"directories": [{}]},
    {"comments": {"limit": 26}},
    {"comments": {"limit": -1}},
    {"comments": {"from": "error"}},
    {"naming": "camelCase"},
]


def accepted(document):
    """JSON is YAML, too."""
    return not parse(json.dumps(document).encode(), catalogue()).problems


@pytest.mark.parametrize("document", ACCEPTED, ids=json.dumps)
def test_both_accept(document):
    assert accepted(document)
    assert VALIDATOR.is_valid(document)


@pytest.mark.parametrize("document", REFUSED, ids=json.dumps)
def test_both_refuse(document):
    assert not accepted(document)
    assert not VALIDATOR.is_valid(document)


WORDS = st.sampled_from(
    ["error", "off", "never", "sequence", "15", "", "a/b", "../a", "a.b", "A", "drop-table", "**"]
)
NUMBERS = st.one_of(st.integers(-1, 30), st.sampled_from([0.95, 2.5, 3.1, 3.7]))
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, WORDS)
NAMES = st.sampled_from(
    [*(key.name for key in KEYS), "paths", "severity", "limit", "drop-table", "A", "1"]
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([key.name for key in KEYS]), VALUES, max_size=4))
def test_both_agree_whatever_is_written(document):
    assert accepted(document) == VALIDATOR.is_valid(document)


def test_the_schema_is_shipped():
    """`scripts/docs` writes it."""
    assert json.loads(SHIPPED.read_text()) == schema(catalogue())


def test_every_setting_has_its_key():
    assert set(names(Settings)) == {key.field or key.name for key in KEYS}
