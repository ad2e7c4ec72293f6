"""`table` in the callback of `createTable` and `alterTable`, and what its methods give."""

from collections.abc import Sequence

from analyzers.javascript.machine import Machine
from analyzers.javascript.values import UNDEFINED, Outcome, Undefined, Unknown, Value
from analyzers.knex.builder import Builder, Call, Connection, Method, Methods, no_effect
from analyzers.knex.column_sql import ALIASES
from analyzers.knex.execution import Habit
from analyzers.knex.raw import Raw
from analyzers.knex.records import Column, Foreign, Table
from analyzers.knex.release import Since
from analyzers.knex.sql import split
from analyzers.knex.values import is_object, known, member, truthy
from analyzers.source import Span
from analyzers.struct import replace
from analyzers.text import Text

_PERHAPS = "is told only under a condition, or in a loop"


class TableBuilder(Builder):
    """Records what happens to one table."""

    def __init__(self, connection: Connection, table: Table) -> None:
        super().__init__(connection)
        self.table = table

    def get(self, machine: Machine, key: str, at: Span) -> Value:
        if key in ONLY_ON_ALTER and self.table.kind != "alter":
            return UNDEFINED
        return super().get(machine, key, at)

    def entry(self, machine: Machine, at: Span) -> Span | None:
        """A helper of the migration's own file is looked for where it is written."""
        together = at.path != machine.path or self.table.call.at.holds(at)
        return super().entry(machine, at) if together else at

    def spoil(self, machine: Machine, unknown: Unknown, at: Span) -> None:
        self.table.spoilt = unknown

    def column(self, method: str, call: Call) -> "ColumnBuilder":
        column = Column(ALIASES.get(method, method).lower(), call)
        self.table.columns.append(column)
        return ColumnBuilder(self, column)

    def foreign(self, call: Call, columns: Value, key: Value) -> Foreign:
        foreign = Foreign(call, columns, {"withKeyName": (key, call)})
        self.table.statements.append(foreign)
        return foreign


class ColumnBuilder(Builder):
    """One column, and what is chained to it."""

    def __init__(self, builder: TableBuilder, column: Column) -> None:
        super().__init__(builder.connection)
        self.builder = builder
        self.column = column

    def entry(self, machine: Machine, at: Span) -> Span | None:
        return self.builder.entry(machine, at)

    def get(self, machine: Machine, key: str, at: Span) -> Value:
        on_alter = key in ONLY_ON_ALTERED and self.builder.table.kind != "alter"
        on_foreign = key in ONLY_ON_FOREIGN and self.column.foreign is None
        if on_alter or on_foreign:
            return UNDEFINED
        return super().get(machine, key, at)

    def _run(
        self, key: str, method: Method, machine: Machine, arguments: Sequence[Value], at: Span
    ) -> Outcome:
        told_later = not self.column.call.moment.lasts(machine)
        if told_later and key not in STATEMENTS_OF_COLUMN:
            self.spoil(machine, Unknown(_PERHAPS, at), at)
        return super()._run(key, method, machine, arguments, at)

    def spoil(self, machine: Machine, unknown: Unknown, at: Span) -> None:
        self.column.spoilt = unknown
        if self.column.foreign is not None:
            self.column.foreign.spoilt = unknown


class ForeignBuilder(Builder):
    """`table.foreign(…)`, and what is chained to it."""

    def __init__(self, connection: Connection, foreign: Foreign) -> None:
        super().__init__(connection)
        self.foreign = foreign

    def _run(
        self, key: str, method: Method, machine: Machine, arguments: Sequence[Value], at: Span
    ) -> Outcome:
        if not self.foreign.call.moment.lasts(machine):
            self.spoil(machine, Unknown(_PERHAPS, at), at)
        return super()._run(key, method, machine, arguments, at)

    def spoil(self, machine: Machine, unknown: Unknown, at: Span) -> None:
        self.foreign.spoilt = unknown


class ReferencesBuilder(Builder):
    """What `references('column')` gives: Knex wants the table next, and knows nothing else."""

    def __init__(self, connection: Connection, foreign: Foreign, chain: Builder) -> None:
        super().__init__(connection)
        self.foreign = foreign
        self.chain = chain


def _column(builder: TableBuilder, call: Call) -> Outcome:
    return builder.column(call.method, call)


def _statement(builder: TableBuilder, call: Call) -> Outcome:
    builder.table.statements.append(call)
    return builder


def _check(builder: TableBuilder, call: Call) -> Outcome:
    if builder.table.kind != "alter":
        builder.table.checks.append(call)
        return builder
    builder.table.statements.append(call)
    return UNDEFINED


def _drop_checks(builder: TableBuilder, call: Call) -> Outcome:
    builder.table.statements.append(call)
    if len(call.arguments) > 1:
        call.observe(Habit.IGNORED_BY_KNEX, "all names but the first of dropChecks")
    return UNDEFINED


def _primary(builder: TableBuilder, call: Call) -> Outcome:
    creates = builder.table.kind in ("create", "createIfNot")
    others = [s for s in builder.table.statements if isinstance(s, Call) and s.method == "primary"]
    if creates and others and builder.release.has(Since.INLINE_PRIMARY_KEY):
        call.observe(Habit.IGNORED_BY_KNEX, "a second primary key")
    return _statement(builder, call)


def _index(builder: TableBuilder, call: Call) -> Outcome:
    modern = builder.release.has(Since.STORAGE_ENGINE_INDEX_TYPE)
    ignored = "indexType" if modern else "storageEngineIndexType"
    options = call[2]
    if _says(options, ignored) and not _is_unique_type(options, ignored):
        call.observe(Habit.IGNORED_BY_KNEX, f"the option {ignored}")
    return _statement(builder, call)


def _unique(builder: TableBuilder, call: Call) -> Outcome:
    ignored = ["storageEngineIndexType", "nullsNotDistinct"]
    if not builder.release.has(Since.PARTIAL_UNIQUE_INDEX):
        ignored += ["useConstraint", "predicate"]
    for option in ignored:
        if _says(call[1], option):
            call.observe(Habit.IGNORED_BY_KNEX, f"the option {option}")
    return _statement(builder, call)


def _says(options: Value, option: str) -> bool:
    if not is_object(options):
        return False
    return not isinstance(member(options, option), Undefined)


def _is_unique_type(options: Value, option: str) -> bool:
    chosen = member(options, option)
    return isinstance(chosen, Text) and chosen.string.lower() == "unique"


def _foreign(builder: TableBuilder, call: Call) -> Outcome:
    foreign = builder.foreign(call, call[0], call[1])
    return ForeignBuilder(builder.connection, foreign)


def _timestamps(builder: TableBuilder, call: Call) -> Outcome:
    zone, now, camel = call[0], call[1], call[2]
    if builder.release.has(Since.CAMEL_CASE_TIMESTAMPS) and is_object(zone):
        zone, now, camel = (member(zone, key) for key in _TIMESTAMPS_OPTIONS)
    uses_camel = builder.release.has(Since.CAMEL_CASE_TIMESTAMPS) and truthy(camel)
    names = ("createdAt", "updatedAt") if uses_camel else ("created_at", "updated_at")
    method = "timestamp" if known(zone) is True else "datetime"
    columns = [builder.column(method, _derived(call, method, Text.of(name))) for name in names]
    if known(now) is True:
        current = Raw(builder.connection, Text.of("CURRENT_TIMESTAMP", call.at), UNDEFINED, call.at)
        for column in columns:
            column.column.modifiers["nullable"] = _derived(call, "nullable", False)
            column.column.modifiers["defaultTo"] = _derived(call, "defaultTo", current)
    return UNDEFINED


_TIMESTAMPS_OPTIONS = ("useTimestamps", "defaultToNow", "useCamelCase")


def _derived(call: Call, method: str, *arguments: Value) -> Call:
    """A call that Knex makes itself on behalf of `call`."""
    return replace(call, method=method, arguments=arguments)


def _comment(builder: TableBuilder, call: Call) -> Outcome:
    if not isinstance(call[0], (Text, Unknown)):
        return call.machine.throw("Table comment must be string", call.at)
    builder.table.single["comment"] = call
    return UNDEFINED


def _inherits(builder: TableBuilder, call: Call) -> Outcome:
    if builder.table.kind == "alter":
        return call.machine.throw("Knex does not support altering the inherits", call.at)
    builder.table.single["inherits"] = call
    return UNDEFINED


def _only_mysql(builder: TableBuilder, call: Call) -> Outcome:
    return call.machine.throw(f"Knex only supports {call.method} statement with mysql.", call.at)


def _modifier(builder: ColumnBuilder, call: Call) -> Outcome:
    builder.column.modifiers[_SAME_MODIFIER.get(call.method, call.method)] = call
    return builder


def _not_nullable(builder: ColumnBuilder, call: Call) -> Outcome:
    builder.column.modifiers["nullable"] = _derived(call, "nullable", False)
    return builder


def _ignored(builder: ColumnBuilder, call: Call) -> Outcome:
    call.observe(Habit.IGNORED_BY_KNEX, f"{call.method}()")
    return builder


def _key_of_column(builder: ColumnBuilder, call: Call) -> Outcome:
    """`.index()`, `.unique()` and `.primary()` of a column ask the table for it."""
    if "increments" in builder.column.type:
        return builder
    name = builder.column.call[0]
    asked = call.with_arguments(name, *call.arguments)
    TABLE_METHODS[call.method].run(builder.builder, asked)
    return builder


def _alter(builder: ColumnBuilder, call: Call) -> Outcome:
    builder.column.altered = call
    if call.arguments and not builder.release.has(Since.ALTER_OPTIONS):
        call.observe(Habit.IGNORED_BY_KNEX, "the options of alter()")
    return builder


def _column_references(builder: ColumnBuilder, call: Call) -> Outcome:
    if builder.column.foreign is None:
        name = builder.column.call[0]
        builder.column.foreign = builder.builder.foreign(call, name, UNDEFINED)
    return _refer(builder, builder.column.foreign, call)


def _foreign_references(builder: ForeignBuilder, call: Call) -> Outcome:
    return _refer(builder, builder.foreign, call)


def _refer(chain: Builder, foreign: Foreign, call: Call) -> Outcome:
    """`references('table.column')` names both; without a table Knex wants `inTable` next."""
    target = call[0]
    parts = split(target, ".") if isinstance(target, Text) else []
    if len(parts) < 2:
        foreign.told["references"] = (target, call)
        return ReferencesBuilder(chain.connection, foreign, chain)
    foreign.told["inTable"] = (parts[0], call)
    foreign.told["references"] = (parts[1], call)
    if len(parts) > 2 and isinstance(target, Text):
        schema, table, column, *_ = (part.string for part in parts)
        subject = f"`.{column}` of `references('{target.string}')`"
        reading = f"it takes `{table}` for a column of a table `{schema}`"
        call.observe(Habit.IGNORED_BY_KNEX, f"{subject}, of which {reading}")
    return chain


def _in_table(builder: ReferencesBuilder, call: Call) -> Outcome:
    table = call[0]
    if not isinstance(table, (Text, Unknown)):
        return call.machine.throw("Expected tableName to be a string", call.at)
    builder.foreign.told["inTable"] = (table, call)
    return builder.chain


def _told(builder: Builder, call: Call) -> Outcome:
    foreign = builder.foreign if isinstance(builder, ForeignBuilder) else None
    if isinstance(builder, ColumnBuilder):
        foreign = builder.column.foreign
    if foreign is not None:
        foreign.told[call.method] = (call[0], call)
    return builder


_COLUMN_TYPES = (
    "tinyint smallint mediumint int bigint decimal float double real bit boolean serial date"
    " datetime timestamp time year geometry geography point char varchar tinytext tinyText text"
    " mediumtext mediumText longtext longText binary varbinary tinyblob tinyBlob mediumblob"
    " mediumBlob blob longblob longBlob enum set bool dateTime increments bigincrements"
    " bigIncrements integer biginteger bigInteger string json jsonb uuid enu specificType"
)

_SAME_MODIFIER = {"default": "defaultTo", "defaultsTo": "defaultTo"}

_CHECKS = "checkPositive checkNegative checkIn checkNotIn checkBetween checkLength checkRegex check"

TABLE_METHODS: Methods = {
    **{name: Method(_column) for name in _COLUMN_TYPES.split()},
    "timestamps": Method(_timestamps),
    "comment": Method(_comment),
    "inherits": Method(_inherits),
    "engine": Method(_only_mysql),
    "charset": Method(_only_mysql),
    "collate": Method(_only_mysql),
    "queryContext": Method(no_effect),
    "foreign": Method(_foreign),
    "index": Method(_index),
    "unique": Method(_unique),
    "primary": Method(_primary),
    "dropPrimary": Method(_statement),
    "dropUnique": Method(_statement),
    "dropIndex": Method(_statement),
    "dropForeign": Method(_statement),
    "dropPrimaryIfExists": Method(_statement, Since.DROP_IF_EXISTS),
    "dropUniqueIfExists": Method(_statement, Since.DROP_IF_EXISTS),
    "dropForeignIfExists": Method(_statement, Since.DROP_IF_EXISTS),
    "check": Method(_check, Since.CHECKS),
    "dropChecks": Method(_drop_checks, Since.CHECKS),
    "renameColumn": Method(_statement),
    "dropTimestamps": Method(_statement),
    "setNullable": Method(_statement),
    "dropNullable": Method(_statement),
    "dropColumn": Method(_statement),
    "dropColumns": Method(_statement),
}
TableBuilder.methods = TABLE_METHODS

ONLY_ON_ALTER = frozenset(
    {
        "renameColumn",
        "dropTimestamps",
        "setNullable",
        "dropNullable",
        "dropColumn",
        "dropColumns",
        "dropChecks",
    }
)
"""Methods of a table builder that `createTable` doesn't have."""

_FOREIGN_METHODS: Methods = {
    "onUpdate": Method(_told),
    "onDelete": Method(_told),
    "withKeyName": Method(_told),
    "deferrable": Method(_told),
}
ForeignBuilder.methods = {**_FOREIGN_METHODS, "references": Method(_foreign_references)}
ReferencesBuilder.methods = {"on": Method(_in_table), "inTable": Method(_in_table)}

COLUMN_METHODS: Methods = {
    **_FOREIGN_METHODS,
    **{name: Method(_modifier, Since.CHECKS) for name in _CHECKS.split()},
    "references": Method(_column_references),
    "default": Method(_modifier),
    "defaultsTo": Method(_modifier),
    "defaultTo": Method(_modifier),
    "nullable": Method(_modifier),
    "notNull": Method(_not_nullable),
    "notNullable": Method(_not_nullable),
    "comment": Method(_modifier),
    "unsigned": Method(no_effect),
    "first": Method(_ignored),
    "after": Method(_ignored),
    "collate": Method(_ignored),
    "index": Method(_key_of_column),
    "unique": Method(_key_of_column),
    "primary": Method(_key_of_column),
    "queryContext": Method(no_effect),
    "alter": Method(_alter),
    "alterType": Method(_ignored),
    "drop": Method(_ignored),
}
ColumnBuilder.methods = COLUMN_METHODS

ONLY_ON_ALTERED = frozenset({"alter", "alterType", "drop"})
"""Methods of a column that only `alterTable` gives it."""

STATEMENTS_OF_COLUMN = frozenset({"index", "unique", "primary", "references"})
"""Methods of a column that make a statement of their own."""

ONLY_ON_FOREIGN = frozenset(_FOREIGN_METHODS)
"""Methods of a column that `references` gives it."""
