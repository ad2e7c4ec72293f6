"""Whatever a migration does, it is audited, in bounded time, and the same way each time."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzers.audit import audit
from analyzers.memory import MemoryTree
from analyzers.request import Change, ChangeStatus, Request
from tests.conformance.figures import invented
from tests.conformance.programs import EXACT, MIGRATIONS

# That the strategies are too large to be shown says nothing about migrations.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

EARLIER = "migrations/20240101000000_first.js"
ADDED = "migrations/20240102000000_second.js"
QUICK = settings(EXACT, max_examples=80, deadline=timedelta(seconds=20))


def audited(earlier, added):
    base = MemoryTree({EARLIER: earlier})
    head = MemoryTree({EARLIER: earlier, ADDED: added})
    return audit(Request(base, head, (Change(ADDED, ChangeStatus.ADDED),)))


@QUICK
@given(MIGRATIONS, MIGRATIONS)
def test_generated_migrations_are_audited_the_same_way_each_time(earlier, added):
    found = audited(earlier, added)
    assert [migration.path for migration in found.migrations] == [ADDED]
    assert found == audited(earlier, added)


@QUICK
@given(MIGRATIONS, MIGRATIONS)
def test_a_migration_that_is_edited_to_itself_is_not_told(earlier, added):
    tree = MemoryTree({EARLIER: earlier, ADDED: added})
    changes = tuple(Change(path, ChangeStatus.MODIFIED) for path in (EARLIER, ADDED))
    rules = [finding.rule for finding in audit(Request(tree, tree, changes)).findings]
    assert "applied-migration-modified" not in rules


@QUICK
@given(MIGRATIONS, st.data())
def test_a_migration_with_a_slip_is_audited_all_the_same(migration, data):
    start = data.draw(st.integers(0, len(migration)))
    slipped = migration[:start] + migration[start + data.draw(st.integers(1, 9)) :]
    assert [one.path for one in audited(migration, slipped).migrations] == [ADDED]


def test_generated_migrations_send_what_real_knex_sends(tmp_path):
    wrong = [figure for figure in invented(tmp_path, 60) if not figure.holds]
    assert [(figure.what, figure.told, figure.details) for figure in wrong] == []
