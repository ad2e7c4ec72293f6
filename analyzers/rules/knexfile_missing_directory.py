"""A knexfile whose migrations directory is left out or is not there

Without `migrations.directory` Knex takes `./migrations`: beside the knexfile from the command
line, in the working directory of whoever calls it from code. With one that does not exist nothing
is run, and `migrate:latest` says "Already up to date". See the options of [the migration
API](https://knexjs.org/guide/migrations.html#migration-api).

## Unsafe

```js file=./knexfile.js head
module.exports = {
  client: 'pg',
  connection: process.env.DATABASE_URL,
  migrations: { directory: './migratons' }, // expect: knexfile-missing-directory
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

For a directory that is only made by a build.
"""

import re
from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.repository.knexfile import Environment, Knexfile
from analyzers.repository.surroundings import Surroundings
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code
from analyzers.source import Place

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

_BUILT = re.compile(r"(?:^|/)\.?(?:dist|build|built|lib|out|output|compiled|target)(?:/|$)")


@rule.on_repository
def check(surroundings: Surroundings) -> Iterator[Finding]:
    for knexfile in surroundings.knexfiles:
        told: set[Place] = set()
        for finding in _of(knexfile, surroundings):
            if finding.place not in told:
                told.add(finding.place)
                yield finding


def _of(knexfile: Knexfile, surroundings: Surroundings) -> Iterator[Finding]:
    silent = next((one for one in knexfile.environments if knexfile.says_no_directory(one)), None)
    if silent is not None:
        yield rule.finding(
            knexfile.place_of(silent, "migrations"),
            "There is no `migrations.directory`: Knex takes `./migrations`, beside this file or in "
            "the working directory, as it is called.",
            advice="Name the directory.",
        )
    for environment in knexfile.environments:
        for path in knexfile.directories(environment) or ():
            if _is_nowhere(path, surroundings):
                yield _nowhere(knexfile, environment, path)


def _is_nowhere(path: str, surroundings: Surroundings) -> bool:
    """What lies outside of the repository, or is built, nobody can see here."""
    if path.startswith(("/", "..")) or _BUILT.search(path):
        return False
    return not any(not path or known.startswith(f"{path}/") for known in surroundings.paths)


def _nowhere(knexfile: Knexfile, environment: Environment, path: str) -> Finding:
    return rule.finding(
        knexfile.place_of(environment, "migrations", "directory"),
        f"There is no directory {code(path)}: Knex finds no migrations, and calls that up to date.",
        advice="Name the directory as it is seen from this file, and commit it.",
    )
