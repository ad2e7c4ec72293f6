"""Which migrations share a transaction."""

from analyzers.knex.batch import latest, rollback
from analyzers.knex.migration import load
from analyzers.memory import MemoryTree
from tests.knex.running import run, source_of, sql

PLAIN, NEVER, ALWAYS = "", "transaction: false", "transaction: true"


def loaded(*configs: str):
    files = {
        f"m/{i}.js": source_of("", f"exports.config = {{ {c} }};") for i, c in enumerate(configs)
    }
    tree = MemoryTree(files)
    return [load(tree, path) for path in files]


def shape(units):
    return [([m.name for m in unit.migrations], unit.in_transaction) for unit in units]


def test_all_pending_migrations_are_one_transaction():
    assert shape(latest(loaded(PLAIN, PLAIN, PLAIN))) == [(["0.js", "1.js", "2.js"], True)]


def test_one_that_says_false_puts_each_into_its_own():
    units = latest(loaded(PLAIN, NEVER, PLAIN))
    assert shape(units) == [(["0.js"], True), (["1.js"], False), (["2.js"], True)]


def test_a_knexfile_that_disables_transactions_leaves_those_that_ask_for_one():
    units = latest(loaded(PLAIN, ALWAYS), disable_transactions=True)
    assert shape(units) == [(["0.js"], False), (["1.js"], True)]


def test_nothing_pending_is_no_transaction():
    assert latest([]) == ()


def test_rolling_back_is_one_transaction_each_newest_first():
    assert shape(rollback(loaded(PLAIN, NEVER))) == [(["1.js"], False), (["0.js"], True)]


def numbers(body: str, config: str = ""):
    return [statement.transaction for statement in run(body, config=config).statements]


def test_statements_run_in_the_transaction_of_the_migration():
    assert numbers("await knex.raw('select 1'); await knex('t').del();") == [0, 0]


def test_statements_of_a_migration_without_a_transaction_have_none():
    body = "await knex.raw('select 1');"
    assert numbers(body, "exports.config = { transaction: false };") == [None]


def test_a_transaction_inside_one_is_a_savepoint_of_it():
    body = """
      await knex.transaction(async (trx) => { await trx.raw('select 1'); });
      await knex.raw('select 2');
    """
    assert numbers(body) == [0, 0]


def test_transactions_that_a_migration_opens_itself_have_numbers_of_their_own():
    body = """
      await knex.raw('select 0');
      await knex.transaction(async (trx) => {
        await trx.raw('select 1');
        await knex('t').transacting(trx).del();
        await trx.transaction((inner) => inner.raw('select 3'));
        await knex.raw('outside');
      });
      const trx = await knex.transaction();
      await trx('t').insert({ a: 1 });
      await trx.commit();
    """
    config = "exports.config = { transaction: false };"
    assert numbers(body, config) == [None, 1, 1, 1, None, 2]


def test_batch_insert_is_a_transaction_of_its_own():
    body = "await knex.batchInsert('t', [{ a: 1 }, { a: 2 }, { a: 3 }], 2);"
    assert numbers(body, "exports.config = { transaction: false };") == [1, 1]
    assert sql(run(body)) == [
        'insert into "t" ("a") values (1), (2)',
        'insert into "t" ("a") values (3)',
    ]


def test_a_transaction_that_is_rolled_back_is_not_taken_for_done():
    body = "const trx = await knex.transaction(); await trx('t').del(); await trx.rollback();"
    assert not run(body, config="exports.config = { transaction: false };").complete
