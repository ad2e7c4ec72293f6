import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`SET LOCAL lock_timeout = '3s'`);
  await knex.schema.alterTable('refunds', (table) => {
    table.bigInteger('order_item_id');
    table.string('granted_by', 120).notNullable();
  });
  await knex.raw(`
    ALTER TABLE refunds
      ADD CONSTRAINT refunds_order_item_id_foreign
      FOREIGN KEY (order_item_id) REFERENCES order_items (id)
  `);
  await knex.raw(`
    UPDATE refunds SET granted_by = 'box office' WHERE granted_by = '' LIMIT 1000
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('refunds', (table) => {
    table.dropColumns('order_item_id', 'granted_by');
  });
}
