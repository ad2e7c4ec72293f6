exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '3s'");
  await knex.schema.createTable('seat_maps', (table) => {
    table.bigIncrements('id');
    table.integer('venue_id').notNullable().references('id').inTable('venues').index();
    table.string('drawing_url', 2048).notNullable();
    table.timestamp('created_at').notNullable().defaultTo(knex.fn.now());
  });
  await knex.schema.alterTable('seats', (table) => {
    table.decimal('map_x', 8, 3);
    table.decimal('map_y', 8, 3);
  });
};

exports.down = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '3s'");
  await knex.schema.alterTable('seats', (table) => {
    table.dropColumns('map_x', 'map_y');
  });
  await knex.schema.dropTable('seat_maps');
};
