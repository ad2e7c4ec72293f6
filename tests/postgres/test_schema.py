"""What a history tells of a database, and what it leaves open."""

import subprocess
import sys
from pathlib import Path

import pytest

from analyzers.postgres.operations import Name
from analyzers.postgres.schema import Schema
from tests.postgres.replaying import EMPTY, after

UNKNOWN = Schema()


def test_a_history_that_began_with_an_empty_database_knows_what_is_missing():
    assert EMPTY.has_table(Name("t")) is False
    assert UNKNOWN.has_table(Name("t")) is None


@pytest.mark.parametrize("start", [EMPTY, UNKNOWN])
def test_a_table_that_was_made_is_there_until_it_is_dropped(start):
    made = after("create table t (a int)", start)
    assert (made.has_table(Name("t")), made.has_column(Name("t"), "a")) == (True, True)
    assert made.has_column(Name("t"), "b") is False
    gone = after("drop table t", made)
    assert (gone.has_table(Name("t")), gone.has_column(Name("t"), "a")) == (False, False)


def test_a_change_of_a_table_nobody_knows_tells_only_what_it_says():
    schema = after("alter table t add column a int, drop column b", UNKNOWN)
    assert schema.has_table(Name("t")) is True
    assert [schema.has_column(Name("t"), c) for c in ("a", "b", "c")] == [True, False, None]


def test_what_may_have_run_leaves_in_doubt_what_it_touches():
    made = after("create table t (a int, b int); create table u (x int)")
    schema = after(
        "alter table t add column c int, drop column b; create table w (a int)",
        made,
        conditional=True,
    )
    assert [schema.has_column(Name("t"), c) for c in ("a", "b", "c", "d")] == [
        True,
        None,
        None,
        None,
    ]
    assert schema.has_table(Name("t")) is True
    assert schema.has_table(Name("w")) is None
    assert schema.tables[Name("u", "public")] is made.tables[Name("u", "public")]


def test_a_drop_that_may_have_run_leaves_the_table_in_doubt():
    schema = after("drop table t", after("create table t (a int)"), conditional=True)
    assert schema.has_table(Name("t")) is None
    assert schema.has_column(Name("t"), "a") is None


def test_work_on_a_table_in_doubt_shows_that_it_is_there():
    doubtful = after("create table t (a int)", UNKNOWN, conditional=True)
    assert doubtful.has_table(Name("t")) is None
    assert after("alter table t add b int", doubtful).has_table(Name("t")) is True


def test_if_not_exists_on_an_unknown_history_promises_no_columns():
    schema = after("create table if not exists t (a int)", UNKNOWN)
    assert schema.has_table(Name("t")) is True
    assert schema.has_column(Name("t"), "b") is None


def test_names_are_looked_up_along_the_search_path():
    schema = after("create schema app; create table app.t (a int); create table t (b int)")
    assert schema.has_column(Name("t"), "b") is True
    assert after("set search_path to app, public", schema).has_column(Name("t"), "a") is True
    assert schema.has_column(Name("t", "app"), "a") is True


def test_only_rows_of_other_tables_make_a_new_table_an_old_one():
    made = after("create table t (a int); insert into t values (1)")
    assert made.tables[Name("t", "public")].new
    assert not after("insert into t select a from u", made).tables[Name("t", "public")].new
    assert not made.settled().tables[Name("t", "public")].new


def test_equal_content_has_an_equal_digest_however_it_came_about():
    one = after("create table t (a int); create table u (b int)")
    other = after("create table u (b int); create table t (x int); alter table t rename x to a")
    assert (one == other, one.digest == other.digest) == (True, True)
    assert one.digest != after("alter table t add c int", one).digest


def test_a_digest_is_the_same_in_every_process():
    told = {
        subprocess.run(
            [sys.executable, "-c", PRINT_DIGEST],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1
    assert len(told.pop().strip()) == 64


PRINT_DIGEST = """
from tests.postgres.replaying import after
print(after("create table t (a int check (a > 0 and b > 0 and c > 0), b int, c int)").digest)
"""
