import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE refunds (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      payment_id uuid NOT NULL REFERENCES payments (id),
      amount_cents integer NOT NULL CHECK (amount_cents > 0),
      reason text,
      created_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX refunds_payment_id_index ON refunds (payment_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE refunds');
}
