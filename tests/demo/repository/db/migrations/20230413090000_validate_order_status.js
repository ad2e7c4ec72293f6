exports.up = (knex) => knex.raw('ALTER TABLE orders VALIDATE CONSTRAINT orders_status_known');

// A validated constraint cannot be made unvalidated, and needs not be.
exports.down = (knex) => knex.raw('SELECT 1');
