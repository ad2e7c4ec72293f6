exports.up = async function (knex) {
  await knex.raw("SET LOCAL lock_timeout = '3s'");
  await knex.raw(`
    ALTER TABLE orders
      ADD CONSTRAINT orders_status_known
      CHECK (status IN ('open', 'paid', 'cancelled', 'refunded')) NOT VALID
  `);
};

exports.down = async function (knex) {
  await knex.raw('ALTER TABLE orders DROP CONSTRAINT orders_status_known');
};
