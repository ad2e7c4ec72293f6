"""Errors: known ones end what they would end, possible ones make their handlers conditional."""

import pytest

from analyzers.knex.execution import Habit
from tests.javascript.running import executed, marks, source, up, up_with


def thrown(body):
    text = up_with(body)
    at = executed(text).throws
    return at and source(text, at)


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ("throw new Error('no')", "throw new Error('no')"),
        ("await knex.raw('a'); nope()", "nope"),
        ("const o = {}; o.f()", "o.f()"),
        ("undefined.x", "x"),
        ("await Promise.reject(new Error('no'))", "Promise.reject(new Error('no'))"),
        ("const c = 1; c = 2", "c"),
        ("const [c] = [1]; c = 2", "c"),
        ("for (const c of [1]) { c = 2 }", "c"),
    ],
)
def test_a_sure_error_is_told_where_it_happens(body, at):
    assert thrown(body) == at


@pytest.mark.parametrize(
    "body",
    [
        "try { nope() } catch (e) { await knex.raw('a') }",
        "await knex.raw('a').then(() => { throw new Error() }).catch((e) => knex.raw(e.name))",
        "const rows = await knex('t'); if (!rows.length) throw new Error('none')",
        "const f = async () => { throw new Error() }; await f().catch(() => knex.raw('b'))",
        "if (typeof nope !== 'undefined') nope()",
    ],
)
def test_an_error_that_is_caught_or_only_possible_is_not_told(body):
    assert thrown(body) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("try { await knex.raw('a') } catch (e) { await knex.raw('b') } await knex.raw('c')",
         ["a", "?b", "c"]),
        ("try { const x = 1 } catch (e) { await knex.raw('b') }", []),
        ("try { nope() } catch (e) { await knex.raw('b') }", ["b"]),
        ("try { await knex.raw('a') } catch (e) { return } await knex.raw('c')", ["a", "c"]),
        ("try { await knex.raw('a') } finally { await knex.raw('b') }", ["a", "b"]),
        ("await knex.raw('a').catch(() => knex.raw('b')).then(() => knex.raw('c'))",
         ["a", "?b", "c"]),
        ("await knex.raw('a').then(() => knex.raw('b'), () => knex.raw('c'))", ["a", "?c", "b"]),
    ],
)  # fmt: skip
def test_a_handler_of_possible_errors_is_conditional(body, expected):
    assert marks(body) == expected


def swallowed(body):
    return [
        source(up_with(body), o.span)
        for o in up(body).observations
        if o.habit is Habit.SWALLOWED_ERROR
    ]


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (
            "try { await knex.raw('a') } catch (e) { console.log(e) }",
            "catch (e) { console.log(e) }",
        ),
        ("try { await knex.raw('a') } catch {}", "catch {}"),
        ("await knex.raw('a').catch(() => {})", "catch(() => {})"),
        ("await knex.raw('a').catch(console.error)", "catch(console.error)"),
        ("try { await knex.raw('a') } catch (e) { return }", "catch (e) { return }"),
    ],
)
def test_an_error_that_is_caught_and_forgotten_is_observed(body, at):
    assert swallowed(body) == [at]


@pytest.mark.parametrize(
    "body",
    [
        "try { await knex.raw('a') } catch (e) { throw e }",
        "try { await knex.raw('a') } catch (e) { if (e.code !== '42P07') throw e }",
        "try { await knex.raw('a') } catch (e) { await knex.raw('b') }",
        "await knex.raw('a').catch((e) => { throw e })",
        "await knex.raw('a').catch(() => knex.raw('b'))",
        "const ok = await knex.raw('a').then(() => true).catch(() => false)",
        "try { await knex.raw('a') } finally { console.log('done') }",
        "try { JSON.parse('{}') } catch (e) {}",
    ],
)
def test_an_error_that_is_handled_is_not_observed(body):
    assert swallowed(body) == []
