"""From SQL text to statements, whatever the text."""

import pytest

from analyzers.postgres.parser import ParsedStatement, SqlSyntaxError, parse


def told(sql):
    """Each part of a text as what it is and the text it stands on."""
    return [(type(part).__name__, sql[part.at.start : part.at.end]) for part in parse(sql)]


def test_statements_stand_on_their_own_text_without_spaces_and_comments():
    sql = "-- first\n select 1 ; ;; /* é */ drop table é -- last\n"
    assert told(sql) == [("ParsedStatement", "select 1"), ("ParsedStatement", "drop table é")]


@pytest.mark.parametrize("sql", ["", " \n", ";;", "-- nothing", "/* nothing */ ;"])
def test_a_text_without_statements_has_none(sql):
    assert parse(sql) == ()


def test_a_broken_statement_hides_none_of_its_neighbours():
    sql = "select 'é;'; selectt 2; create table t (a int); drop table x"
    assert told(sql) == [
        ("ParsedStatement", "select 'é;'"),
        ("SqlSyntaxError", "selectt 2"),
        ("ParsedStatement", "create table t (a int)"),
        ("ParsedStatement", "drop table x"),
    ]


def test_an_error_counts_characters_where_the_parser_counts_bytes():
    (error,) = parse("select 'ééé' fromm t x y")
    assert isinstance(error, SqlSyntaxError)
    assert "select 'ééé' fromm t x y"[error.offset :] == "t x y"


@pytest.mark.parametrize("tail", ["'abc", '"abc', "/* abc", "$$ abc"])
def test_what_stands_before_an_unfinished_string_is_still_read(tail):
    sql = f"drop table a; select 1, {tail}; drop table b"
    assert told(sql) == [
        ("ParsedStatement", "drop table a"),
        ("SqlSyntaxError", f"select 1, {tail}; drop table b"),
    ]


def test_semicolons_in_the_body_of_a_function_part_nothing():
    sql = "create function f() returns int begin atomic select 1; select 2; end; selectt"
    assert [kind for kind, _ in told(sql)] == ["SqlSyntaxError"]


def test_a_name_that_became_a_reserved_word_in_16_still_parses():
    sql = "create table system_user (id int, system_user text); drop table t"
    first, second = parse(sql)
    assert isinstance(first, ParsedStatement)
    assert isinstance(second, ParsedStatement)
    assert (first.refused_since, second.refused_since) == (16, None)
    assert (
        sql[first.at.start : first.at.end] == "create table system_user (id int, system_user text)"
    )


@pytest.mark.parametrize(
    "sql",
    [
        "select 1\0; drop table t",
        "/*" * 50 + "*/" * 50,
        "select 1 " + "+" * 5000,
        "select '\ud800'",
        "select 1;" * 200_000,
    ],
    ids=["nul", "nested comments", "long operator", "half a surrogate pair", "megabytes"],
)
def test_what_the_parser_must_not_see_is_refused_before_it(sql):
    assert [type(part) for part in parse(sql)] == [SqlSyntaxError]


def test_a_statement_nested_too_deeply_is_kept_though_it_is_not_read():
    deep = "select " + " + ".join(["1"] * 500)
    unread, read = parse(f"{deep}; drop table t")
    assert isinstance(unread, ParsedStatement)
    assert isinstance(read, ParsedStatement)
    assert unread.node is None
    assert read.node is not None
