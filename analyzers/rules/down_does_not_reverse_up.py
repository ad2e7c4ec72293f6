"""A down that does not bring the schema back

`up` and then `down` should leave the schema as it was. What `down` leaves over makes the next
`up` fail (`relation "…" already exists`), what it doesn't bring back is missing for the version of
the application that a rollback returns to, and every later migration finds a schema that no fresh
database has. A `down` that PostgreSQL refuses is rolled back whole, and stops
[`knex migrate:rollback`](https://knexjs.org/guide/migrations.html) there.

`up` and `down` are replayed one after the other, and what the
[catalogues](https://www.postgresql.org/docs/current/catalogs.html) would hold then is compared
with what they held before: tables, columns with type, default and nullability, constraints,
indexes, views, types with their labels, functions, triggers, policies, sequences, extensions.
Rows, comments, owners and the order of columns are left aside. Where a part of either can't be
known without running it, this rule is silent.

## Unsafe

```js
exports.up = async (knex) => {
  await knex.schema.createTable('teams', (table) => table.increments());
  await knex.schema.createTable('members', (table) => table.integer('team_id').index());
};
// expect: down-does-not-reverse-up
exports.down = (knex) => knex.schema.dropTable('teams');
```

## Safe

```js
exports.up = async (knex) => {
  await knex.schema.createTable('teams', (table) => table.increments());
  await knex.schema.createTable('members', (table) => table.integer('team_id').index());
};
exports.down = async (knex) => {
  await knex.schema.dropTable('members');
  await knex.schema.dropTable('teams');
};
```

## When it is fine

When what is left over hurts neither the version before nor another run of `up`. An extension or a
schema that was made with IF NOT EXISTS may be somebody else's, too: nothing is said of it. What
can't be undone is better refused: throw an error that says why, and what to do instead.
"""

from collections.abc import Iterator

from analyzers.findings import Direction, Finding, Severity
from analyzers.postgres.difference import Difference, How
from analyzers.postgres.operations import AddEnumValue, CreateObject, Expression
from analyzers.reversal import Refused, Verdict, reversal
from analyzers.rules.context import AddedMigration, MigrationContext, place_of
from analyzers.rules.empty_down import is_empty
from analyzers.rules.restoring import restoring, told
from analyzers.rules.rule import Rule
from analyzers.rules.undocumented_irreversible_down import refuses
from analyzers.rules.wording import code, fenced

rule = Rule(__name__, __doc__, severity=Severity.WARNING, about_down=True)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    migration = context.migration
    if is_empty(migration) or refuses(migration):
        return
    found = reversal(migration, context.settings.postgres)
    if found is None or found.verdict is not Verdict.DIFFERS:
        return
    differences = tuple(
        one
        for one in found.differences
        if not (_is_shared(one, migration) or all(_is_spelling(*it) for it in one.aspects or [()]))
    )
    if found.refused is not None:
        yield _refused(migration, found.refused)
    elif _fails(migration):
        yield _failing(migration)
    elif differences:
        yield _differing(migration, differences)


def _is_shared(one: Difference, migration: AddedMigration) -> bool:
    """Whether `up` made it only if it wasn't there: then it may be somebody else's, too."""
    steps = migration.up.steps if migration.up else ()
    for operation in (step.operation for step in steps):
        match operation:
            case CreateObject(kind=kind, name=name, if_not_exists=True):
                if kind.value == one.part.kind and name.name == one.part.name:
                    return kind.value in ("extension", "schema")
            case AddEnumValue(type=name, if_not_exists=True):
                labels = all(what == "labels" for what, _, _ in one.aspects)
                if one.how is How.CHANGED and labels and name.name == one.part.name:
                    return True
    return False


_NOW = frozenset({"now()", "current_timestamp", "transaction_timestamp()"})


def _is_spelling(what: str = "", was: object = None, now: object = None) -> bool:
    """Whether two defaults only say the same in other words, as Knex and SQL do."""
    told = [one.sql.lower() for one in (was, now) if isinstance(one, Expression)]
    return what == "default" and len(told) == 2 and _NOW.issuperset(told)


def _fails(migration: AddedMigration) -> bool:
    return migration.down is not None and migration.down.execution.throws is not None


def _failing(migration: AddedMigration) -> Finding:
    throws = migration.down.execution.throws if migration.down else None
    assert throws is not None
    return rule.finding(
        migration.sources.place(throws),
        f"`down` of {code(migration.name)} ends here in an error of its own code"
        + (": nothing of `up` is undone." if migration.transaction else "."),
        advice="Run `npx knex migrate:down` once against a database of your own.",
        direction=Direction.DOWN,
    )


def _refused(migration: AddedMigration, refused: Refused) -> Finding:
    statement = refused.step.statement
    rest = (
        "nothing of `up` is undone" if migration.transaction else "what comes after it is not run"
    )
    return rule.finding(
        place_of(migration, statement, refused.step.operation.at),
        f"`down` of {code(migration.name)} fails here, and {rest}: PostgreSQL refuses this "
        f"(SQLSTATE {refused.sqlstate}: {_short(refused.message)}).",
        advice="Undo what `up` did in the reverse order, under the names that it gave. "
        "`npx knex migrate:down` against a database of your own shows whether it works.",
        direction=Direction.DOWN,
        statement=statement.sql.string,
    )


def _short(message: str) -> str:
    return message.replace("public.", "").rstrip(".")


def _differing(migration: AddedMigration, differences: tuple[Difference, ...]) -> Finding:
    lost = " What is missing comes back without its data, if at all." if _loses(differences) else ""
    return rule.finding(
        migration.sources.place(migration.exports["down"].span),
        f"After `up` and `down` of {code(migration.name)} the schema is not as before: "
        f"{told(differences)}.{lost}",
        advice=_advice(differences),
        direction=Direction.DOWN,
    )


def _loses(differences: tuple[Difference, ...]) -> bool:
    kept = ("table", "column")
    return any(one.how is How.MISSING and one.part.kind in kept for one in differences)


def _advice(differences: tuple[Difference, ...]) -> str:
    lines = restoring(differences)
    missing = [one for one in differences if one.how is How.MISSING]
    parts = []
    if lines:
        parts.append("Add to `down`:\n" + fenced(*lines))
    if missing:
        parts.append(
            "Make again in `down` what `up` dropped, as the earlier migrations made it, and give "
            "what it renamed its old name."
        )
    if not parts:
        parts.append("Change it back in `down` to what the earlier migrations made it.")
    return "\n".join(parts)
