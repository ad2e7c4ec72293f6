"""Programs do what they do under Node: values, errors, and the order of queries."""

import json
from pathlib import Path

import pytest

from tests.javascript.running import noted

RECORDED = json.loads((Path(__file__).parent / "recorded.json").read_text())


@pytest.mark.parametrize("body", RECORDED)
def test_a_program_does_what_node_recorded(body):
    assert noted(body) == RECORDED[body]
