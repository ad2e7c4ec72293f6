"""Replays what a migration sends over the schema that was there before it."""

from collections.abc import Sequence

from analyzers.knex.execution import Execution, Statement, Undone
from analyzers.postgres.effect import Refusal
from analyzers.postgres.effects import Effects, effects
from analyzers.postgres.operations import (
    ControlTransaction,
    CreateTable,
    Name,
    Operation,
    TransactionVerb,
)
from analyzers.postgres.parser import ParsedStatement, SqlSyntaxError, parse
from analyzers.postgres.prepared import refused, without_values
from analyzers.postgres.replay import apply
from analyzers.postgres.replay.doubt import either
from analyzers.postgres.schema import Schema
from analyzers.postgres.transaction import Transaction
from analyzers.postgres.translate import operations
from analyzers.rules.context import Replay, SqlProblem, Step
from analyzers.struct import Struct, field, replace
from analyzers.tables import named_tables

BEGIN = TransactionVerb.BEGIN
COMMIT = ControlTransaction(TransactionVerb.COMMIT)


class Known(Struct, frozen=True):
    """What is known of a database at one moment.

    `from_empty`: the history began with an empty database, for all that has been seen, so that a
    table it never named isn't there. `doubt`: the first migration that isn't understood. `shared`:
    other lists of migrations change the same tables.
    """

    schema: Schema = field(default_factory=Schema)
    from_empty: bool = True
    doubt: str | None = None
    shared: bool = False


class Replaying(Struct):
    """The `Database` that one direction of one migration talks to.

    It keeps every operation with the schema and the transaction before it. A migration may use
    several transactions at once (`knex.transaction` inside it, statements outside of any):
    `transactions` holds the state of each by its number. `sent`: how many steps were there before
    each statement. `refused`: why what is sent now fails as a whole, whatever the schema.
    """

    known: Known
    major: int
    transactions: dict[int | None, Transaction] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    problems: list[SqlProblem] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    refused: Refusal | None = None

    @property
    def schema(self) -> Schema:
        return self.known.schema

    def send(self, statement: Statement) -> None:
        self.sent.append(len(self.steps))
        parsed = parse(statement.sql.string)
        self.refused = refused(parsed, statement.prepared)
        if statement.transaction is None and len(parsed) > 1:
            self._send_together(statement, parsed)
            return
        for one in parsed:
            self._take(statement, one)

    def make(self, schema: str | None, table: str, *, conditional: bool) -> None:
        name = Name(table, schema)
        if self.schema.table(name) is None:
            made = apply(self.schema, CreateTable(name), conditional=conditional)
            there = made.table(name)
            if there is not None:
                made = made.with_table(replace(there, certain=False))
            self.known = replace(self.known, schema=made)

    def undo(self, undone: Undone) -> None:
        """Goes back to what a transaction met, for all but what others have done since."""
        since = self.sent[undone.first]
        own = [s for s in self.steps[since:] if s.statement.transaction == undone.transaction]
        if not own:
            return
        without = self._without(own[0].schema, undone.transaction)
        schema = either(self.schema, without) if undone.conditional else without
        self.known = replace(self.known, schema=schema)
        if not undone.conditional:
            self.transactions[undone.transaction] = own[0].transaction

    def has_table(self, schema: str | None, table: str) -> bool | None:
        name = Name(table, schema)
        return False if self._never_named(name) else self.schema.has_table(name)

    def has_column(self, schema: str | None, table: str, column: str) -> bool | None:
        name = Name(table, schema)
        return None if self._never_named(name) else self.schema.has_column(name, column)

    def finish(self, execution: Execution) -> Replay:
        """All of it, now that the migration has ended as `execution`."""
        steps, problems = tuple(self.steps), tuple(self.problems)
        return Replay(execution, steps, problems, self.schema, self.known.from_empty)

    def _send_together(
        self, statement: Statement, parsed: Sequence[ParsedStatement | SqlSyntaxError]
    ) -> None:
        """Several statements of one text are one transaction, even outside of any.

        https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT
        """
        own = False
        for one in parsed:
            outside = self._transaction(None)
            if not outside.open:
                own = True
                self.transactions[None] = Transaction.begun(outside.settings, self.schema)
            self._take(statement, one)
            own = own and not self._begins(self.steps[-1:])
        if own:
            self.transactions[None] = self._transaction(None).advance(COMMIT, Effects())

    def _begins(self, last: Sequence[Step]) -> bool:
        """Whether a statement has made a lasting transaction of what began with its text."""
        operations = [step.operation for step in last]
        return any(isinstance(o, ControlTransaction) and o.verb is BEGIN for o in operations)

    def _take(self, statement: Statement, parsed: ParsedStatement | SqlSyntaxError) -> None:
        if isinstance(parsed, SqlSyntaxError):
            self.problems.append(SqlProblem(statement, parsed.message, parsed.offset))
            return
        for operation in operations(parsed):
            own = statement.prepared is None
            self._do(statement, operation if own else without_values(operation))

    def _do(self, statement: Statement, operation: Operation) -> None:
        from_empty = self.known.from_empty and not self._needs_unknown(operation)
        transaction = self._transaction(statement.transaction)
        if self.refused is None:
            effect = effects(operation, self.schema, transaction, self.major)
        else:
            effect = Effects(refusal=self.refused)
        self.steps.append(Step(operation, statement, self.schema, transaction, effect))
        advanced = transaction.advance(operation, effect, self.schema)
        self.transactions[statement.transaction] = advanced
        after = self._after(self.steps[-1])
        self.known = replace(self.known, schema=after, from_empty=from_empty)

    def _after(self, step: Step) -> Schema:
        operation = step.operation
        conditional = step.statement.conditional or operation.conditional
        back = step.transaction.undone(operation)
        if back is None:
            return apply(self.schema, operation, conditional=conditional)
        without = self._without(back, step.statement.transaction)
        return either(self.schema, without) if conditional else without

    def _without(self, back: Schema, transaction: int | None) -> Schema:
        """`back`, an earlier schema, with what all but one transaction have changed since."""
        since = next((i for i, step in enumerate(self.steps) if step.schema is back), 0)
        for step in self.steps[since:]:
            if step.statement.transaction != transaction:
                conditional = step.statement.conditional or step.operation.conditional
                back = apply(back, step.operation, conditional=conditional)
        return back

    def _transaction(self, number: int | None) -> Transaction:
        """Its state; one that the migration opens itself begins on a connection as it is left."""
        known = self.transactions.get(number)
        if known is not None:
            return known
        return Transaction.none() if number is None else self._opened()

    def _opened(self) -> Transaction:
        outside = self.transactions.get(None)
        return Transaction.begun(outside.settings if outside else None, self.schema)

    def _never_named(self, table: Name) -> bool:
        return (
            self.known.from_empty
            and self.schema.has_table(table) is None
            and (self.schema.table(table) is None)
        )

    def _needs_unknown(self, operation: Operation) -> bool:
        """Whether it changes a table that the history doesn't know: somebody else made it."""
        if isinstance(operation, CreateTable) or getattr(operation, "if_exists", False):
            return False
        return any(self._is_unknown(name) for name in named_tables(operation))

    def _is_unknown(self, table: Name) -> bool:
        schema = self.schema
        named = schema.table(table) or schema.view(table)
        return named is None and schema.has_table(table) is None
