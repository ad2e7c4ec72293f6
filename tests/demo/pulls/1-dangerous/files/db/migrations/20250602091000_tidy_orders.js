exports.up = async (knex) => {
  await knex.schema.alterTable('orders', (table) => {
    table.index(['status', 'placed_at']);
    table.string('channel', 20).notNullable();
    table.renameColumn('coupon', 'promo_code');
  });

  await knex.schema.alterTable('customers', (table) => {
    table.dropColumn('legacy_crm_id');
  });

  await knex.schema.alterTable('seat_holds', (table) => {
    table.bigInteger('order_id').references('id').inTable('orders').onDelete('CASCADE');
  });

  knex('orders').where({ status: 'open' }).update({ channel: 'web' });
};

exports.down = async (knex) => {
  await knex.schema.alterTable('orders', (table) => {
    table.renameColumn('promo_code', 'coupon');
    table.dropColumn('channel');
    table.dropIndex(['status', 'placed_at']);
  });
};
