"""Queries that nobody waits for, slips, and what depends on where it runs."""

import pytest

from analyzers.knex.execution import Habit
from tests.javascript.running import executed, sent, source, up, up_with


def observed(text, habit):
    return [
        (source(text, o.span), o.subject) for o in executed(text).observations if o.habit is habit
    ]


def floating(body):
    return [at for at, _ in observed(up_with(body), Habit.NOT_AWAITED)]


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ("knex.raw('a')", "knex.raw('a')"),
        ("const q = knex.raw('a')", "knex.raw('a')"),
        ("knex.raw('a').then(() => {})", "knex.raw('a').then(() => {})"),
        ("void knex.raw('a')", "knex.raw('a')"),
        ("(async () => { await knex.raw('a') })()", "(async () => { await knex.raw('a') })()"),
        ("['a'].forEach(async (n) => { await knex.raw(n) })",
         "forEach(async (n) => { await knex.raw(n) })"),
        ("['a'].forEach((n) => knex.raw(n))", "forEach((n) => knex.raw(n))"),
        ("['a'].map((n) => knex.raw(n))", "['a'].map((n) => knex.raw(n))"),
        ("const rows = await knex('t'); rows.forEach((r) => knex.raw('x'))",
         "rows.forEach((r) => knex.raw('x'))"),
        ("const f = async () => { await knex.raw('a') }; f(); await knex.raw('b')", "f()"),
        ("await knex.raw('a').then(() => { knex.raw('b') })", "knex.raw('b')"),
    ],
)  # fmt: skip
def test_a_query_that_nobody_waits_for_is_observed(body, at):
    found = floating(body)
    assert len(found) == 1
    assert at.endswith(found[0]) or found[0] == at


@pytest.mark.parametrize(
    "body",
    [
        "await knex.raw('a')",
        "return knex.raw('a')",
        "const q = knex.raw('a'); await q",
        "const p = knex.raw('a').then(() => {}); await p",
        "await Promise.all([knex.raw('a'), knex.raw('b')])",
        "const list = []; list.push(knex.raw('a')); await Promise.all(list)",
        "await knex.raw('a', knex.raw('b'))",
        "(() => { console.log(1) })()",
        "(async () => { console.log(1) })()",
        "await knex.table((t) => { t.text('a') })",
        "const f = () => knex.raw('a'); await f()",
        "return knex.raw('a').then(() => knex.raw('b'))",
    ],
)
def test_a_query_that_is_waited_for_is_not_observed(body):
    assert floating(body) == []


def test_a_query_that_up_neither_awaits_nor_returns_is_never_sent():
    text = "exports.up = function (knex) { knex.raw('a') };"
    assert sent(executed(text)) == []
    assert observed(text, Habit.NOT_AWAITED) == [("knex.raw('a')", "knex.raw('a')")]


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ("await knex.schmea.createTable('x')", "schmea"),
        ("await knex.rwa('x')", "rwa"),
        ("await knex.table((t) => { t.strng('a') })", "strng"),
    ],
)
def test_a_method_that_the_host_does_not_have_is_observed_at_its_name(body, at):
    assert observed(up_with(body), Habit.UNKNOWN_METHOD) == [(at, at)]


def test_looking_whether_a_member_exists_is_no_slip():
    assert not up("if (knex.nothing) await knex.raw('a')").observations


@pytest.mark.parametrize(
    "body",
    [
        "if (process.env.NODE_ENV === 'production') await knex.raw('a')",
        "const p = process.env.NODE_ENV; if (p !== 'test') await knex.raw('a')",
        "await knex.raw(Math.random() > 0.5 ? 'a' : 'b')",
        "if (Date.now() > 5) await knex.raw('a')",
        "if (new Date() > 5) return",
    ],
)
def test_a_decision_by_environment_clock_or_chance_is_observed(body):
    assert len(observed(up_with(body), Habit.ENVIRONMENT)) == 1


@pytest.mark.parametrize(
    "body", ["await knex.raw(new Date())", "await knex.raw(process.env.X)", "if (knex) return"]
)
def test_a_value_that_decides_nothing_is_not_observed(body):
    assert observed(up_with(body), Habit.ENVIRONMENT) == []


def test_the_environment_is_what_the_configuration_says():
    body = "await knex.raw(`set schema '${process.env.DB_SCHEMA}'`); await knex.raw(process.env.NO)"
    assert sent(up(body, environment={"DB_SCHEMA": "app"})) == ["set schema 'app'", "<>"]
