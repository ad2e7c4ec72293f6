"""Which lock modes exclude each other, as two sessions on a server find out."""

import psycopg
import pytest

from analyzers.postgres.locks import LockMode
from tests.postgres.server import running_server


@pytest.fixture(scope="module")
def sessions():
    with (
        running_server() as address,
        psycopg.connect(address, autocommit=True) as one,
        psycopg.connect(address, autocommit=True) as other,
    ):
        one.execute("CREATE TABLE t (a int)")
        yield one, other


@pytest.mark.parametrize("held", LockMode)
def test_modes_conflict_as_they_do_on_a_server(held, sessions):
    one, other = sessions
    refused = set()
    with one.transaction():
        one.execute(f"LOCK TABLE t IN {held.sql} MODE")
        for wanted in LockMode:
            try:
                with other.transaction():
                    other.execute(f"LOCK TABLE t IN {wanted.sql} MODE NOWAIT")
            except psycopg.errors.LockNotAvailable:
                refused.add(wanted)
    assert {mode for mode in LockMode if held.conflicts(mode)} == refused


def test_whom_a_mode_blocks_is_said_as_it_conflicts():
    for mode in LockMode:
        assert ("reads and writes" in mode.whom) == mode.blocks_reads
        assert mode.whom.startswith("blocks writes") == (
            mode.blocks_writes and not mode.blocks_reads
        )
