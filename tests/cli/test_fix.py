"""`migaudit check --fix`: what becomes of the working tree, and what is told."""

import pytest

from tests.cli.test_check import ADD_INDEX, CREATE_USERS, INDEX, USERS

ADD_NOTES = """\
exports.up = (knex) => knex.schema.createTable('notes', (table) => {
    table.increments('id')
    table.json('body')
    table.timestamp('at', { useTz: false })
})
"""

NOTES = "migrations/20240103000000_create_notes.js"


@pytest.fixture
def applied(repository):
    repository.write(USERS, CREATE_USERS)
    repository.commit()
    repository.git("switch", "--quiet", "--create", "topic")
    return repository


def test_a_dangerous_migration_is_rewritten_and_passes(applied, migaudit):
    file = applied.write(INDEX, ADD_INDEX)
    ran = migaudit("check", "--fix")
    assert (ran.code, ran.output) == (0, "No findings; 1 added migration: the check passes.\n")
    assert ran.errors == f"fixed non-concurrent-index {INDEX}:4\nFixed 1 finding.\n"
    assert "CREATE INDEX CONCURRENTLY" in file.read_text()
    assert "lock_timeout" not in file.read_text()


def test_fixes_of_the_same_lines_are_applied_one_after_the_other(applied, migaudit):
    file = applied.write(NOTES, ADD_NOTES)
    ran = migaudit("check", "--fix")
    assert ran.code == 0
    assert ran.errors.splitlines()[-1] == "Fixed 4 findings."
    assert (
        file.read_text()
        == """\
exports.up = (knex) => knex.schema.createTable('notes', (table) => {
    table.bigIncrements('id')
    table.jsonb('body')
    table.timestamp('at', { useTz: true })
})

exports.down = (knex) => knex.schema.dropTable('notes')
"""
    )


def test_what_has_no_fix_stays_and_fails(applied, migaudit):
    source = "exports.up = (knex) => knex.schema.dropTable('users');\nexports.down = () => {};\n"
    file = applied.write(NOTES, source)
    ran = migaudit("check", "--fix")
    assert ran.code == 1
    assert "error drop-table" in ran.output
    assert "dropTable('users')" in file.read_text()


def test_a_file_without_anything_to_fix_is_not_touched(applied, migaudit):
    file = applied.write(NOTES, CREATE_USERS.replace("users", "notes"))
    before = file.stat().st_mtime_ns
    ran = migaudit("check", "--fix")
    assert ran.errors == "There was nothing to fix.\n"
    assert file.stat().st_mtime_ns == before


def test_an_applied_migration_is_never_rewritten(applied, migaudit):
    applied.write(NOTES, ADD_NOTES)
    applied.git("switch", "--quiet", "main")
    applied.commit()
    applied.git("switch", "--quiet", "--create", "later")
    ran = migaudit("check", "--fix")
    assert (applied.directory / NOTES).read_text() == ADD_NOTES
    assert ran.errors == "There was nothing to fix.\n"


def test_named_files_are_rewritten(applied, migaudit):
    file = applied.write(NOTES, ADD_NOTES)
    ran = migaudit("check", "--fix", NOTES)
    assert ran.code == 0
    assert "table.jsonb('body')" in file.read_text()


def test_the_output_for_programs_stays_what_it_is(applied, migaudit):
    applied.write(INDEX, ADD_INDEX)
    ran = migaudit("check", "--fix", "--format", "json")
    assert ran.json["findings"] == []


def test_line_ends_and_a_byte_order_mark_stay(applied, migaudit):
    source = "\ufeff" + ADD_NOTES.replace("\n", "\r\n")
    file = applied.write(NOTES, source)
    migaudit("check", "--fix")
    written = file.read_bytes().decode()
    assert written.startswith("\ufeffexports.up")
    assert "table.jsonb('body')\r\n" in written
    assert written.count("\n") == written.count("\r\n")
