exports.up = (knex) =>
  knex.schema
    .createTable('orders', (table) => {
      table.bigIncrements('id');
      table.uuid('customer_id').notNullable().references('id').inTable('customers');
      table.integer('event_id').notNullable().references('id').inTable('events');
      table.string('status', 20).notNullable().defaultTo('open');
      table.integer('total_cents').notNullable();
      table.string('coupon', 32);
      table.timestamp('placed_at').notNullable().defaultTo(knex.fn.now());
    })
    .then(() =>
      knex.schema.createTable('order_items', (table) => {
        table.bigIncrements('id');
        table.bigInteger('order_id').notNullable().references('orders.id').index();
        table.bigInteger('seat_id').notNullable().references('seats.id').index();
        table.integer('price_cents').notNullable();
        table.unique(['order_id', 'seat_id']);
      }),
    );

exports.down = (knex) => knex.schema.dropTable('order_items').dropTable('orders');
