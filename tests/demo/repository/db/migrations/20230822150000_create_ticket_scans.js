const TABLE = 'ticket_scans';

async function up(knex) {
  await knex.schema.createTable(TABLE, (table) => {
    table.bigIncrements('id');
    table.bigInteger('order_item_id').notNullable().references('id').inTable('order_items').index();
    table.string('gate', 20);
    table.timestamp('scanned_at').notNullable().defaultTo(knex.fn.now());
  });
}

async function down(knex) {
  await knex.schema.dropTable(TABLE);
}

module.exports = { up, down };
