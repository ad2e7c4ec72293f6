"""Trees: places in characters, slips that don't lose the file, and what is never parsed."""

import pytest

from analyzers.javascript.machine import load
from analyzers.javascript.syntax import TooLarge
from analyzers.memory import MemoryTree
from analyzers.source import SourceFile
from tests.javascript.running import PATH, executed, loaded, reasons, sent, source


def spans_of_sql(text):
    (statement,) = executed(text).statements
    return [(piece.text, source(text, piece.span)) for piece in statement.sql.pieces]


def test_each_piece_of_a_text_stands_where_it_was_written():
    text = "const t = 'users';\nexports.up = (knex) => knex.raw(`drop ${t}\\n;`);"
    assert spans_of_sql(text) == [("drop ", "drop "), ("users", "users"), ("\n", "\\n"), (";", ";")]


@pytest.mark.parametrize("before", ["", "// ä\n", "/* 😀 € */ ", "const s = 'ünï😀';\n"])
def test_places_count_characters_not_bytes(before):
    text = before + "exports.up = (knex) => knex.raw('größe 😀' + 'x');"
    assert spans_of_sql(text) == [("größe 😀", "größe 😀"), ("x", "x")]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("'a' + 'b'", [("a", "a"), ("b", "b")]),
        ("'abc'.slice(1)", [("bc", "bc")]),
        ("'a,b'.split(',')[1]", [("b", "b")]),
        ("'a-b'.replace('-', '+')", [("a", "a"), ("+", "+"), ("b", "b")]),
        ("['a', 'b'].join('')", [("a", "a"), ("b", "b")]),
        ("' a '.trim()", [("a", "a")]),
        ("'ab'.toUpperCase()", [("AB", "ab")]),
        ("`${1 + 1}`", [("2", "${1 + 1}")]),
        ("'\\x41\\u{42}'", [("A", "\\x41"), ("B", "\\u{42}")]),
    ],
)
def test_operations_keep_the_origin_of_what_they_keep(text, written):
    assert spans_of_sql(f"exports.up = (knex) => knex.raw({text});") == written


@pytest.mark.parametrize(
    ("call", "at"),
    [
        ("knex.raw('a')", "knex.raw('a')"),
        ("knex.schema.raw('a')", "raw('a')"),
        ("knex\n  .raw('a')", "knex\n  .raw('a')"),
        ("f(1).raw('a')", "raw('a')"),
    ],
)
def test_a_call_stands_at_its_name_or_at_the_plain_name_before_it(call, at):
    from analyzers.javascript.values import Host, Native

    places = []

    class Noting(Host):
        def get(self, machine, key, at):
            return self if key == "schema" else Native(key, self._note)

        def _note(self, machine, arguments, at):
            places.append(at)
            return self

    from analyzers.findings import Direction
    from analyzers.javascript.machine import run
    from analyzers.knex.execution import Ignorant

    text = f"exports.up = (knex) => {{ const f = () => knex; {call}; }};"
    run(loaded(text), Direction.UP, [Noting()], database=Ignorant())
    assert [source(text, place) for place in places] == [at]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("exports.up = (knex) => {\n  knex.raw('a'\n};", 2),
        ("exports.up = (knex) => {\n  const = 3;\n};", 2),
        ("exports.up = (knex) => knex.raw('a');\nfoo bar baz", 2),
    ],
)
def test_a_syntax_error_has_its_place(text, line):
    problems = loaded(text).problems
    assert problems
    assert SourceFile(PATH, text).place(problems[0].span).line == line


def test_a_slip_does_not_lose_the_rest_of_the_file():
    text = "exports.down = () => {};\nconst = 3;\nexports.up = (knex) => knex.raw('a');"
    assert sent(executed(text)) == ["a"]
    assert loaded(text).problems


def test_a_file_without_slips_has_no_problems():
    assert not loaded("#!/usr/bin/env node\n'use strict';\nexports.up = () => {};").problems


@pytest.mark.parametrize(
    "text", ["{a:" * 100_000, "[" * 501, "(" * 501, " " * 1_000_001, "`${" * 600]
)
def test_what_is_too_large_or_too_deep_is_refused_before_it_is_parsed(text):
    with pytest.raises(TooLarge, match=PATH):
        load(MemoryTree({PATH: text}), PATH)


@pytest.mark.parametrize(
    "text",
    [
        "!" * 50_000 + "1",
        "a=>" * 50_000 + "1",
        "+".join(["1"] * 50_000),
        "1?" * 20_000 + "1" + ":1" * 20_000,
        "a" + ".b" * 50_000,
        "if(a)" * 50_000 + ";",
        "x=" * 50_000 + "1",
        "async()=>" * 20_000 + "1",
        "{}" * 50_000,
    ],
)
def test_depth_without_brackets_is_survived(text):
    loaded(f"var a; {text}")


@pytest.mark.parametrize(
    "await_", ["await (async () => knex.raw('a'))()", "await [1].map(() => 1)"]
)
def test_await_before_brackets_is_await(await_):
    execution = executed(f"exports.up = async (knex) => {{ {await_} }};")
    assert execution.throws is None
    assert not reasons(execution)
