"""The table of what must hold names tests that exist, and leaves no row without one."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
TABLE = (TESTS / "requirements.md").read_text()
LINES = [line for line in TABLE.splitlines() if line.startswith("|")]
ROWS = re.findall(r"^\| (\d+[a-z]?) \| (.+?) \| (.+?) \|$", TABLE, re.MULTILINE)


def test_every_row_is_read_and_has_an_id_of_its_own():
    headings = [line for line in LINES if line.startswith(("| id ", "|---"))]
    assert len(ROWS) == len(LINES) - len(headings) > 80
    assert len({number for number, _, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("what", "shown"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS])
def test_a_row_is_shown_by_tests_that_exist(what, shown):
    named = re.findall(r"`tests/([\w/]+\.py)::([\w:]+)`", shown)
    assert named
    assert len(named) == shown.count("`") // 2
    missing = [f"{path}::{name}" for path, name in named if name not in defined(path)]
    assert not missing, what


@cache
def defined(path):
    return frozenset(_tests(ast.parse((TESTS / path).read_text())))


def _tests(tree: ast.Module) -> Iterator[str]:
    """Functions, methods of classes, and the names that a state machine's test is given."""
    for node in tree.body:
        match node:
            case ast.FunctionDef():
                yield node.name
            case ast.ClassDef():
                yield from (f"{node.name}::{m.name}" for m in node.body if hasattr(m, "name"))
            case ast.Assign():
                yield from (target.id for target in node.targets if isinstance(target, ast.Name))
