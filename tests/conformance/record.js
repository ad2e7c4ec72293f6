'use strict';
// Runs migrations under real Knex and tells what it sends: `node record.js FOLDER`, where FOLDER
// holds node_modules with `knex`. There is no database: whoever started this answers for it.
//
// It reads one line of JSON after the other: `{"file": …, "direction": "up"}` runs one direction
// of one migration. While that runs, it writes each statement as one line and waits for its rows;
// a line with `ended` closes the run. Bindings are written in as Knex itself writes them, but for
// objects: the driver sends those as JSON strings.
const path = require('path');
const readline = require('readline');
const { createRequire } = require('module');

// Migrations print what they do; this output is for answers only.
for (const level of ['debug', 'error', 'info', 'log', 'warn']) console[level] = () => {};

const load = createRequire(path.resolve(process.argv[2], 'node_modules', 'x.js'));
const CONTROL = /^(BEGIN|COMMIT|ROLLBACK TO|ROLLBACK|SAVEPOINT|RELEASE)\b/;
const TURNS = { BEGIN: true, COMMIT: false, ROLLBACK: false };
const LONGEST_RUN = 5_000;

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let last = Promise.resolve();
let latest = 0;

/** One question at a time: the answers come in the order of the questions. */
function ask(question) {
  latest += 1;
  last = last.then(async () => {
    tell(question);
    return JSON.parse((await lines.next()).value);
  });
  return last;
}

function tell(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

class Recording extends load('knex/lib/dialects/postgres/index.js') {
  constructor(config) {
    super(config);
    this.version = '16.0';
  }
  _driver() {
    return {};
  }
  async acquireRawConnection() {
    return { inTransaction: false };
  }
  async destroyRawConnection() {}
  validateConnection() {
    return true;
  }
  async _query(connection, query) {
    if (!query.sql) throw new Error('The query is empty');
    let rows = [];
    const control = CONTROL.exec(query.sql);
    if (control) {
      if (TURNS[control[0]] !== undefined) connection.inTransaction = TURNS[control[0]];
    } else {
      const bindings = query.bindings || [];
      const answer = await ask({
        sql: written(this, query.sql, bindings),
        template: query.sql,
        bindings: bindings.map(String),
        raw: query.method === 'raw',
        in_transaction: connection.inTransaction,
      });
      rows = answer.rows.map((filler) => (filler === 'exists' ? {} : anyColumn(filler)));
    }
    const command = (/\w+/.exec(query.sql) || [''])[0].toUpperCase();
    query.response = { command, rows, rowCount: rows.length, fields: [] };
    return query;
  }
}

/** A row that has every column, each with the same value. */
function anyColumn(value) {
  return new Proxy({}, {
    get: (_, key) => (typeof key === 'symbol' || key === 'then' ? undefined : value),
  });
}

function written(client, sql, bindings) {
  return sql.replace(/\$(\d+)/g, (place, number) =>
    number > bindings.length ? place : literal(client, bindings[number - 1]));
}

function literal(client, value) {
  const plain = value !== null && typeof value === 'object' && !Array.isArray(value)
    && !(value instanceof Date) && !Buffer.isBuffer(value);
  return client._escapeBinding(plain ? JSON.stringify(value) : value);
}

async function run({ file, direction }) {
  const quiet = { warn() {}, error() {}, deprecate() {}, debug() {} };
  const knex = load('knex')({
    client: Recording, connection: {}, pool: { min: 0, max: 5 }, log: quiet,
  });
  knex.client.config.client = 'pg';
  let failure = null;
  try {
    await Promise.race([sent(knex, file, direction), tooLong()]);
  } catch (error) {
    failure = String((error && error.message) || error).split('\n')[0];
  }
  await quiescence();
  tell({ ended: true, error: failure });
  await Promise.race([knex.destroy(), new Promise((resolve) => setTimeout(resolve, 200))]);
}

async function sent(knex, file, direction) {
  const migration = require(file);
  const call = async (connection) => migration[direction](connection);
  const alone = migration.config && migration.config.transaction === false;
  await (alone ? call(knex) : knex.transaction(call));
}

function tooLong() {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error('takes too long')), LONGEST_RUN).unref();
  });
}

/** What was not awaited still happens: until nothing more is asked. */
async function quiescence() {
  for (let seen = -1; seen !== latest; ) {
    seen = latest;
    await last;
    await new Promise((resolve) => setTimeout(resolve, 8));
  }
}

async function main() {
  process.on('unhandledRejection', () => {});
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    await run(JSON.parse(next.value));
  }
}

main();
