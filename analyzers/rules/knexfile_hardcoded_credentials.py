"""A password or a host of a shared environment in a knexfile

Everybody who can read the repository, its forks and its old commits can then reach the database;
and a host that is written down cannot be moved without a release. Knex takes what it is given: see
[its configuration](https://knexjs.org/guide/#configuration-options). The value itself is never
repeated here. What stays on one machine, or in one set of containers, is nobody's business.

## Unsafe

```js file=./knexfile.js head
module.exports = {
  production: {
    client: 'pg',
    connection: {
      host: process.env.PGHOST,
      password: 'correct-horse-battery', // expect: knexfile-hardcoded-credentials
    },
    migrations: { directory: './migrations' },
  },
};
```

## Safe

```js file=./knexfile.js head
module.exports = {
  production: {
    client: 'pg',
    connection: process.env.DATABASE_URL,
    migrations: { directory: './migrations' },
  },
};
```

```js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.bigIncrements());
exports.down = (knex) => knex.schema.dropTable('users');
```

## When it is fine

For a database that only one machine, or a test, ever sees.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.repository.knexfile import (
    Environment,
    Knexfile,
    Written,
    is_local,
    leaves_host_open,
    written,
)
from analyzers.repository.surroundings import Surroundings
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code
from analyzers.source import Place

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on_repository
def check(surroundings: Surroundings) -> Iterator[Finding]:
    for knexfile in surroundings.knexfiles:
        told: set[Place] = set()
        for environment in knexfile.environments:
            parts = _shared(environment)
            place = _place(knexfile, environment, parts[0]) if parts else None
            if place is not None and place not in told:
                told.add(place)
                yield _finding(environment, place, parts)


def _shared(environment: Environment) -> tuple[Written, ...]:
    """What is written down of a connection that others share, the password first."""
    parts = {part.what: part for part in written(environment)}
    host = parts.get("host")
    is_remote = host is not None and not is_local(host.text.string)
    if environment.name is None:
        shared = is_remote or leaves_host_open(environment)
    else:
        shared = is_remote or environment.shared
    wanted = ["password", *(["host"] if is_remote and environment.shared else [])]
    return tuple(parts[what] for what in wanted if what in parts) if shared else ()


def _place(knexfile: Knexfile, environment: Environment, part: Written) -> Place:
    span = part.text.span()
    if span is not None and span.path == knexfile.path and not knexfile.path.endswith(".json"):
        return knexfile.file.place(span)
    return knexfile.place_of(environment, "connection", part.what)


def _finding(environment: Environment, place: Place, parts: tuple[Written, ...]) -> Finding:
    what = " and ".join(f"the {part.what}" for part in parts)
    whose = "" if environment.name is None else f" of {code(environment.name)}"
    return rule.finding(
        place,
        f"This writes down {what}{whose}: everybody who can read the repository has it.",
        advice="Read it from the environment (`process.env.DATABASE_URL`), and replace what was "
        "in use, since it is known now.",
    )
