"""Settings and locks between the statements of a transaction."""

from analyzers.postgres.effects import effects
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import Name
from analyzers.postgres.replay import apply
from analyzers.postgres.schema import Schema
from analyzers.postgres.transaction import Transaction
from tests.postgres.replaying import after, operations

TABLES = after("create table p (id int primary key); create table t (a int)").settled()


def run(sql, start=None, schema=TABLES):
    transaction = start or Transaction.begun()
    for operation in operations(sql):
        effect = effects(operation, schema, transaction, 15)
        transaction = transaction.advance(operation, effect)
        schema = apply(schema, operation)
    return transaction


def value(setting):
    return setting.value if setting else None


def test_a_setting_is_in_force_until_it_is_reset():
    assert value(run("set lock_timeout = '5s'").lock_timeout) == "5s"
    assert run("set lock_timeout = '5s'; reset lock_timeout").lock_timeout is None
    assert run("set lock_timeout = 0").lock_timeout is None
    assert run("set lock_timeout = '0ms'").lock_timeout is None


def test_a_local_setting_outside_of_a_transaction_does_nothing():
    assert run("set local lock_timeout = '5s'", Transaction.none()).lock_timeout is None


def test_a_local_setting_ends_with_its_transaction_and_another_one_leaks():
    both = run("set local lock_timeout = '5s'; set statement_timeout = '1min'; commit")
    assert both.lock_timeout is None
    assert value(both.statement_timeout) == "1min"


def test_rollback_takes_settings_back():
    assert run("set lock_timeout = '5s'; rollback").lock_timeout is None
    assert run("savepoint a; set lock_timeout = '5s'; rollback to a").lock_timeout is None


def test_a_local_setting_hides_the_sessions_until_the_transaction_ends():
    hidden = run("set lock_timeout = '5s'; set local lock_timeout = '1s'")
    assert value(hidden.lock_timeout) == "1s"
    assert value(run("commit", hidden).lock_timeout) == "5s"
    assert run("set lock_timeout = '5s'; set local lock_timeout to default").lock_timeout is None


def test_a_setting_of_the_session_replaces_a_local_one():
    replaced = run("set local lock_timeout = '1s'; set lock_timeout = '5s'")
    assert value(replaced.lock_timeout) == "5s"
    assert value(run("commit", replaced).lock_timeout) == "5s"
    assert run("set local lock_timeout = '1s'; reset lock_timeout").lock_timeout is None


def test_reset_all_leaves_no_setting():
    assert run("set lock_timeout = '5s'; reset all").lock_timeout is None


def test_every_timeout_is_told_apart():
    all_three = run(
        "set lock_timeout = 1; set local statement_timeout = '2s'; set transaction_timeout = 3"
    )
    assert value(all_three.lock_timeout) == "1"
    assert value(all_three.statement_timeout) == "2s"
    assert value(all_three.transaction_timeout) == "3"


def test_locks_are_held_until_the_end():
    held = run("create index on t (a); alter table t add column b int; select 1")
    assert held.holds(Name("t", "public")) == {LockMode.SHARE, LockMode.ACCESS_EXCLUSIVE}
    assert run("commit", held).holds(Name("t", "public")) == frozenset()
    assert run("alter table t add b int", Transaction.none()).locks == {}


def test_a_savepoint_gives_back_the_locks_taken_since():
    held = run("lock table t in share mode; savepoint a; drop table t; rollback to a")
    assert held.holds(Name("t", "public")) == {LockMode.SHARE}


def test_a_savepoint_can_be_gone_back_to_again_and_again():
    once = run("savepoint a; savepoint b; set lock_timeout = 1; rollback to a")
    again = run("lock table t; rollback to a", once)
    assert again.lock_timeout is None
    assert dict(again.locks) == {}
    assert [saved.name for saved in again.savepoints] == ["a"]


def test_a_released_savepoint_leaves_what_was_done_since():
    kept = run("savepoint a; set local lock_timeout = 1; lock table t; release a")
    assert value(kept.lock_timeout) == "1"
    assert kept.holds(Name("t", "public")) == {LockMode.ACCESS_EXCLUSIVE}
    assert kept.savepoints == ()


def test_only_locks_that_keep_writes_out_are_strong():
    held = run("update t set a = 1; lock table p in share mode; lock table p")
    assert list(held.strong()) == [(Name("p", "public"), LockMode.ACCESS_EXCLUSIVE)]


def test_concurrent_builds_are_refused_inside_of_a_transaction_only():
    (build,) = operations("create index concurrently on t (a)")
    assert effects(build, TABLES, Transaction.begun(), 15).error == "25001"
    assert effects(build, TABLES, Transaction.none(), 15).error is None


def test_locks_of_a_new_table_block_nobody():
    (build,) = operations("create index on n (a)")
    schema = after("create table n (a int)", TABLES)
    assert effects(build, schema, Transaction.begun(), 15).blocking() == ()
    (build,) = operations("create index on t (a)")
    assert [
        lock.relation for lock in effects(build, schema, Transaction.begun(), 15).blocking()
    ] == [Name("t", "public")]


def test_a_table_that_nobody_knows_is_locked_like_any_other():
    (added,) = operations("alter table somewhere add column a int")
    effect = effects(added, Schema(), Transaction.begun(), 15)
    assert effect.strongest(Name("somewhere", "public")) is LockMode.ACCESS_EXCLUSIVE
    assert effect.error is None


REFERRING = after("create table r (id int primary key); create table t (a int references r)")


def test_a_lock_that_the_rows_decide_about_is_held_perhaps():
    held = run("insert into t values (1)", schema=REFERRING.settled())
    assert held.holds(Name("r", "public")) == {LockMode.ROW_SHARE}
    assert held.surely_holds(Name("r", "public")) == frozenset()
    assert held.surely_holds(Name("t", "public")) == {LockMode.ROW_EXCLUSIVE}


def test_a_lock_that_is_taken_for_certain_later_is_held_surely():
    held = run(
        "insert into t values (1); lock table r in row share mode", None, REFERRING.settled()
    )
    assert held.surely_holds(Name("r", "public")) == {LockMode.ROW_SHARE}


def test_a_lock_that_is_held_perhaps_is_on_a_table_under_its_new_name():
    held = run("insert into t values (1); alter table r rename to s", None, REFERRING.settled())
    assert held.surely_holds(Name("s", "public")) == {LockMode.ACCESS_EXCLUSIVE}
    assert held.holds(Name("s", "public")) == {LockMode.ROW_SHARE, LockMode.ACCESS_EXCLUSIVE}
