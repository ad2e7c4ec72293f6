"""`migaudit check`: from a git repository to what a person or a program reads."""

import re

import pytest

CREATE_USERS = """\
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => {
    table.bigIncrements('id');
    table.string('email');
  });

exports.down = (knex) => knex.schema.dropTable('users');
"""

ADD_INDEX = """\
exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '3s'");
  await knex.schema.alterTable('users', (table) => {
    table.index(['email']);
  });
};

exports.down = async (knex) => {
  await knex.schema.alterTable('users', (table) => {
    table.dropIndex(['email']);
  });
};
"""

INDEX_CONCURRENTLY = """\
exports.config = { transaction: false };

exports.up = async (knex) => {
  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS "users_email_index"');
  await knex.raw('CREATE INDEX CONCURRENTLY "users_email_index" ON "users" ("email")');
};

exports.down = async (knex) => {
  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS "users_email_index"');"""

CREATE_TEAMS = """\
exports.up = async (knex) => {
  await knex.schema.createTable('teams', (table) => {
    table.bigIncrements('id');
  });
};

exports.down = async (knex) => {
  await knex.schema.dropTable('teams');
};
"""

USERS = "migrations/20240101000000_create_users.js"
INDEX = "migrations/20240102000000_index_users.js"
TEAMS = "migrations/20240103000000_create_teams.js"


@pytest.fixture
def applied(repository):
    """A repository whose default branch has one migration."""
    repository.write(USERS, CREATE_USERS)
    repository.commit()
    repository.git("switch", "--quiet", "--create", "topic")
    return repository


def test_a_dangerous_migration_fails_with_its_place_underlined(applied, migaudit):
    applied.write(INDEX, ADD_INDEX)
    ran = migaudit("check")
    assert ran.code == 1
    assert "error non-concurrent-index" in ran.output
    assert f"{INDEX}:4:5" in ran.output
    lines = ran.output.splitlines()
    (shown,) = (n for n, line in enumerate(lines) if "table.index(['email']);" in line)
    start = lines[shown].index("table.index(['email'])")
    assert lines[shown + 1][start:] == "^" * len("table.index(['email'])")
    assert "Instead: " in ran.output
    assert ran.output.splitlines()[-1] == "1 error; 1 added migration: the check fails."
    assert ran.errors == ""


def test_a_secret_is_blotted_out_of_the_excerpt(applied, migaudit):
    source = "exports.up = (knex) => knex.raw(\"ALTER ROLE app PASSWORD 'Tr0ub4dor&3'\");\n"
    applied.write(INDEX, source)
    ran = migaudit("check")
    assert "hardcoded-secret" in ran.output
    assert "PASSWORD '***********'" in ran.output
    assert "Tr0ub4dor" not in ran.output


def test_a_safe_migration_passes(applied, migaudit):
    applied.write(TEAMS, CREATE_TEAMS)
    ran = migaudit("check")
    assert (ran.code, ran.output) == (0, "No findings; 1 added migration: the check passes.\n")


def test_what_concerns_no_migration_passes_and_says_so(applied, migaudit):
    applied.write("src/index.js", "module.exports = 1;\n")
    ran = migaudit("check")
    assert (ran.code, ran.output) == (0, "Nothing here concerns migrations: the check passes.\n")


def test_an_applied_history_is_kept_for_the_next_check(applied, migaudit, tmp_path):
    applied.write(INDEX, ADD_INDEX)
    first = migaudit("check", HOME=tmp_path)
    assert list(tmp_path.glob(".cache/migaudit/histories/*/*"))
    assert migaudit("check", HOME=tmp_path) == first


def test_a_home_that_cannot_be_written_costs_nothing_else(applied, migaudit, tmp_path):
    (tmp_path / ".cache").write_text("a file where the folder should be")
    applied.write(INDEX, ADD_INDEX)
    assert migaudit("check", HOME=tmp_path).code == 1


def test_json_has_the_names_that_programs_rely_on(applied, migaudit):
    applied.write(INDEX, ADD_INDEX)
    ran = migaudit("check", "--format", "json")
    assert ran.code == 1
    (finding,) = ran.json["findings"]
    assert finding.pop("message")
    assert finding.pop("statement").startswith('create index "users_email_index"')
    assert finding == {
        "rule": "non-concurrent-index",
        "severity": "error",
        "path": INDEX,
        "line": 4,
        "end_line": 4,
        "column": 5,
        "direction": "up",
        "fix": {"start_line": 1, "end_line": 11, "replacement": INDEX_CONCURRENTLY},
    }
    assert ran.json["migrations"] == [INDEX]
    assert ran.json["conclusion"] == "failure"


def test_json_of_a_safe_migration(applied, migaudit):
    applied.write(TEAMS, CREATE_TEAMS)
    ran = migaudit("check", "--format", "json")
    assert ran.code == 0
    assert ran.json == {
        "findings": [],
        "migrations": [TEAMS],
        "suppressions": [],
        "conclusion": "success",
    }


def test_an_applied_migration_must_not_change(applied, migaudit):
    applied.write(USERS, CREATE_USERS.replace("'email'", "'mail'"))
    ran = migaudit("check", "--format", "json")
    (finding,) = ran.json["findings"]
    assert (finding["rule"], finding["line"]) == ("applied-migration-modified", 4)


def test_a_deleted_migration_is_told_without_its_text(applied, migaudit):
    (applied.directory / USERS).unlink()
    ran = migaudit("check")
    assert ran.code == 1
    assert "error applied-migration-deleted" in ran.output
    assert f"{USERS}:1:1" in ran.output


def test_named_files_are_audited_where_there_is_no_git(tmp_path, migaudit):
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "20240101000000_create_users.js").write_text(CREATE_USERS)
    (folder / "20240102000000_index_users.js").write_text(ADD_INDEX)
    ran = migaudit("check", "20240102000000_index_users.js", "--format", "json", cwd=folder)
    assert [finding["rule"] for finding in ran.json["findings"]] == ["non-concurrent-index"]
    ran = migaudit("check", ".", cwd=folder)
    assert ran.code == 0, "the index is on a table of the same audit"


def test_the_version_of_postgresql_counts(applied, migaudit):
    assert migaudit("check", "--postgres", "18").code == 0
    refused = migaudit("check", "--postgres", "9")
    assert refused.code == 2
    assert "--postgres" in refused.errors
    assert "9 is no major version from 10 to 18" in refused.errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--base", "nowhere"], "no commit 'nowhere'"),
        (["missing.js"], "missing.js is neither a file nor a folder"),
        (["notes.md"], "notes.md is no migration: those are files that end in"),
        (["--format", "xml"], "'text', 'json'"),
        (["--base", "main", USERS], "--base compares a whole checkout"),
    ],
)
def test_what_cannot_be_run_says_what_where_and_what_is_allowed(applied, migaudit, arguments, said):
    applied.write("notes.md", "nothing")
    ran = migaudit("check", *arguments)
    assert ran.code == 2
    assert said in re.sub(r"[\s│]+", " ", ran.errors)
    assert "Traceback" not in ran.errors
    assert ran.output == ""


def test_outside_of_git_a_check_needs_paths(tmp_path, migaudit):
    ran = migaudit("check", cwd=tmp_path)
    assert ran.code == 2
    assert "not a git repository" in ran.errors


HOSTILE = """\
exports.up = (knex) => knex.schema.dropTable('\x1b]0;owned\x07\x1b[31m\u202eliame\u009b2J');
exports.down = (knex) => knex.schema.createTable('\x1b[2Jx', (table) => table.text('a'));
"""


@pytest.mark.parametrize("environment", [{}, {"FORCE_COLOR": "1"}])
@pytest.mark.parametrize("output", ["text", "json"])
def test_no_control_character_of_a_migration_reaches_the_terminal(
    applied, migaudit, environment, output
):
    applied.write("migrations/20240102000000_x\x1b[31m.js", HOSTILE)
    ran = migaudit("check", "--format", output, **environment)
    assert "drop-table" in ran.output
    ours = re.sub(r"\x1b\[[0-9;]*m", "", ran.output) if environment else ran.output
    assert all(character.isprintable() or character == "\n" for character in ours)
    assert "\x1b[31m.js" not in ran.output
    assert "[31m\u202e" not in ran.output


def test_colour_only_where_it_is_wanted(applied, migaudit):
    applied.write(INDEX, ADD_INDEX)
    assert "\x1b[" not in migaudit("check").output
    assert "\x1b[" in migaudit("check", FORCE_COLOR="1").output
    assert "\x1b[3" not in migaudit("check", FORCE_COLOR="1", NO_COLOR="1").output


def test_an_encoding_that_lacks_a_letter_loses_no_report(applied, migaudit):
    applied.write(INDEX, ADD_INDEX)
    ran = migaudit("check", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert ran.code == 1
    assert "non-concurrent-index" in ran.output


def test_a_file_that_kills_the_parser_costs_one_finding(applied, migaudit):
    applied.write(INDEX, "exports.up = " + "{a:" * 100_000)
    ran = migaudit("check", "--format", "json")
    assert ran.code == 1
    assert {finding["rule"] for finding in ran.json["findings"]} == {"unparsable-migration"}


def test_what_comments_suppress_is_listed(repository, migaudit):
    file = repository.write(
        "migrations/20240101000000_drop.js",
        "/* migaudit-disable drop-table -- nobody uses it */\n"
        "exports.up = (knex) => knex.schema.dropTable('users');\n",
    )
    assert (
        "suppressed drop-table migrations/20240101000000_drop.js:1"
        in migaudit("check", file).output
    )
    (told,) = migaudit("check", file, "--format", "json").json["suppressions"]
    assert (told["rule"], told["line"], told["reason"]) == ("drop-table", 1, "nobody uses it")
    assert [finding["rule"] for finding in told["findings"]] == ["drop-table"]
