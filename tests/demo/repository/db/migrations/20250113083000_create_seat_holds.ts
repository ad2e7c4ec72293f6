import type { Knex } from 'knex';

const MINUTES_HELD = 10;

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('seat_holds', (table) => {
    table.bigInteger('seat_id').notNullable().references('seats.id');
    table.integer('event_id').notNullable().references('events.id');
    table.uuid('customer_id').references('customers.id');
    table
      .timestamp('expires_at')
      .notNullable()
      .defaultTo(knex.raw(`now() + interval '${MINUTES_HELD} minutes'`));
    table.primary(['event_id', 'seat_id']);
    table.index('expires_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('seat_holds');
}
