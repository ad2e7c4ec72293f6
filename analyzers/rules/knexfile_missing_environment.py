"""A knexfile without production, or with other migrations for it

`knex migrate:latest --env production` fails where there is no such entry, or runs with what
somebody thinks of at that moment. And environments with different directories are different
databases: what was tried on staging is not what runs on production. See
[knexfile.js](https://knexjs.org/guide/migrations.html#migration-cli).

## Unsafe

```js file=./knexfile.js head
module.exports = {
  development: { // expect: knexfile-missing-environment
    client: 'pg',
    connection: { database: 'shop' },
    migrations: { directory: './migrations' },
  },
};
```

## Safe

```js file=./knexfile.js head
const migrations = { directory: './migrations' };
module.exports = {
  development: { client: 'pg', connection: { database: 'shop' }, migrations },
  production: { client: 'pg', connection: process.env.DATABASE_URL, migrations },
};
```

```js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.bigIncrements());
exports.down = (knex) => knex.schema.dropTable('users');
```

## When it is fine

When production is configured somewhere else, with the same directory.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.repository.knexfile import Environment, Knexfile
from analyzers.repository.surroundings import Surroundings
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, listed

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on_repository
def check(surroundings: Surroundings) -> Iterator[Finding]:
    for knexfile in surroundings.knexfiles:
        environments = knexfile.environments
        if not environments or any(one.name is None for one in environments):
            continue
        if knexfile.exported.complete and not any(one.production for one in environments):
            yield rule.finding(
                knexfile.place_of(environments[0]),
                "There is no `production` here, only "
                f"{listed(str(one.name) for one in environments)}: production is migrated with "
                "settings that nobody has reviewed.",
                advice="Add `production`, with its connection from the environment.",
            )
        yield from _different(knexfile, environments)


def _different(knexfile: Knexfile, environments: tuple[Environment, ...]) -> Iterator[Finding]:
    """Environments that don't run what production runs, or the first of them without one."""
    known = [(one, paths) for one in environments if (paths := knexfile.directories(one))]
    model = next((one for one in known if one[0].production), known[0] if known else None)
    for environment, paths in known:
        if model is not None and set(paths) != set(model[1]):
            yield rule.finding(
                knexfile.place_of(environment, "migrations", "directory"),
                f"{code(environment.name)} runs the migrations in {listed(paths)}, "
                f"{code(model[0].name)} those in {listed(model[1])}: what one has tried is not "
                "what the other gets.",
                advice="Give all environments the same directory.",
            )
