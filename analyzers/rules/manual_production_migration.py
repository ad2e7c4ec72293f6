"""Production is migrated by hand

A script or a page that says how to migrate production from somebody's machine: with that person's
branch, credentials and network, without a lock on who else does the same, without a record. What
was run is known to nobody but Knex's [own table](https://knexjs.org/guide/migrations.html), and a
connection that breaks halfway leaves its lock behind. A workflow does it the same way every time.

## Unsafe

```json file=./package.json head
{
  "scripts": {
    "migrate:prod": "knex migrate:latest --env production" // expect: manual-production-migration
  }
}
```

## Safe

```json file=./package.json head
{
  "scripts": {
    "migrate": "knex migrate:latest"
  }
}
```

## When it is fine

When something else than a person runs the script, and the repository does not show what.
"""

import re
from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.repository.commands import MAX_COMMAND, environment_in, script_run, split, target
from analyzers.repository.surroundings import Script, Surroundings
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code
from analyzers.source import Place, SourceFile

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

_MIGRATES = re.compile(r"\bknex(?:\.js|\.ts)?\b.*\bmigrate:(?:latest|up|down|rollback|unlock)\b")
_PLATFORM = re.compile(
    r"^(?:pre|post)?(?:start|release|install|build|deploy|heroku-postbuild|vercel-build)(?::|$)"
)
"""Scripts that a platform or a package manager runs."""


@rule.on_repository
def check(surroundings: Surroundings) -> Iterator[Finding]:
    for script in surroundings.scripts:
        if _is_by_hand(script, surroundings):
            yield rule.finding(
                script.place,
                f"{code(script.name)} migrates production's database from wherever somebody runs "
                "it: with their branch and credentials, and without a record.",
                advice="Migrate production in a workflow, behind a backup and an approval.",
            )


@rule.on_document
def check_document(file: SourceFile) -> Iterator[Finding]:
    for number, line in enumerate(file.text.split("\n"), 1):
        if (
            len(line) <= MAX_COMMAND
            and _MIGRATES.search(line)
            and _of_production(line.strip(" $`>-"), "")
        ):
            yield rule.finding(
                Place(file.path, number, number, 1, len(line) + 1),
                "This tells people to migrate production's database by hand: with their branch and "
                "credentials, and without a record.",
                advice="Describe the workflow that does it.",
            )


def _is_by_hand(script: Script, surroundings: Surroundings) -> bool:
    if _PLATFORM.match(script.name) or not _of_production(script.command, script.name):
        return False
    beside = surroundings.scripts_of(script.place.path)
    platform = (one for one in beside if _PLATFORM.match(one.name))
    called = {script_run(command) for one in platform for command in split(one.command)}
    return script.name not in called | surroundings.automated


def _of_production(command: str, name: str) -> bool:
    for part in split(command):
        if _MIGRATES.search(part):
            aimed = target(part) or environment_in(name)
            return aimed is not None and aimed.production
    return False
