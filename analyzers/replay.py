"""Replays what a migration sends over the schema that was there before it."""

from dataclasses import dataclass, field

from analyzers.knex.execution import Execution, Statement
from analyzers.postgres.effects import effects
from analyzers.postgres.operations import Name, Operation
from analyzers.postgres.parser import ParsedStatement, SqlSyntaxError, parse
from analyzers.postgres.replay import apply
from analyzers.postgres.schema import Schema
from analyzers.postgres.transaction import Transaction
from analyzers.postgres.translate import operations
from analyzers.rules.context import Replay, SqlProblem, Step


@dataclass(slots=True)
class Replaying:
    """The `Database` that one direction of one migration talks to.

    It keeps every operation with the schema and the transaction before it. A migration may use
    several transactions at once (`knex.transaction` inside it, statements outside of any):
    `transactions` holds the state of each by its number.
    """

    schema: Schema
    major: int
    transactions: dict[int | None, Transaction] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    problems: list[SqlProblem] = field(default_factory=list)

    def send(self, statement: Statement) -> None:
        for parsed in parse(statement.sql.string):
            self._take(statement, parsed)

    def has_table(self, schema: str | None, table: str) -> bool | None:
        return self.schema.has_table(Name(table, schema))

    def has_column(self, schema: str | None, table: str, column: str) -> bool | None:
        return self.schema.has_column(Name(table, schema), column)

    def finish(self, execution: Execution) -> Replay:
        """All of it, now that the migration has ended as `execution`."""
        return Replay(execution, tuple(self.steps), tuple(self.problems), self.schema)

    def _take(self, statement: Statement, parsed: ParsedStatement | SqlSyntaxError) -> None:
        if isinstance(parsed, SqlSyntaxError):
            self.problems.append(SqlProblem(statement, parsed.message, parsed.offset))
            return
        for operation in operations(parsed):
            self._do(statement, operation)

    def _do(self, statement: Statement, operation: Operation) -> None:
        transaction = self._transaction(statement.transaction)
        effect = effects(operation, self.schema, transaction, self.major)
        self.steps.append(Step(operation, statement, self.schema, transaction, effect))
        conditional = statement.conditional or operation.conditional
        self.schema = apply(self.schema, operation, conditional=conditional)
        self.transactions[statement.transaction] = transaction.advance(operation, effect)

    def _transaction(self, number: int | None) -> Transaction:
        fresh = Transaction.none() if number is None else Transaction.begun()
        return self.transactions.get(number, fresh)
