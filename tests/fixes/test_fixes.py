"""Each fix: what it leaves parses, has no such finding and no new one, and runs as it was meant."""

from collections import Counter

import pytest

from analyzers.javascript.syntax import Tree
from analyzers.source import SourceFile
from tests.conformance.reversal_catalogue import different
from tests.fixes.fixing import findings, fix
from tests.fixes.running import run
from tests.fixes.sources import CASES
from tests.postgres.server import running_server


@pytest.fixture(scope="module")
def server():
    with running_server() as address:
        yield address


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_finding_is_gone_and_no_new_one_came(case):
    fixed = fix(case.rule, case.source, case.extension)
    assert Tree(SourceFile(fixed.path, fixed.after)).problems() == ()
    before, after = Counter(fixed.rules), Counter(fixed.rules_left)
    assert after[case.rule] < before[case.rule]
    assert after - before == Counter()


@pytest.mark.parametrize("case", CASES[::5], ids=str)
def test_it_runs_and_ends_in_the_schema_that_was_meant(case, server, unfixed, tmp_path):
    """Every fifth of them: of eight styles each fix meets others."""
    fixed = fix(case.rule, case.source, case.extension)
    now = run(server, tmp_path, fixed.path, fixed.after)
    assert (now.error, now.down_error) == (None, None), fixed.after
    was = unfixed(case)
    assert bool(was.error) == case.fails
    if not case.fails:
        assert different(was.after_up, now.after_up) == case.parts
    assert different(now.before, now.after_down) == {}


@pytest.fixture(scope="module")
def unfixed(server, tmp_path_factory):
    """What the migrations do without their fixes: the same in every style."""
    ran = {}

    def ask(case):
        if case.group not in ran:
            path = findings(case.source, case.extension)[0]
            ran[case.group] = run(server, tmp_path_factory.mktemp("was"), path, case.source)
        return ran[case.group]

    return ask
