"""`migaudit sql`: the statements of a migration, with what they do."""

import pytest

MIGRATION = """\
exports.up = async (knex) => {
  await knex.schema.alterTable('users', (table) => {
    table.integer('age');
  });
};

exports.down = async (knex) => {
  await knex.schema.alterTable('users', (table) => {
    table.dropColumn('age');
  });
};
"""


@pytest.fixture
def migration(tmp_path):
    file = tmp_path / "20240102000000_add_age.js"
    file.write_text(MIGRATION)
    return file


def test_statements_are_printed_with_their_lines_and_locks(migration, migaudit):
    ran = migaudit("sql", migration)
    assert ran.code == 0
    assert 'alter table "users" add column "age" integer' in ran.output
    assert "AccessExclusiveLock on public.users" in ran.output
    assert 'alter table "users" drop column "age"' in ran.output


def test_programs_get_the_documented_names(migration, migaudit):
    (found,) = migaudit("sql", migration, "--format", "json").json
    assert found["path"] == migration.name
    assert found["complete"] is True
    assert found["unresolved"] == []
    (statement,) = found["up"]
    assert statement == {
        "sql": 'alter table "users" add column "age" integer',
        "line": 3,
        "end_line": 3,
        "in_transaction": True,
        "conditional": False,
        "repeated": False,
        "locks": [{"relation": "public.users", "mode": "AccessExclusiveLock"}],
        "rewrites": [],
        "scans": [],
        "error": None,
    }
    assert [statement["sql"] for statement in found["down"]] == [
        'alter table "users" drop column "age"'
    ]


def test_without_a_file_there_is_nothing_to_print(migaudit):
    ran = migaudit("sql")
    assert ran.code == 2
    assert "FILE" in ran.errors


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.mjs", "export const up = (knex) => knex.schema.dropTable('users');"),
        ("a.mts", "export async function up(k: Knex) { await k.schema.dropTable('users'); }"),
        ("a.cts", "exports.up = (k: Knex) => k.schema.dropTable('users');"),
        ("a.cjs", "exports.up = (knex) => knex.schema.dropTable('users');"),
    ],
)
def test_every_kind_of_module_is_taken(tmp_path, migaudit, name, source):
    (tmp_path / name).write_text(source)
    (found,) = migaudit("sql", tmp_path / name, "--format", "json").json
    assert [statement["sql"] for statement in found["up"]] == ['drop table "users"']


def test_a_file_of_sql_is_shown_statement_by_statement(tmp_path, migaudit):
    file = tmp_path / "rename.sql"
    file.write_text("-- names\nALTER TABLE users\n  RENAME TO people;\nDROP TABLE notes;\n")
    (found,) = migaudit("sql", file, "--format", "json").json
    assert [(s["line"], s["end_line"], s["sql"]) for s in found["up"]] == [
        (2, 3, "ALTER TABLE users\n  RENAME TO people"),
        (4, 4, "DROP TABLE notes"),
    ]
    assert found["complete"] is True
