"""Each kind of mistake in `.github/migaudit.yml`: where it stands, what is allowed there."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.configuration import parse
from analyzers.findings import Severity
from analyzers.rules import catalogue
from analyzers.settings import Settings
from analyzers.shapes import MAX_PROBLEMS


def read(content):
    return parse(content.encode() if isinstance(content, str) else content, catalogue())


def settings(content):
    read_ = read(content)
    assert not read_.problems
    return read_.settings


def told(content):
    """The places and the words of all problems."""
    read_ = read(content)
    assert read_.settings == Settings(), "something of an invalid file counts"
    return [
        (problem.place.line, problem.place.column, f"{problem.message} {problem.advice}".strip())
        for problem in read_.problems
    ]


def test_every_setting_is_read():
    assert settings("""\
fail_on: warning
postgres: 10
rules:
  drop-table: off
  drop-column: "notice"
env:
  DB_SCHEMA: shop
  EMPTY: ''
  LEADING: 007
  FLAG: true
directories: [./db//migrations/, packages/api/migrations]
""") == Settings(
        fail_on=Severity.WARNING,
        postgres=10,
        severities={"drop-table": None, "drop-column": Severity.NOTICE},
        environment={"DB_SCHEMA": "shop", "EMPTY": "", "LEADING": "007", "FLAG": "true"},
        directories=("db/migrations", "packages/api/migrations"),
    )


@pytest.mark.parametrize(
    "content",
    ["", "# nothing\n", "---\n", "{}", "\ufeff# marked\n", "env:\nrules:\ndirectories:\n"],
)
def test_what_says_nothing_changes_nothing(content):
    assert settings(content) == Settings()


@pytest.mark.parametrize("directive", ["", "%YAML 1.1\n---\n", "%YAML 1.2\n---\n"])
@pytest.mark.parametrize("off", ["off", "'off'", '"off"'])
def test_off_is_off_whatever_yaml_takes_it_for(directive, off):
    assert settings(f"{directive}rules: {{drop-table: {off}}}").severities == {"drop-table": None}


def test_nothing_fails_a_check_that_never_fails():
    assert settings("fail_on: never").fail_on is None


def test_the_root_may_hold_the_migrations():
    assert settings("directories: [.]").directories == ("",)


def test_windows_line_ends_count_as_one():
    assert told("env: {}\r\nfail_on: error\r\npostgres: x\r\n")[0][:2] == (3, 11)


@pytest.mark.parametrize(
    ("content", "line", "column", "words"),
    [
        ("postgres: 15\nfail-on: error\n", 2, 1, "no setting `fail-on`. Write `fail_on`. Allowed"),
        ("Postgres: 15", 1, 1, "Write `postgres`."),
        (
            "colour: red",
            1,
            1,
            "`colour`. Allowed are `fail_on`, `postgres`, `knex`, `rules`, `over",
        ),
        ("fail_on: erorr", 1, 10, "Write `error`."),
        ("fail_on: off", 1, 10, "Allowed are `notice`, `warning`, `error`, `never`."),
        ("fail_on:", 1, 8, "such as nothing"),
        ("fail_on: [error]", 1, 10, "such as a list"),
        ("postgres: 9", 1, 11, "from 10 to 18"),
        ("postgres: 19", 1, 11, "from 10 to 18"),
        ("postgres: 15.4", 1, 11, "this is `15.4`"),
        ("postgres: 0x0F", 1, 11, "this is `0x0F`"),
        ("postgres: '15'", 1, 11, "without quotes"),
        ("postgres: true", 1, 11, "this is `true`"),
        ("postgres:\n", 1, 9, "this is nothing"),
        ("rules:\n  drop-tabel: off", 2, 3, "Write `drop-table`. `migaudit rules` lists all."),
        ("rules:\n  all: off", 2, 3, "no rule `all`. `migaudit rules` lists all."),
        ("rules:\n  drop-table: false", 2, 15, "Allowed are `off`, `notice`, `warning`, `error`."),
        ("rules:\n  drop-table: OFF", 2, 15, "Write `off`."),
        ("rules: [drop-table]", 1, 8, "this is a list"),
        ("rules: off", 1, 8, "this is `off`"),
        ("rules:\n  ? [a]\n  : off", 2, 5, "this is a list"),
        ("rules:\n  drop-table: off\n  drop-table: error", 3, 3, "twice: first on line 2"),
        ("env:\n  A:\n  B: b", 2, 4, "this is nothing. Write its value as text, `''`"),
        ("env:\n  A: [b]", 2, 6, "this is a list"),
        ('env:\n  A: "\\0"', 2, 6, "`A` takes a text"),
        ("env:\n  1A: b", 2, 3, "`1A` is no name of a variable"),
        ("env: A=b", 1, 6, "this is `A=b`. Write `name: value` lines."),
        ("directories: db", 1, 14, "takes a list, and this is `db`"),
        ("directories: [a, ../b]", 1, 18, "this is `../b`"),
        ("directories: [/srv]", 1, 15, "this is `/srv`"),
        ("directories: ['db\\up']", 1, 15, "paths in the repository"),
        ("directories: [packages/*/up]", 1, 15, "paths in the repository"),
        ("directories: [a, {b: c}]", 1, 18, "this is a mapping"),
        ("- postgres", 1, 1, "this is a list"),
        ("postgres", 1, 1, "this is `postgres`"),
        ("env: &all {A: b}\nrules: *all", 2, 8, "an alias, which is never followed"),
        ("rules: !!map {}", 1, 8, "the tag"),
        ("env:\n  A: !!python/object:os.system b", 2, 6, "the tag"),
        ("fail_on: error\n---\nfail_on: never", 2, 1, "a second document begins here"),
        ("rules: {", 1, 9, "found '<stream end>'"),
        ("rules:\n\tdrop-table: off", 2, 1, "cannot start any token"),
        ("env:\n  A: b: c", 2, 7, "mapping values are not allowed here"),
        ("env: {A: 'b\n", 2, 1, "unexpected end of stream"),
        ("env:\n  A: \x07", 2, 6, "YAML takes no such character"),
        ('env: {A: "\\UFFFFFFFF"}', 1, 8, "a number is too large"),
        (b"env:\n  A: \xe4\xf6", 2, 6, "it is no UTF-8 text"),
        ("env: {}\n".encode("utf-16"), 1, 1, "it is no UTF-8 text"),
        ("[" * 30_000, 1, 21, "nested more than 20 deep"),
        ("{a: " * 15_000, 1, 81, "nested more than 20 deep"),
        ("#" * 70_000, 1, 1, "more than 64 kB"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_is_allowed(content, line, column, words):
    ((found_line, found_column, message),) = told(content)
    assert (found_line, found_column) == (line, column)
    assert words in message


def test_all_mistakes_are_told_at_once():
    found = told("""\
fail-on: warning
postgres: "15"
rules:
  missing-locktimeout: ignore
env: []
""")
    assert [(line, column) for line, column, _ in found] == [
        (1, 1),
        (2, 11),
        (4, 3),
        (4, 24),
        (5, 6),
    ]


def test_of_very_many_mistakes_some_are_told():
    assert len(told("".join(f"key{n}: x\n" for n in range(5_000)))) == MAX_PROBLEMS


def test_what_a_variable_holds_is_never_repeated():
    """It may be a secret."""
    assert "hunter2" not in str(told("env:\n  A: [hunter2]\n  1: hunter2\n  B: !x hunter2\n"))


BOMBS = {
    "aliases": "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 400)),
    "brackets": "[" * 60_000,
    "pairs": "[a, " * 15_000,
    "mappings": "{a: " * 15_000,
    "dashes": "- " * 30_000,
    "questions": "? " * 30_000,
    "one name": "k" * 60_000 + ": v",
    "names like rules": "rules:\n" + "".join(f"  drop-table{n}: off\n" for n in range(3_000)),
    "documents": "---\n" * 15_000,
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS.keys())
def test_no_file_takes_long(content):
    began = time.process_time()
    read(content)
    assert time.process_time() - began < 5


CHARACTERS = ":-[]{}?&*!|>%@#,~'\"\\\n\t \r\0\x85\u2028\ufeffü"
PIECES = (
    "fail_on", "postgres", "rules", "env", "directories", "drop-table", "off", "15", "<<",
    "\n  ", ": ", "- ", "---\n", "%YAML 1.1\n", "!!binary ", "\\UFFFFFFFF", "\\ud800",
)  # fmt: skip


@given(
    st.one_of(
        st.binary(), st.lists(st.sampled_from([*CHARACTERS, *PIECES]), max_size=40).map("".join)
    )
)
def test_no_bytes_whatever_raise(content):
    """And every problem stands in the file."""
    read_ = read(content)
    lines = read_.file.text.count("\n") + 1
    assert all(1 <= p.place.line <= p.place.end_line <= lines for p in read_.problems)
    assert all(p.place.column >= 1 and p.message for p in read_.problems)
