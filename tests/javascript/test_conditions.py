"""Conditions that only a run decides: both arms happen, `?` marks what they send."""

import pytest

from tests.javascript.running import marks, reasons, sql, up

ROWS = "const rows = await knex('t'); "
MAY_THROW = "function q(r) { if (r.x) throw new Error() } await knex.raw(f())"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if (rows.length) await knex.raw('a'); await knex.raw('b')", ["?a", "b"]),
        ("if (rows.x) await knex.raw('a'); else await knex.raw('b')", ["?a", "?b"]),
        ("if (rows.x) return; await knex.raw('a')", ["?a"]),
        ("if (rows.x) { return knex.raw('a') } return knex.raw('b')", ["?a", "?b"]),
        ("if (rows.x) throw new Error(); await knex.raw('a')", ["?a"]),
        ("await (rows.x ? knex.raw('a') : knex.raw('b'))", ["?a", "?b"]),
        ("rows.x && await knex.raw('a'); await knex.raw('b')", ["?a", "b"]),
        ("const q = rows.x ? knex.raw('a') : null; await q; await knex.raw('b')", ["?a", "b"]),
        ("switch (rows.x) { case 1: await knex.raw('a') } await knex.raw('b')", ["?a", "b"]),
        ("const f = () => { if (rows.x) return; }; f(); await knex.raw('a')", ["a"]),
        ("const f = async () => { if (rows.x) await knex.raw('a') }; await f()", ["?a"]),
        ("await knex.raw('a').then(r => r.x ? knex.raw('b') : knex.raw('c'))", ["a", "?b", "?c"]),
        ("if (rows.x && false) await knex.raw('a')", []),
        ("if (rows.x || true) await knex.raw('a')", ["a"]),
        ("for (const n of ['1', '2']) { if (rows.x) continue; await knex.raw(n) }", ["?1", "?2"]),
        (
            "for (const n of '12') { if (rows.x) break; await knex.raw(n) } await knex.raw('3')",
            ["?1", "?2", "3"],
        ),
        (
            "for (const n of ['1', '2']) { if (rows.x) return; } await knex.raw('3')",
            ["?3"],
        ),
    ],
)
def test_what_stands_behind_an_unknown_condition_is_conditional(body, expected):
    assert marks(ROWS + body) == ["select from t", *expected]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("let a = 'x'; if (rows.x) a = 'y'; await knex.raw(a)", "<x | y>"),
        ("let a = 'x'; if (rows.x) a = 'x'; await knex.raw(a)", "x"),
        ("const o = { a: 'x' }; if (rows.x) { o.a = 'y' } await knex.raw(o.a)", "<x | y>"),
        ("const l = ['x']; if (rows.x) { l.push('y') } await knex.raw(l)", "x,<>"),
        ("const a = rows.x ? 'x' : 'y'; await knex.raw(`${a}!`)", "<x! | y!>"),
        ("const a = rows.x ? 'x' : 'y'; await knex.raw(a + '!')", "<x! | y!>"),
        ("const f = () => { if (rows.x) return 'x'; return 'y' }; await knex.raw(f())", "<x | y>"),
        ("const f = () => { try { q(rows); return 'x' } catch { return 'y' } }; " + MAY_THROW,
         "<x | y>"),
        ("let a = 'x'; if (rows.x) { a = 'y'; return } await knex.raw(a)", "x"),
        ("let a = rows.x; a ??= 'x'; await knex.raw(a)", "<<> | x>"),
        ("const { a = 'x' } = rows; await knex.raw(a)", "<>"),
        ("let a = 'x'; rows.forEach(() => { a = 'y' }); await knex.raw(a)", "<x | y>"),
        ("await knex.raw(rows.x ? 'a' : 'b', rows.y === 1)", "<a | b> / <>"),
    ],
)  # fmt: skip
def test_what_the_arms_disagree_on_is_unknown_with_the_values_that_it_may_have(body, expected):
    assert sql(ROWS + body)[1:] == [expected]


def test_a_variable_is_as_it_was_for_the_second_arm():
    body = ROWS + "let n = 'x'; if (rows.x) { n = 'y' } else { await knex.raw(n) }"
    assert marks(body)[1:] == ["?x"]


@pytest.mark.parametrize(
    "body",
    [
        "const a = knex.fooled; if (a) await knex.raw('no')",
        "if (!rows && rows) await knex.raw('no')",
        "const [first] = []; if (first) await knex.raw('no')",
    ],
)
def test_a_known_condition_chooses(body):
    assert sql("const rows = 1; " + body) == []


def test_a_condition_alone_leaves_nothing_unresolved():
    assert not reasons(up(ROWS + "if (rows.length) await knex.raw('a')"))


def test_an_unknown_method_name_with_known_alternatives_is_each_of_them():
    body = ROWS + "const how = rows.x ? 'text' : 'index'; await knex.table((t) => t[how]('c'))"
    assert marks(body)[1:] == ["?table c", "?table c", "table"]
