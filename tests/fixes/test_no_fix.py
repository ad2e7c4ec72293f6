"""Where nothing is offered: a rewrite would lose something, or do something else."""

import pytest

from tests.fixes.fixing import fix, offers

UNCHANGED = {
    "an index beside a change that needs its transaction": (
        "non-concurrent-index",
        """\
exports.up = async (knex) => {
  await knex.schema.alterTable('users', (table) => {
    table.string('nick').notNullable().defaultTo('');
    table.index(['email']);
  });
};
exports.down = async (knex) => {
  await knex.schema.alterTable('users', (table) => {
    table.dropIndex(['email']);
    table.dropColumn('nick');
  });
};
""",
    ),
    "an index beside an update": (
        "non-concurrent-index",
        """\
exports.up = async (knex) => {
  await knex('users').where({ id: 1 }).update({ age: 3 });
  await knex.schema.alterTable('users', (table) => table.index(['email']));
};
exports.down = async (knex) => {
  await knex.schema.alterTable('users', (table) => table.dropIndex(['email']));
};
""",
    ),
    "indexes that a loop makes": (
        "non-concurrent-index",
        """\
exports.up = async (knex) => {
  for (const column of ['email', 'age']) {
    await knex.schema.alterTable('users', (table) => table.index([column]));
  }
};
exports.down = async (knex) => {
  await knex.schema.alterTable('users', (table) => {
    table.dropIndex(['email']);
    table.dropIndex(['age']);
  });
};
""",
    ),
    "an index behind a condition": (
        "non-concurrent-index",
        """\
exports.up = async (knex) => {
  if (process.env.INDEXED) {
    await knex.schema.alterTable('users', (table) => table.index(['email']));
  }
};
exports.down = async () => { throw new Error('never goes back: restore the backup instead'); };
""",
    ),
    "a config that says something already": (
        "non-concurrent-index",
        """\
exports.config = { transaction: true };
exports.up = async (knex) => {
  await knex.schema.alterTable('users', (table) => table.index(['email']));
};
exports.down = async (knex) => {
  await knex.schema.alterTable('users', (table) => table.dropIndex(['email']));
};
""",
    ),
    "a down that needs its transaction": (
        "non-concurrent-index",
        """\
exports.up = async (knex) => {
  await knex.schema.alterTable('users', (table) => table.index(['email']));
};
exports.down = async (knex) => {
  await knex.schema.alterTable('users', (table) => table.dropIndex(['email']));
  await knex('users').where({ id: 1 }).update({ age: 3 });
};
""",
    ),
    "a lock that a transaction of the migration's own takes": (
        "missing-lock-timeout",
        """\
exports.config = { transaction: false };
exports.up = async (knex) => {
  await knex.transaction(async (trx) => {
    await trx.schema.alterTable('users', (table) => table.string('nick'));
  });
};
exports.down = async (knex) => {
  await knex.schema.alterTable('users', (table) => table.dropColumn('nick'));
};
""",
    ),
    "a knex that has no name": (
        "missing-lock-timeout",
        """\
exports.up = async ({ schema }) => {
  await schema.alterTable('users', (table) => table.string('nick'));
};
exports.down = async ({ schema }) => {
  await schema.alterTable('users', (table) => table.dropColumn('nick'));
};
""",
    ),
    "foreign keys that a loop makes": (
        "validating-foreign-key",
        """\
exports.up = async (knex) => {
  for (const name of ['one', 'two']) {
    await knex.schema.alterTable('users', (table) => {
      table.foreign('team_id', name).references('id').inTable('teams');
    });
  }
};
exports.down = async (knex) => {
  await knex.raw('ALTER TABLE users DROP CONSTRAINT one, DROP CONSTRAINT two');
};
""",
    ),
    "a down for rows that are gone": (
        "empty-down",
        """\
exports.up = async (knex) => {
  await knex('users').where({ id: 1 }).del();
};
exports.down = async () => {};
""",
    ),
    "a down for a column whose values are gone": (
        "empty-down",
        """\
exports.up = async (knex) => {
  await knex.schema.alterTable('users', (table) => table.dropColumn('age'));
};
exports.down = async () => {};
""",
    ),
    "a down for what nobody understands": (
        "missing-down",
        """\
exports.up = async (knex) => {
  await knex.schema.createTable(process.argv[2], (table) => table.bigIncrements('id'));
};
""",
    ),
    "a callback of a loop": (
        "floating-query",
        """\
exports.up = async (knex) => {
  ['one', 'two'].forEach((name) => {
    knex('teams').insert({ name });
  });
};
exports.down = async (knex) => {
  await knex('teams').whereIn('name', ['one', 'two']).del();
};
""",
    ),
    "an index that makes an older one needless": (
        "redundant-index",
        """\
exports.up = async (knex) => {
  await knex.schema.alterTable('users', (table) => {
    table.index(['team_id', 'email']);
  });
};
exports.down = async (knex) => {
  await knex.schema.alterTable('users', (table) => table.dropIndex(['team_id', 'email']));
};
""",
    ),
    "a needless index that a loop makes": (
        "redundant-index",
        """\
exports.up = async (knex) => {
  await knex.schema.createTable('notes', (table) => {
    table.bigIncrements('id');
    table.string('slug').unique();
    for (const column of ['id', 'slug']) table.index([column]);
  });
};
exports.down = async (knex) => {
  await knex.schema.dropTable('notes');
};
""",
    ),
    "a key of a table that others use": (
        "unindexed-foreign-key",
        """\
exports.up = async (knex) => {
  await knex.schema.alterTable('users', (table) => {
    table.bigInteger('boss_id').references('id').inTable('users');
  });
};
exports.down = async (knex) => {
  await knex.schema.alterTable('users', (table) => table.dropColumn('boss_id'));
};
""",
    ),
    "a suppression that stands in the wrong place": (
        "unused-suppression",
        """\
exports.up = async (knex) => {
  await knex.schema.createTable('notes', (table) => table.bigIncrements('id'));
  /* migaudit-disable drop-table -- for all of it */
};
exports.down = async (knex) => {
  await knex.schema.dropTable('notes');
};
""",
    ),
    "a type that a helper writes": (
        "prefer-jsonb",
        """\
const typed = (type) => (table) => table.specificType('body', type);
exports.up = async (knex) => {
  await knex.schema.createTable('notes', (table) => {
    table.bigIncrements('id');
    typed('json')(table);
  });
};
exports.down = async (knex) => {
  await knex.schema.dropTable('notes');
};
""",
    ),
}


@pytest.mark.parametrize(("rule", "source"), UNCHANGED.values(), ids=list(UNCHANGED))
def test_nothing_is_offered_for(rule, source):
    found = offers(rule, source)
    assert found
    assert not any(found)


def test_lines_that_hold_a_secret_are_not_repeated():
    source = """\
exports.up = async (knex) => {
  await knex.raw("ALTER ROLE app PASSWORD 'Tr0ub4dor&3'; CREATE EXTENSION citext");
};
exports.down = async (knex) => {
  await knex.raw('DROP EXTENSION citext');
};
"""
    assert offers("extension-not-idempotent", source) == [False]


def test_one_line_that_makes_several_tables_is_rewritten_for_all_of_them():
    source = """\
exports.up = async (knex) => {
  for (const name of ['notes', 'tags']) {
    await knex.schema.createTable(name, (table) => {
      table.bigIncrements('id');
      table.json('body');
    });
  }
};

exports.down = async (knex) => {
  await knex.schema.dropTable('tags').dropTable('notes');
};
"""
    fixed = fix("prefer-jsonb", source)
    assert fixed.after == source.replace("json(", "jsonb(")
    assert "prefer-jsonb" not in fixed.rules_left


def test_one_line_that_adds_several_keys_is_rewritten_for_all_of_them():
    source = """\
exports.up = async (knex) => {
  for (const name of ['one', 'two']) {
    await knex.raw(`ALTER TABLE users ADD CONSTRAINT ${name} FOREIGN KEY (team_id)` +
      ' REFERENCES teams (id)');
  }
};
exports.down = async (knex) => {
  await knex.raw('ALTER TABLE users DROP CONSTRAINT one, DROP CONSTRAINT two');
};
"""
    fixed = fix("validating-foreign-key", source)
    assert fixed.after == source.replace("teams (id)", "teams (id) NOT VALID")
    assert "validating-foreign-key" not in fixed.rules_left


def test_of_a_suppression_of_two_rules_the_idle_one_goes():
    source = """\
exports.up = async (knex) => {
  // migaudit-disable-next-line RULES -- empty since last year
  await knex.schema.dropTable('users');
};
exports.down = async () => {
  throw new Error('there is no way back: restore the backup');
};
"""
    for rules in ("drop-table, drop-column", "drop-column,drop-table"):
        fixed = fix("unused-suppression", source.replace("RULES", rules))
        assert "disable-next-line drop-table -- empty" in fixed.after
        assert "unused-suppression" not in fixed.rules_left


def test_comments_stay():
    source = """\
// Why there is an index.
exports.up = async (knex) => {
  await knex.schema.alterTable('users', (table) => {
    // by the log-in
    table.index(['email']);
  });
  // that is all
};

exports.down = async (knex) => {
  await knex.schema.alterTable('users', (table) => table.dropIndex(['email']));
};
"""
    assert (
        fix("non-concurrent-index", source).after
        == """\
exports.config = { transaction: false };

// Why there is an index.
exports.up = async (knex) => {
  // by the log-in
  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS "users_email_index"');
  await knex.raw('CREATE INDEX CONCURRENTLY "users_email_index" ON "users" ("email")');
  // that is all
};

exports.down = async (knex) => {
  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS "users_email_index"');
};
"""
    )
