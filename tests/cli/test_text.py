"""`migaudit check` for people: what stands below an excerpt, and in the last line."""

import re

import pytest

USERS = "migrations/20240101000000_create_users.js"
FILE = "migrations/20240102000000_next.js"
CREATE_USERS = """\
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => { table.bigIncrements('id'); });
exports.down = (knex) => knex.schema.dropTable('users');
"""


@pytest.fixture
def said(repository, migaudit):
    """The report on one migration over an applied one, in lines of a hundred columns."""
    repository.write(USERS, CREATE_USERS)
    repository.commit()

    def run(source, **environment):
        repository.write(FILE, source)
        return migaudit("check", **environment).output

    return run


def test_a_fix_is_shown_as_it_would_be_written(said):
    output = said("""\
exports.up = async (knex) => {
  await knex.raw('CREATE INDEX users_id ON users (id)');
};
exports.down = async (knex) => {
  await knex.raw('DROP INDEX users_id');
};
""")
    found = re.search(
        r"^  Fix: lines 1 to \d would become\n((?:    \+ .*\n)+)", output, re.MULTILINE
    )
    assert found
    assert found[1].startswith("    + exports.config = { transaction: false };\n")
    assert "CREATE INDEX CONCURRENTLY" in found[1]


def test_a_related_place_is_named_with_what_it_has_to_do_with_it(said):
    output = said("""\
exports.up = async (knex) => {
  await knex.raw('ALTER TABLE users ADD CONSTRAINT c CHECK (id > 0) NOT VALID');
  await knex.raw('ALTER TABLE users VALIDATE CONSTRAINT c');
};
exports.down = (knex) => knex.raw('ALTER TABLE users DROP CONSTRAINT c');
""")
    assert f"  See {FILE}:2:\n    this adds it\n" in output


def test_the_last_line_counts_what_was_hidden_and_not_understood(said):
    output = said("""\
exports.up = async (knex) => {
  await knex.raw(process.argv[2]);
  await knex.schema.dropTable('users'); // migaudit-disable-line drop-table -- nobody uses it
};
exports.down = async () => {
  throw new Error('nobody goes back');
};
""")
    assert "; 1 suppressed; 1 place not understood; 1 added migration: the check " in output
    assert output.endswith(".\n")


def test_a_statement_that_is_not_modelled_is_told(said):
    output = said("""\
exports.up = (knex) => knex.raw("SECURITY LABEL ON TABLE users IS 'secret'");
exports.down = () => Promise.resolve();
""")
    assert f"{FILE}:1: what " in output
    assert "is not modelled, so no rule has judged it." in " ".join(output.split())
