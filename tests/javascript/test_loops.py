"""Loops: known ones run as often as they would, others once, marked `*`."""

import pytest

from tests.javascript.running import marks, sql

ROWS = "const rows = await knex('t'); "


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("for (const r of rows) await knex.raw('a')", ["*a"]),
        ("for (const r of rows) await knex.raw(r.id)", ["*<>"]),
        ("for (let i = 0; i < rows.length; i++) await knex.raw('a', i)", ["*a / <>"]),
        ("for (const k in rows) await knex.raw(k)", ["*<>"]),
        ("await Promise.all(rows.map((r) => knex.raw('a')))", ["*a"]),
        ("await Promise.all(rows.map(async (r) => { await knex.raw('a') }))", ["*a"]),
        ("for (const q of rows.map((r) => 'x')) await knex.raw(q)", ["*x"]),
        ("await rows.reduce((p, r) => p.then(() => knex.raw('a')), Promise.resolve())", ["*a"]),
        ("let n = 0; for (const r of rows) { n++ } await knex.raw(n)", ["<>"]),
        ("const l = []; for (const r of rows) { l.push('x') } await knex.raw(l)", ["<>"]),
        (
            "while (true) { const b = await knex('u'); if (!b.length) break; await knex.raw('x') }",
            ["*select from u", "?*x"],
        ),
        (
            "let n; do { n = (await knex.raw('x')).rowCount } while (n > 0); await knex.raw('y')",
            ["*x", "y"],
        ),
        (
            "let done = false; while (!done) { const r = await knex.raw('x'); done = !r.length }",
            ["*x"],
        ),
        ("for (const r of rows) { if (r.x) return; await knex.raw('a') } await knex.raw('b')",
         ["?*a", "?b"]),
        ("for (const r of rows) { if (r.x) continue; await knex.raw('a') } await knex.raw('b')",
         ["?*a", "b"]),
        ("for (const r of rows) for (const n of ['1', '2']) await knex.raw(n)", ["*1", "*2"]),
        ("for (const n of rows.filter((r) => r.x)) await knex.raw('a')", ["*a"]),
        ("for (const n of ['1', '2'].filter(() => rows.x)) await knex.raw(n)", ["*1", "*2"]),
    ],
)  # fmt: skip
def test_a_loop_of_unknown_length_runs_once_for_all(body, expected):
    assert marks(ROWS + body)[1:] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("for (const n of ['1', '2']) await knex.raw(n)", ["1", "2"]),
        ("for (const [k, v] of Object.entries({ a: 'x' })) await knex.raw(k + v)", ["ax"]),
        ("for (let i = 0; i < 3; i++) await knex.raw(`${i}`)", ["0", "1", "2"]),
        ("let i = 0; do { await knex.raw(`${i}`); i += 1 } while (i < 2)", ["0", "1"]),
        ("await Promise.all(['a', 'b'].map((n) => knex.raw(n)))", ["a", "b"]),
        ("let i = 3; while (i--) await knex.raw(`${i}`)", ["2", "1", "0"]),
        ("for (const n of new Set(['a', 'a'])) await knex.raw(n)", ["a"]),
        ("for (const [k] of new Map([['a', 1]])) await knex.raw(k)", ["a"]),
    ],
)
def test_a_loop_of_known_length_runs_as_often_as_it_would(body, expected):
    assert marks(body) == expected


def test_what_changes_from_pass_to_pass_is_unknown_in_the_one_pass():
    body = (
        "let n = 0; while (true) { const r = await knex.raw(`from ${n}`); n += 1; if (r.x) break }"
    )
    assert sql(body) == ["<>"]
