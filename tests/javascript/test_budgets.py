"""Every program ends, within its budget, and the same way each time."""

import time

import pytest

from tests.javascript.running import executed, reasons, sent, up, up_with


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("for (;;) {}", "more steps"),
        ("let i = 0; while (i >= 0) i++", "more steps"),
        ("const f = () => f(); f()", "deeper"),
        ("const f = async () => { await f() }; await f()", "deeper"),
        ("const f = async () => { await 1; await f() }; await f()", "deeper"),
        ("let s = 'x'; for (let i = 0; i < 40; i++) s += s; await knex.raw(s)", "longer"),
        ("let s = ['x']; for (let i = 0; i < 40; i++) s = [...s, ...s]", "larger"),
        ("let s = []; for (let i = 0; i < 400000; i++) s.push(i)", "more steps"),
        ("await knex.raw('x'.repeat(1e9))", "longer"),
        ("const a = Array(1e9)", "larger"),
        ("const tick = () => Promise.resolve().then(tick); await tick()", "more steps"),
        ("for (let i = 0; i < 30000; i++) await knex.raw('x')", "statements"),
        ("let x = 1; for (let i = 0; i < 1000; i++) x = [x]; await knex.raw(`${x}`)", None),
        ("const o = {}; o.o = o; await knex.raw(JSON.stringify(o))", None),
        ("const a = []; a.push(a); await knex.raw(`${a}`)", None),
        ("await knex.raw(/(a+)+$/.test('a'.repeat(40) + 'b'))", None),
        ("await knex.raw(/(a|a)*$/.test('a'.repeat(40) + 'b'))", None),
        ("await knex.raw(/a*a*a*a*a*b/.test('a'.repeat(1000)))", None),
        ("await knex.raw('x'.replace(/x/, 'y'.repeat(100000)).length)", None),
        ("class A extends A {}", None),
        ("const o = { get x() { return this.x } }; o.x", "deeper"),
        ("[3, 1, 2].sort(() => { throw new Error() })", None),
    ],
)
def test_a_program_ends(body, reason):
    begun = time.monotonic()
    found = reasons(up(body))
    assert time.monotonic() - begun < 30
    assert any(reason in each for each in found) if reason else not found


def test_what_was_sent_before_the_budget_ran_out_is_kept():
    execution = up("await knex.raw('a'); for (;;) {}")
    assert sent(execution) == ["a"]
    assert not execution.complete


def test_the_budget_ends_the_same_way_each_time():
    text = up_with("let i = 0; while (true) { i++; await knex.raw(`${i}`) }")
    assert executed(text) == executed(text)
