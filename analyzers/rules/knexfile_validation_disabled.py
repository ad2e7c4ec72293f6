"""A knexfile that switches off what protects its migrations

With `disableMigrationsListValidation` Knex no longer minds that an applied migration is missing or
renamed: databases drift apart in silence. With `disableTransactions` a migration that fails
halfway stays half applied, and its next run fails at what is there already. Both are [options of
the migrator](https://knexjs.org/guide/migrations.html#migration-api); a single migration that
needs no transaction says `exports.config = { transaction: false }`.

## Unsafe

```js file=./knexfile.js head
module.exports = {
  client: 'pg',
  connection: process.env.DATABASE_URL,
  migrations: {
    directory: './migrations',
    disableTransactions: true, // expect: knexfile-validation-disabled
  },
};
```

## Safe

```js file=./knexfile.js head
module.exports = {
  client: 'pg',
  connection: process.env.DATABASE_URL,
  migrations: { directory: './migrations' },
};
```

```js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.bigIncrements());
exports.down = (knex) => knex.schema.dropTable('users');
```

## When it is fine

On a developer's own database, where branches come and go.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.repository.surroundings import Surroundings
from analyzers.rules.rule import Rule
from analyzers.source import Place

rule = Rule(__name__, __doc__, severity=Severity.ERROR)

_SWITCHES = {
    "disableMigrationsListValidation": "Knex no longer notices that applied migrations are missing "
    "or renamed, so that databases drift apart in silence.",
    "disableTransactions": "No migration runs in a transaction, so that one which fails halfway "
    "stays half applied.",
}
_INSTEAD = {
    "disableMigrationsListValidation": "Leave it out, and restore the files that are missing.",
    "disableTransactions": "Leave it out; a migration that needs it says "
    "`exports.config = { transaction: false }`.",
}


@rule.on_repository
def check(surroundings: Surroundings) -> Iterator[Finding]:
    for knexfile in surroundings.knexfiles:
        told: set[Place] = set()
        for environment in (one for one in knexfile.environments if one.shared):
            for switch, message in _SWITCHES.items():
                place = knexfile.place_of(environment, "migrations", switch)
                if knexfile.switched_on(environment, switch) and place not in told:
                    told.add(place)
                    yield rule.finding(place, message, advice=_INSTEAD[switch])
