exports.config = { transaction: false };

exports.up = async (knex) => {
  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS orders_event_id_index');
  await knex.raw('CREATE INDEX CONCURRENTLY orders_event_id_index ON orders (event_id)');
};

exports.down = async (knex) => {
  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS orders_event_id_index');
};
