"""BEGIN, COMMIT or ROLLBACK inside Knex's own transaction

Knex runs migrations in a transaction that it opened and means to end itself. A raw COMMIT or
ROLLBACK ends it early: what follows runs without one, and a failure leaves half of the batch in
place, or undoes migrations that Knex goes on to record as done. A raw BEGIN is only a
[warning](https://www.postgresql.org/docs/current/sql-begin.html), and the COMMIT that belongs to
it ends Knex's. See [Knex's transactions in
migrations](https://knexjs.org/guide/migrations.html#transactions-in-migrations).

## Unsafe

```js
exports.up = async (knex) => {
  await knex.raw('CREATE TABLE tags (id bigint PRIMARY KEY)');
  await knex.raw('COMMIT'); // expect: transaction-control-in-migration
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.transaction(async (trx) => {
    await trx.raw('CREATE TABLE tags (id bigint PRIMARY KEY)');
  });
};
```

## When it is fine

Under `transaction: false`, within one `knex.raw` that holds the BEGIN, the work and the COMMIT.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import ControlTransaction, TransactionVerb
from analyzers.rules.context import Context
from analyzers.rules.rule import Rule

rule = Rule(__name__, __doc__, severity=Severity.ERROR)

MEANING = {
    TransactionVerb.BEGIN: "only warns here, and the COMMIT that belongs to it ends",
    TransactionVerb.COMMIT: "ends",
    TransactionVerb.ROLLBACK: "undoes and ends",
}


@rule.on(ControlTransaction)
def check(control: ControlTransaction, context: Context) -> Iterator[Finding]:
    if control.verb not in MEANING or context.statement.transaction is None:
        return
    yield rule.finding(
        context.place(control.at),
        f"{control.verb.value.upper()} {MEANING[control.verb]} the transaction that Knex opened: "
        "what follows runs without one, and cannot be undone.",
        advice="Leave it out: Knex commits. For a part of its own use `knex.transaction(…)`; to do "
        "without a transaction, `exports.config = { transaction: false }`.",
    )
