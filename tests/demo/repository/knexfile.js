const path = require('path');

const base = {
  client: 'pg',
  connection: process.env.DATABASE_URL,
  pool: { min: 2, max: 10 },
  migrations: {
    directory: path.resolve(__dirname, 'db/migrations'),
    tableName: 'knex_migrations',
  },
};

module.exports = {
  development: { ...base, connection: process.env.DATABASE_URL || 'postgres:///tickets' },
  staging: base,
  production: { ...base, pool: { min: 5, max: 40 } },
};
