"""What only a run knows spoils its own statement, and none beside it."""

import pytest

from tests.knex.running import Existing, run, source, sql


def reasons(body: str) -> list[str]:
    return [source(body, u.span) for u in run(body).unresolved]


def test_an_unknown_name_leaves_the_other_statements_of_the_builder():
    body = """await knex.schema.alterTable('t', (table) => {
      table.string('a');
      table.index([process.env.COLUMN]);
      table.dropColumn('b');
    });"""
    assert sql(run(body)) == [
        'alter table "t" add column "a" varchar(255)',
        'alter table "t" drop column "b"',
    ]
    assert reasons(body) == ["COLUMN"]


def test_an_unknown_value_of_a_row_is_a_parameter():
    """The statement is known; only its value is not, as if the program had sent it apart."""
    body = "await knex('t').insert({ a: new Date(), b: 1 });"
    assert sql(run(body)) == ['insert into "t" ("a", "b") values ($1, 1)']
    assert run(body).complete


@pytest.mark.parametrize(
    "written",
    ["9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+10:00", "2024-01-01T00:00:00+99:00"],
)
def test_a_date_that_is_too_far_away_leaves_the_other_statements(written):
    body = f"""
      await knex.raw(`select '${{new Date('{written}').toISOString()}}'`);
      await knex.raw('select 1');
    """
    assert sql(run(body)) == ["select 1"]
    assert len(run(body).unresolved) == 1


def test_rows_of_unknown_number_are_shown_by_one_of_them():
    body = """
      const rows = await knex('u').select('id');
      await knex('t').insert(rows.map((row) => ({ a: row.id, b: 'x' })));
    """
    assert sql(run(body))[1] == 'insert into "t" ("a", "b") values ($1, \'x\')'


def test_a_list_of_unknown_length_is_a_parameter_and_no_word():
    body = """
      const rows = await knex('u').select('id');
      await knex('t').update({ a: 1 }).whereIn('id', rows.slice(0, 9).map((row) => row.id));
    """
    assert sql(run(body))[1] == 'update "t" set "a" = 1 where "id" in ($2)'


def test_a_batch_of_unknown_size_is_inserted_in_chunks_of_unknown_number():
    body = """
      const rows = await knex('u').select('id');
      await knex.batchInsert('t', rows.map((row) => ({ a: row.id })));
      await knex.raw('select 1');
    """
    assert [(str(s.sql), s.repeated) for s in run(body).statements[1:]] == [
        ('insert into "t" ("a") values ($1)', True),
        ("select 1", False),
    ]


def test_a_list_of_unknown_length_is_one_parameter():
    body = "const ids = await knex('u').pluck('id'); await knex('t').whereIn('id', ids).del();"
    assert sql(run(body))[1] == 'delete from "t" where "id" in ($1)'


def test_an_unknown_default_is_said():
    body = "await knex.schema.table('t', (t) => { t.string('a').defaultTo(process.env.A); });"
    assert sql(run(body)) == ['alter table "t" add column "a" varchar(255) default $1']
    assert reasons(body) == ["A"]


def test_an_unknown_table_is_not_guessed():
    body = "await knex.schema.dropTable(process.env.T); await knex.schema.dropTable('b');"
    assert sql(run(body)) == ['drop table "b"']
    assert reasons(body) == ["T"]


def test_a_new_table_has_columns_of_one_condition_or_lacks_them():
    body = """await knex.schema.createTable('t', (table) => {
      table.increments();
      if (process.env.A) {
        table.string('a');
        table.text('b');
      }
    });"""
    assert [(str(s.sql), s.conditional) for s in run(body).statements] == [
        ('create table "t" ("id" serial primary key, "a" varchar(255), "b" text)', True),
        ('create table "t" ("id" serial primary key)', True),
    ]
    assert run(body).complete


@pytest.mark.parametrize(
    "columns",
    [
        "if (process.env.A) table.string('a'); if (process.env.B) table.string('b');",
        "if (process.env.A) table.string('a'); else table.text('a');",
        "for (const name of names) table.string(name);",
        "if (process.env.A) table.primary('id');",
    ],
)
def test_columns_of_several_conditions_are_not_guessed(columns):
    body = f"""
    const names = await knex('u').pluck('name');
    await knex.schema.createTable('t', (table) => {{
      table.integer('id');
      {columns}
    }});"""
    assert sql(run(body)) == ['select "name" from "u"']
    assert not run(body).complete


def test_an_index_under_a_condition_is_conditional():
    body = """await knex.schema.alterTable('t', (table) => {
      table.string('a');
      if (process.env.A) table.index('a');
    });"""
    execution = run(body)
    assert [(str(s.sql)[:12], s.conditional) for s in execution.statements] == [
        ("alter table ", False),
        ("create index", True),
    ]


def test_a_query_that_is_perhaps_narrowed_is_sent_either_way():
    body = "const q = knex('t'); if (process.env.A) q.where('a', 1); await q.del();"
    execution = run(body)
    assert [(str(s.sql), s.conditional) for s in execution.statements] == [
        ('delete from "t" where "a" = 1', True),
        ('delete from "t"', True),
    ]
    assert execution.complete


def test_a_builder_of_before_a_condition_may_be_sent_under_it():
    body = """
      const q = knex('t').where('a', 1);
      const s = knex.schema.table('t', (table) => { table.string('a'); table.index('a'); });
      if (process.env.A) { await q.del(); await s; }
    """
    execution = run(body)
    assert [s.conditional for s in execution.statements] == [True, True, True]
    assert execution.complete


def test_sql_that_is_either_of_two_is_sent_either_way():
    body = """
      const table = process.env.A ? 'a' : 'b';
      await knex.raw(`drop table ${table}`);
      await knex.schema.dropTable(table);
    """
    execution = run(body)
    assert [(str(s.sql), s.conditional) for s in execution.statements] == [
        ("drop table a", True),
        ("drop table b", True),
        ('drop table "a"', True),
        ('drop table "b"', True),
    ]


GUARD = "if (!(await knex.schema.hasTable('t'))) await knex.schema.createTable('t', (t) => {});"


def test_a_guard_that_the_history_decides_is_decided():
    assert len(run(GUARD, database=Existing()).statements) == 2
    assert len(run(GUARD, database=Existing("t")).statements) == 1


def test_a_guard_that_it_does_not_decide_makes_conditional():
    statements = run(GUARD).statements
    assert [s.conditional for s in statements] == [False, True]


@pytest.mark.parametrize("depth", [50, 3_000])
def test_queries_that_nest_deeply_end(depth):
    """However deep, it ends: with the SQL, or with a reason."""
    body = f"""
      let q = knex('t').select('a');
      for (let i = 0; i < {depth}; i++) q = knex('t').whereIn('a', q).select('a');
      await q;
    """
    execution = run(body)
    assert len(execution.statements) + len(execution.unresolved) == 1


def test_a_builder_that_begins_under_a_condition_and_is_returned_is_known():
    body = """return knex.schema.hasTable('x').then((exists) => {
      if (!exists) {
        return knex.schema.createTable('x', (table) => { table.increments(); });
      }
    });"""
    execution = run(body)
    assert [s.conditional for s in execution.statements] == [False, True]
    assert execution.complete


def test_a_column_that_is_perhaps_changed_is_not_guessed():
    body = """await knex.schema.alterTable('t', (table) => {
      const column = table.string('a');
      if (process.env.A) column.notNullable();
      table.dropColumn('b');
    });"""
    assert sql(run(body)) == ['alter table "t" drop column "b"']
    assert reasons(body) == ["column.notNullable()"]


def test_what_an_error_of_knex_says_is_not_made_up():
    body = """
      try {
        await knex.raw('select ?, ?', [1]);
      } catch (error) {
        await knex.raw('select 1');
        await knex.raw(`comment on table t is '${error.message}'`);
      }
    """
    assert sql(run(body)) == ["select 1"]
    assert not run(body).complete
