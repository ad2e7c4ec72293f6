import { Knex } from 'knex';

export const up = async (knex: Knex) => {
  await knex.raw(`SET LOCAL lock_timeout = '3s'`);
  await knex.schema.alterTable('events', (table) => {
    table.timestamp('published_at');
    table.string('poster_url', 2048);
  });
};

export const down = async (knex: Knex) => {
  await knex.schema.alterTable('events', (table) => {
    table.dropColumns('published_at', 'poster_url');
  });
};
