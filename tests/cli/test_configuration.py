"""The repository's configuration, as the commands take it from a checkout."""

import pytest

PATH = ".github/migaudit.yml"
DROP = """\
exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '3s'");
  await knex.schema.dropTable('users');
};

exports.down = (knex) => knex.schema.createTable('users', (table) => table.bigIncrements());
"""
ADD_DEFAULT = """\
exports.up = (knex) => knex.raw("ALTER TABLE users ADD state text DEFAULT 'new'");
exports.down = (knex) => knex.raw('ALTER TABLE users DROP state');
"""
ADDED = "migrations/20240102000000_more.js"


@pytest.fixture
def configured(repository):
    """Begins a branch off a default branch with this configuration, adding a migration to it."""

    def begin(configuration, added=DROP):
        repository.write(PATH, configuration)
        repository.write("package.json", "{}")
        repository.commit()
        repository.git("switch", "--quiet", "--create", "topic")
        return repository.write(ADDED, added)

    return begin


@pytest.mark.parametrize(
    ("configuration", "code"),
    [
        ("", 1),
        ("fail_on: error\n", 1),
        ("fail_on: never\n", 0),
        ("rules: {drop-table: off}\n", 0),
        ("rules: {drop-table: warning}\n", 0),
        ("rules: {drop-table: warning}\nfail_on: warning\n", 1),
        ("fail_on: never\npostgres: 9\n", 1),
        ("fail_on: never\nrules: {drop-tables: off}\n", 1),
    ],
)
def test_the_configuration_decides_whether_the_check_fails(
    configured, migaudit, configuration, code
):
    configured(configuration)
    assert migaudit("check").code == code


def test_an_invalid_one_is_shown_with_its_place_beside_all_other_findings(configured, migaudit):
    configured("rules:\n  drop-tables: off\n")
    ran = migaudit("check")
    assert ran.code == 1
    assert "error unknown-rule" in ran.output
    assert f"{PATH}:2:3" in ran.output
    assert "^" * len("drop-tables") in ran.output
    assert "Instead: Write `drop-table`." in ran.output
    assert "error drop-table" in ran.output


def test_programs_get_its_place_too(configured, migaudit):
    configured("postgres: '15'\n")
    found = migaudit("check", "--format", "json").json
    (told,) = (f for f in found["findings"] if f["rule"] == "invalid-configuration")
    assert (told["path"], told["line"], told["column"]) == (PATH, 1, 11)
    assert found["conclusion"] == "failure"


def test_it_fails_though_nothing_concerns_migrations(repository, migaudit):
    repository.write(PATH, "postgres: 9\n")
    repository.commit()
    ran = migaudit("check")
    assert ran.code == 1
    assert ran.output.splitlines()[-1] == "1 error; 0 added migrations: the check fails."


def test_what_the_branch_changes_of_it_does_not_count_yet(repository, configured, migaudit):
    configured("")
    repository.write(PATH, "fail_on: never\n")
    assert migaudit("check").code == 1
    repository.write(PATH, "fail_on: nevr\n")
    assert f"{PATH}:1:10" in migaudit("check").output


def test_what_is_said_on_the_command_line_outranks_it(configured, migaudit):
    configured("postgres: 10\n", ADD_DEFAULT)
    assert "default-rewrites-table" in migaudit("check").output
    assert "default-rewrites-table" not in migaudit("check", "--postgres", "16").output


def test_it_counts_for_files_that_are_named(configured, migaudit):
    in_schema = (
        "exports.up = (k) => k.schema.withSchema(process.env.DB_SCHEMA).dropTable('users');\n"
    )
    configured("env: {DB_SCHEMA: shop}\nfail_on: never\n", in_schema)
    assert migaudit("check", ADDED).code == 0
    (printed,) = migaudit("sql", ADDED, "--format", "json").json
    assert [statement["sql"] for statement in printed["up"]] == ['drop table "shop"."users"']


def test_what_the_branch_changes_of_it_is_shown(repository, configured, migaudit):
    configured("")
    repository.write(PATH, "rules: {drop-table: warning}\nfail_on: never\n")
    output = " ".join(migaudit("check").output.split())
    assert "would pass, unlike now" in output
    assert "`fail_on`: error → never" in output
    assert f"`drop-table` in `{ADDED}`, line 3: error → warning" in output


def test_a_knexfile_that_leaves_its_directory_open_is_told(repository, migaudit):
    repository.write(
        "knexfile.js",
        "module.exports = { client: 'pg', migrations: { directory: process.env.MIGRATIONS } };\n",
    )
    repository.commit()
    output = " ".join(migaudit("check").output.split())
    assert "where its migrations are is not known" in output
    assert "MIGRATIONS" in output
