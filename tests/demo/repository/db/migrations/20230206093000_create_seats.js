exports.up = async (knex) => {
  await knex.schema.createTable('seats', (table) => {
    table.bigIncrements('id');
    table.integer('venue_id').notNullable().references('venues.id').onDelete('RESTRICT');
    table.string('section', 40).notNullable();
    table.string('row', 10).notNullable();
    table.integer('number').notNullable();
    table.boolean('wheelchair').notNullable().defaultTo(false);
    table.unique(['venue_id', 'section', 'row', 'number']);
  });
};

exports.down = async (knex) => {
  await knex.schema.dropTable('seats');
};
