'use strict';
// Records what real Knex sends for each of the snippets: `node record.js FOLDER [OUTPUT]`, where
// FOLDER holds node_modules with the releases under the names below (`scripts/conformance` puts
// them into .cache/knex). Without OUTPUT it writes recorded.json beside this file.
//
// Bindings are written in as Knex itself writes them, but for objects: the driver sends those as
// JSON strings. What begins and ends a transaction is left out: it is no statement of a migration.
const fs = require('fs');
const path = require('path');
const { createRequire } = require('module');

const RELEASES = ['knex', 'knex-3-1', 'knex-2', 'knex-1', 'knex-095'];
const CONTROL = /^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b/;
const load = createRequire(path.resolve(process.argv[2] || '.', 'node_modules', 'x.js'));

/** A Knex instance that records and never connects; only the tables of `has` exist. */
function recorder(alias, has) {
  const log = [];
  class Recording extends load(`${alias}/lib/dialects/postgres/index.js`) {
    constructor(config) {
      super(config);
      this.version = '16.0';
    }
    _driver() {
      return {};
    }
    async acquireRawConnection() {
      return {};
    }
    async destroyRawConnection() {}
    validateConnection() {
      return true;
    }
    async _query(connection, query) {
      if (!query.sql) throw new Error('The query is empty');
      if (!CONTROL.test(query.sql)) log.push(written(this, query));
      const asked = /information_schema\.tables/.test(query.sql) && has.includes(query.bindings[0]);
      query.response = { command: (/\w+/.exec(query.sql) || [""])[0].toUpperCase(), rows: asked ? [{}] : [], rowCount: 0 };
      return query;
    }
  }
  const quiet = { warn() {}, error() {}, deprecate() {}, debug() {} };
  const knex = load(alias)({ client: Recording, connection: {}, pool: { min: 0, max: 5 }, log: quiet });
  return { knex, log };
}

function written(client, query) {
  const bindings = query.bindings || [];
  return query.sql.replace(/\$(\d+)/g, (place, number) =>
    number > bindings.length ? place : literal(client, bindings[number - 1]));
}

function literal(client, value) {
  const plain = value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
  return client._escapeBinding(plain ? JSON.stringify(value) : value);
}

async function record(alias, id, js) {
  const { knex, log } = recorder(alias, id === 'hasTable' ? ['t'] : []);
  let refused = false;
  try {
    await Object.getPrototypeOf(async () => {}).constructor('knex', js)(knex);
  } catch {
    refused = true;
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  await knex.destroy();
  return refused ? { sql: log, refused } : { sql: log };
}

async function main() {
  const snippets = JSON.parse(fs.readFileSync(path.join(__dirname, 'snippets.json'), 'utf8'));
  const recorded = {};
  for (const alias of RELEASES) {
    const release = load(`${alias}/package.json`).version;
    const all = await Promise.all(Object.entries(snippets).map(async ([id, js]) => [id, await record(alias, id, js)]));
    recorded[release] = Object.fromEntries(all);
  }
  const [newest, ...older] = Object.keys(recorded);
  for (const release of older) {
    for (const [id, result] of Object.entries(recorded[release])) {
      if (JSON.stringify(result) === JSON.stringify(recorded[newest][id])) delete recorded[release][id];
    }
  }
  const output = process.argv[3] || path.join(__dirname, 'recorded.json');
  fs.writeFileSync(output, `${JSON.stringify(recorded, null, 1)}\n`);
  console.log(`${Object.keys(snippets).length} snippets, ${RELEASES.length} releases`);
}

main();
