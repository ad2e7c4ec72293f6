exports.up = function (knex) {
  return knex.schema
    .createTable('venues', function (table) {
      table.increments('id');
      table.string('name').notNullable();
      table.string('city', 120).notNullable();
      table.text('address');
      table.timestamps(true, true);
    })
    .createTable('events', function (table) {
      table.increments('id');
      table.integer('venue_id').unsigned().notNullable().references('id').inTable('venues');
      table.string('title').notNullable();
      table.string('slug').notNullable().unique();
      table.text('description');
      table.timestamp('starts_at').notNullable();
      table.timestamp('doors_at');
      table.timestamps(true, true);
      table.index(['venue_id', 'starts_at']);
    });
};

exports.down = function (knex) {
  return knex.schema.dropTable('events').dropTable('venues');
};
