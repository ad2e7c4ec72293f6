"""Every fix is of a rule that exists, has cases in several styles, and is told in the README."""

import re
from pathlib import Path

from analyzers.fixes.catalogue import FIXES
from analyzers.rules import catalogue
from tests.fixes.sources import CASES

README = (Path(__file__).parents[2] / "README.md").read_text()


def test_every_fix_is_of_a_rule_that_exists():
    assert set(FIXES) <= set(catalogue())


def test_every_fix_has_cases_in_several_styles():
    styles = {rule: {case.style for case in CASES if case.rule == rule} for rule in FIXES}
    assert {rule for rule, some in styles.items() if len(some) < 5} == set()


def test_every_fix_is_in_the_readme():
    told = re.search(r"^## Fixes$(.*?)^## ", README, re.MULTILINE | re.DOTALL)[1]
    rows = re.findall(r"^\| (`.*?) \|", told, re.MULTILINE)
    assert set(re.findall(r"`([\w-]+)`", " ".join(rows))) == set(FIXES)
