import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('payments', (table) => {
    table.uuid('id').primary().defaultTo(knex.raw('gen_random_uuid()'));
    table.bigInteger('order_id').notNullable().references('id').inTable('orders').index();
    table.string('provider', 40).notNullable();
    table.string('provider_reference', 120).notNullable();
    table.integer('amount_cents').notNullable();
    table.specificType('currency', 'char(3)').notNullable().defaultTo('EUR');
    table.jsonb('provider_payload');
    table.timestamp('captured_at');
    table.timestamp('created_at').notNullable().defaultTo(knex.fn.now());
    table.unique(['provider', 'provider_reference']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('payments');
}
