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
    blocked = "AccessExclusiveLock       blocks reads and writes of users"
    assert f"{blocked} until the batch commits\n" in ran.output
    assert f"{blocked} until the rollback commits\n" in ran.output
    assert 'alter table "users" drop column "age"' in ran.output


SHOP = """\
exports.up = async (knex) => {
  await knex.schema.createTable('users', (table) => {
    table.increments();
    table.string('name');
  });
  await knex.schema.createTable('orders', (table) => {
    table.increments();
    table.integer('user_id').references('id').inTable('users');
    table.decimal('amount', 10, 4);
  });
};
exports.down = (knex) => knex.schema.dropTable('orders').dropTable('users');
"""


@pytest.fixture
def shown(tmp_path, migaudit):
    """What is printed of a migration after the shop's tables: its lines without their margin."""
    (tmp_path / "20240101000000_shop.js").write_text(SHOP)

    def show(body, *options, config=""):
        file = tmp_path / "20240102000000_change.js"
        file.write_text(f"{config}exports.up = async (knex) => {{\n{body}\n}};\n")
        ran = migaudit("sql", file, *options)
        assert (ran.code, ran.errors) == (0, "")
        return [line.strip() for line in ran.output.splitlines()]

    return show


def test_whom_a_lock_blocks_and_for_how_long_is_a_sentence(shown):
    index = "await knex.raw('CREATE INDEX i ON orders (amount)');"
    kept = "ShareLock                 blocks writes to orders"
    assert f"{kept} until the batch commits" in shown(index)
    alone = shown(index, config="exports.config = { transaction: false };\n")
    assert f"{kept} while it runs" in alone
    assert "up, outside of any transaction" in alone
    opened = f"await knex.transaction(async (trx) => {{ {index.replace('knex', 'trx')} }});"
    lines = shown(opened, config="exports.config = { transaction: false };\n")
    assert f"{kept} until its transaction commits" in lines


def test_a_commit_in_the_sql_ends_the_locks_of_the_batch(shown):
    lines = shown("await knex.raw('COMMIT'); await knex.raw('DROP TABLE orders');")
    assert any(
        line.endswith("reads and writes of orders and users while it runs") for line in lines
    )


def test_one_migration_without_a_transaction_gives_the_others_their_own(tmp_path, migaudit):
    one, other = tmp_path / "20240101000000_a.js", tmp_path / "20240102000000_b.js"
    one.write_text("exports.up = (knex) => knex.raw('DROP TABLE orders');\n")
    other.write_text("exports.config = { transaction: false };\nexports.up = async () => {};\n")
    printed = migaudit("sql", one, other).output
    assert "blocks reads and writes of orders until the migration commits\n" in printed


def test_rewrites_scans_and_rebuilt_indexes_are_told(shown):
    lines = shown("await knex.raw('ALTER TABLE users ALTER id TYPE bigint');")
    assert "rewrites users" in lines
    assert "rebuilds the index users_pkey" in lines
    lines = shown("await knex.raw('ALTER TABLE orders ADD CHECK (amount > 0)');")
    assert "reads all of orders" in lines


@pytest.mark.parametrize(
    ("sql", "loss"),
    [
        ("DROP TABLE orders", "drops orders with all rows"),
        ("ALTER TABLE orders DROP COLUMN amount", "drops orders.amount with all values"),
        ("TRUNCATE users CASCADE", "deletes all rows of users and orders"),
        ("DELETE FROM orders", "deletes all rows of orders"),
        ("DROP SCHEMA public CASCADE", "drops users and orders with all rows"),
        (
            (
                "CREATE DOMAIN sum AS int; ALTER TABLE orders ALTER id TYPE sum; "
                "DROP DOMAIN sum CASCADE"
            ),
            "drops orders.id with all values",
        ),
        (
            "ALTER TABLE users ALTER name TYPE varchar(9) USING name::varchar(9)",
            "cuts values of users.name that are too long",
        ),
        ("ALTER TABLE orders ALTER amount TYPE decimal(10, 2)", "rounds values of orders.amount"),
    ],
)
def test_lost_data_is_told(shown, sql, loss):
    assert loss in shown(f"await knex.raw('{sql}');")


def test_of_a_statement_that_fails_only_the_failure_is_told(shown):
    lines = shown("await knex.raw('DROP TABLE users');")
    assert "fails with SQLSTATE 2BP01: " in "\n".join(lines)
    assert "drops users with all rows" not in lines


def test_a_statement_that_nobody_notices_is_shown_alone(shown):
    lines = shown(
        "await knex.raw(\"SET LOCAL lock_timeout = '5s'\");\n"
        "await knex.schema.createTable('tags', (table) => table.increments());\n"
        "await knex.raw('CREATE INDEX tags_id ON tags (id)');\n"
        "await knex('users').select('name');"
    )
    assert lines[1:6] == [
        "up",
        "2  SET LOCAL lock_timeout = '5s'",
        '3  create table "tags" ("id" serial primary key)',
        "4  CREATE INDEX tags_id ON tags (id)",
        '5  select "name" from "users"',
    ]


def test_what_is_not_modelled_is_said(shown):
    lines = shown("await knex.raw('SECURITY LABEL ON TABLE users IS NULL');")
    assert "may do more than is said here: SECURITY LABEL is not modelled" in lines


def test_the_major_decides(shown):
    added = "await knex.raw('ALTER TABLE users ADD COLUMN plan text DEFAULT 1');"
    assert "rewrites users" in shown(added, "--postgres", "10")
    assert "rewrites users" not in shown(added, "--postgres", "11")


@pytest.mark.parametrize(
    ("version", "complaint"),
    [
        ("9", "9 is no major version from 10 to 18."),
        ("19", "19 is no major version from 10 to 18."),
        ("15.4", "15.4 is no major version from 10 to 18: say 15."),
        ("new", "new is no major version from 10 to 18."),
    ],
)
def test_another_major_is_refused_with_those_that_there_are(
    migration, migaudit, version, complaint
):
    ran = migaudit("sql", migration, "--postgres", version)
    assert (ran.code, ran.output) == (2, "")
    assert complaint in ran.errors


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
