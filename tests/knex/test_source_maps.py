"""Each part of a statement knows the part of the migration that causes it."""

import pytest

from tests.knex.running import place, run, source

TABLE = """
  await knex.schema.alterTable('orders', (table) => {
    table.string('code', 20)
      .notNullable()
      .defaultTo('new');
    table.integer('user_id')
      .references('id').inTable('users')
      .onDelete('CASCADE');
    table.index('code');
    table.dropColumn('old');
  });
"""


def caused_by(body: str, statement: int, part: str) -> str:
    """The source that causes `part` of one of the statements of `body`."""
    sql = run(body).statements[statement].sql
    start = sql.string.index(part)
    return source(body, sql.span(start, start + len(part)))


@pytest.mark.parametrize(
    ("statement", "part", "cause"),
    [
        (0, "orders", "orders"),
        (0, "code", "code"),
        (0, "varchar(20)", "table.string('code', 20)"),
        (0, "not null", "notNullable()"),
        (0, "default 'new'", "defaultTo('new')"),
        (0, "new", "new"),
        (1, "foreign key", "references('id')"),
        (1, "users", "users"),
        (1, "on delete CASCADE", "onDelete('CASCADE')"),
        (1, "CASCADE", "CASCADE"),
        (2, "create index", "table.index('code')"),
        (3, "drop column", "table.dropColumn('old')"),
        (3, "old", "old"),
    ],
)
def test_a_part_of_the_sql_stands_on_the_call_or_literal_that_causes_it(statement, part, cause):
    assert caused_by(TABLE, statement, part) == cause


def test_a_statement_stands_on_the_smallest_call_that_sends_it():
    spans = [source(TABLE, statement.span) for statement in run(TABLE).statements]
    assert spans[0].startswith("alterTable('orders'")
    assert spans[1:] == ["references('id')", "table.index('code')", "table.dropColumn('old')"]


def test_one_added_column_is_sent_by_the_call_that_adds_it():
    body = "await knex.schema.table('t', (table) => { table.string('a').notNullable(); });"
    (statement,) = run(body).statements
    assert source(body, statement.span) == "table.string('a')"


def test_raw_sql_maps_letter_by_letter():
    body = "await knex.raw(`create index ${'i'} on t (a)`);"
    (statement,) = run(body).statements
    assert str(statement.sql) == "create index i on t (a)"
    assert caused_by(body, 0, "on t (a)") == "on t (a)"
    assert caused_by(body, 0, "i on")[0] == "i"


def test_bindings_map_to_the_values_that_are_written_in():
    body = "await knex.raw('select * from ?? where a = ?', ['t', \"it's\"]);"
    (statement,) = run(body).statements
    assert str(statement.sql) == "select * from \"t\" where a = 'it''s'"
    assert caused_by(body, 0, "from") == "from"
    assert caused_by(body, 0, "it") == "it"


def test_a_query_stands_on_the_call_that_changes_rows():
    body = "await knex('t')\n  .where('a', 1)\n  .update({ b: 2 });"
    (statement,) = run(body).statements
    assert source(body, statement.span) == "update({ b: 2 })"
    assert place(body, statement.span).line == 4


def test_what_nobody_wrote_comes_from_the_call():
    """No character is without an origin: a finding can stand on any part."""
    for statement in run(TABLE).statements:
        assert all(piece.span is not None for piece in statement.sql.pieces)
