"""The table of what the reviewer has to do names tests that exist."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
TABLE = (TESTS / "requirements.md").read_text()
ROWS = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \|$", TABLE, re.MULTILINE)


def test_each_is_told_once_in_order():
    numbers = [int(number) for number, _, _ in ROWS]
    assert numbers == sorted(set(numbers))
    assert len(numbers) > 60


@pytest.mark.parametrize(("number", "what", "shown"), ROWS, ids=[row[0] for row in ROWS])
def test_its_tests_are_there(number, what, shown):
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", shown)
    assert named, f"{number} ({what}) is shown by nothing"
    for path, name in named:
        tree = ast.parse((TESTS / path).read_text())
        defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert name in defined, f"{path} has no {name}"
