exports.up = (knex) =>
  knex.schema.dropTable('ticket_scans').raw(`
    CREATE INDEX CONCURRENTLY payments_captured_at_index
      ON payments (captured_at)
      WHERE captured_at IS NOT NULL
  `);

exports.down = async () => {};
