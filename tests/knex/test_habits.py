"""What the builders say of a migration beside its SQL."""

import pytest

from analyzers.knex.execution import Habit
from analyzers.knex.release import Release
from tests.knex.running import run, source, sql


def habits(body: str, habit: Habit, release: str = "3.3.0") -> list[str]:
    version = tuple(map(int, release.split(".")))
    execution = run(body, release=Release(version))
    return [source(body, o.span) for o in execution.observations if o.habit is habit]


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ("await knex('t').limit(5).update({ a: 1 });", "limit(5)"),
        (
            "await knex('t').join('u', 'u.id', 't.id').update({ a: 1 });",
            "join('u', 'u.id', 't.id')",
        ),
        (
            "await knex.schema.table('t', (t) => { t.integer('p').references('id'); });",
            "references('id')",
        ),
        (
            "await knex.schema.table('t', (t) => { t.index(['a'], 'i', { indexType: 'gin' }); });",
            "t.index(['a'], 'i', { indexType: 'gin' })",
        ),
        (
            "await knex.schema.table('t', (t) => { t.unique('a', { nullsNotDistinct: true }); });",
            "t.unique('a', { nullsNotDistinct: true })",
        ),
        (
            "await knex.schema.table('t', (t) => { t.dropChecks('a', 'b'); });",
            "t.dropChecks('a', 'b')",
        ),
        ("await knex.schema.table('t', (t) => { t.string('a').after('b'); });", "after('b')"),
        (
            "await knex.schema.createTable('t', (t) => { t.primary('a'); t.primary('b'); });",
            "t.primary('b')",
        ),
    ],
)
def test_what_knex_drops_without_a_word(body, at):
    assert habits(body, Habit.IGNORED_BY_KNEX) == [at]


def test_what_older_releases_drop():
    body = "await knex('t').limit(5).del();"
    assert habits(body, Habit.IGNORED_BY_KNEX, "3.1.0") == ["limit(5)"]
    assert run(body).throws is not None


@pytest.mark.parametrize(
    "body",
    [
        "await knex('t').limit(5);",
        "await knex('t').where('a', 1).update({ a: 2 });",
        "await knex.schema.table('t', (t) => { t.integer('p').references('u.id'); });",
        "await knex.schema.table('t', (t) => { t.integer('p').unsigned(); });",
        "await knex.schema.table('t', (t) => { t.index(['a'], 'i', 'gin'); });",
        "await knex.schema.createTable('t', (t) => { t.string('a').primary(); });",
    ],
)
def test_nothing_is_said_of_what_knex_does_send(body):
    assert habits(body, Habit.IGNORED_BY_KNEX) == []


def test_an_async_callback_is_not_awaited():
    body = "await knex.schema.createTable('t', async (table) => { table.increments(); });"
    assert habits(body, Habit.ASYNC_CALLBACK) == [body[len("await knex.schema.") : -1]]
    assert sql(run(body)) == ['create table "t" ("id" serial primary key)']


def test_a_plain_callback_is_no_habit():
    body = "await knex.schema.createTable('t', (table) => { table.increments(); });"
    assert run(body).observations == ()


@pytest.mark.parametrize(
    "body",
    [
        "await knex.schmea.dropTable('t');",
        "await knex.schema.dropTabel('t');",
        "await knex.schema.table('t', (t) => { t.strng('a'); });",
        "await knex.schema.createTable('t', (t) => { t.dropColumn('a'); });",
        "await knex.schema.createTable('t', (t) => { t.string('a').alter(); });",
        "await knex.schema.table('t', (t) => { t.integer('a').references('id').onDelete('x'); });",
    ],
)
def test_a_method_that_knex_does_not_have(body):
    assert len(habits(body, Habit.UNKNOWN_METHOD)) == 1


def test_a_method_of_a_later_release():
    body = "await knex.schema.table('t', (t) => { t.dropUniqueIfExists('a'); });"
    assert len(habits(body, Habit.UNKNOWN_METHOD, "3.1.0")) == 1
    assert habits(body, Habit.UNKNOWN_METHOD) == []
