'use strict';
// Runs `migrate:latest` of real Knex on a server: `node migrate.js FOLDER CONNECTION DIRECTORIES`,
// where FOLDER holds node_modules with `knex` and `pg`, and the others are JSON.
//
// For each line `{"only": [NAME, …]}` that it reads, it runs `migrate:latest` with these files,
// and writes the names of those that Knex has run, or the error. With `"undo": true` it runs
// `migrate:down` instead, which undoes the last of them.
const path = require('path');
const readline = require('readline');
const { createRequire } = require('module');

const [folder, ...told] = process.argv.slice(2);
const [connection, directories] = told.map((text) => JSON.parse(text));
const load = createRequire(path.resolve(folder, 'node_modules', 'x.js'));
const { FsMigrations } = load('knex/lib/migrations/migrate/sources/fs-migrations.js');

// Migrations print what they do; this output is for answers only.
for (const level of ['debug', 'error', 'info', 'log', 'warn']) console[level] = () => {};

/** Knex's own list of files, as if no others were there yet. */
class Only extends FsMigrations {
  constructor(names) {
    super(directories);
    this.names = names;
  }
  async getMigrations(extensions) {
    const all = await super.getMigrations(extensions);
    return all.filter((one) => this.names.includes(this.getMigrationName(one)));
  }
}

async function migrate(knex, { only, undo }) {
  try {
    const [, ran] = await knex.migrate[undo ? 'down' : 'latest']({ migrationSource: new Only(only) });
    return { ran };
  } catch (error) {
    return { ran: [], error: String(error.message).split(' - ').pop() };
  }
}

async function main() {
  const knex = load('knex')({ client: 'pg', connection });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await migrate(knex, JSON.parse(line)))}\n`);
  }
  await knex.destroy();
}

main();
