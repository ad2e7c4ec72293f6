"""Which lock modes exclude each other, as two sessions on servers of every major find out."""

import json
from pathlib import Path

import psycopg
import pytest

from analyzers.postgres.locks import LockMode
from analyzers.settings import NEWEST_POSTGRES, OLDEST_POSTGRES
from tests.postgres.server import running_server

MEASURED = json.loads((Path(__file__).parent / "conflicts.json").read_text())
"""For groups of majors: the modes that each mode excludes, measured by `conflicts` below."""


def conflicts(address):
    """The modes that another session cannot take while one holds a mode."""
    with (
        psycopg.connect(address, autocommit=True) as one,
        psycopg.connect(address, autocommit=True) as other,
    ):
        one.execute("CREATE TABLE IF NOT EXISTS t (a int)")
        return {held.value: sorted(_refused(held, one, other)) for held in LockMode}


def _refused(held, one, other):
    with one.transaction():
        one.execute(f"LOCK TABLE t IN {held.sql} MODE")
        for wanted in LockMode:
            try:
                with other.transaction():
                    other.execute(f"LOCK TABLE t IN {wanted.sql} MODE NOWAIT")
            except psycopg.errors.LockNotAvailable:
                yield wanted.value


def worked_out():
    return {
        held.value: sorted(mode.value for mode in LockMode if held.conflicts(mode))
        for held in LockMode
    }


def test_modes_conflict_as_they_do_on_a_server():
    with running_server() as address:
        assert conflicts(address) == worked_out()


@pytest.mark.parametrize("major", range(OLDEST_POSTGRES, NEWEST_POSTGRES + 1))
def test_modes_conflict_as_they_were_measured_on_each_major(major):
    (group,) = (group for group in MEASURED if major in group["majors"])
    assert {mode: sorted(others) for mode, others in group["conflicts"].items()} == worked_out()


def test_whom_a_mode_blocks_is_said_as_it_conflicts():
    for mode in LockMode:
        assert ("reads and writes" in mode.whom) == mode.blocks_reads
        assert mode.whom.startswith("blocks writes") == (
            mode.blocks_writes and not mode.blocks_reads
        )
