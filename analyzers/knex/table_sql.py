"""A table builder's calls as the statements that Knex makes of them, in its order."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from analyzers.javascript.machine import Machine
from analyzers.javascript.values import UNDEFINED, Array, Undefined, Unknown, Value
from analyzers.knex.builder import Call
from analyzers.knex.column_sql import (
    ColumnWriter,
    comment_statement,
    default_clause,
    enum_values,
    native_enum,
)
from analyzers.knex.expressions import dotted_name, name, wrapped
from analyzers.knex.foreign_sql import foreign_key
from analyzers.knex.key_sql import KEY_STATEMENTS, inline_primary_key, primary_keys
from analyzers.knex.literals import inlined
from analyzers.knex.raw import with_bindings
from analyzers.knex.records import Foreign, Table
from analyzers.knex.release import Release, Since
from analyzers.knex.sql import EMPTY, Part, Query, Unknowable, joined, optional, sql, text
from analyzers.knex.steps import Step
from analyzers.knex.table_names import TableName
from analyzers.knex.values import items, known, member, string, truthy
from analyzers.struct import replace
from analyzers.text import Text


def statements(table: Table, release: Release) -> list[Step]:
    """Everything that Knex sends for `table`, in its order."""
    return list(TableWriter(table, release).steps())


class TableWriter:
    """Writes the statements of one table builder."""

    def __init__(self, table: Table, release: Release) -> None:
        self.table = table
        self.release = release
        self.name = TableName(table.name, table.schema)
        self.unnamed_checks = 0
        self.writers = [ColumnWriter(table, column, release) for column in table.columns]

    def steps(self) -> Iterator[Step]:
        added = [writer for writer in self.writers if writer.column.altered is None]
        altered = [writer for writer in self.writers if writer.column.altered is not None]
        creates = self.table.kind != "alter"
        if creates:
            altered = []
        yield from self._enum_types([*added, *altered])
        yield from self._create(added) if creates else self._add(added)
        for writer in altered:
            yield from self._alter(writer)
        for writer in (*added, *altered):
            yield from self._afterwards(writer)
        for statement in self.table.statements:
            yield from self._statement(statement)
        if not creates:
            yield from self._table_comment()

    def _enum_types(self, writers: list[ColumnWriter]) -> Iterator[Step]:
        """Each type is put before all that was there: the last one comes first."""
        for writer in reversed(writers):
            if writer.column.type == "enu":
                yield self._step(writer.column.call, partial(self._enum_type, writer))

    def _enum_type(self, writer: ColumnWriter) -> Query:
        created = native_enum(writer)
        if created is None:
            return EMPTY
        return sql("create type ", created, " as enum ('", enum_values(writer.column.call), "')")

    def _create(self, writers: list[ColumnWriter]) -> Iterator[Step]:
        """Where one condition, that a run decides, adds columns: with them, or without them."""
        certain = [writer for writer in writers if self._is_certain(writer.column.call)]
        moments = [writer.column.call.moment for writer in writers if writer not in certain]
        several = len({id(moment.trail) for moment in moments}) > 1
        if several or any(moment.repeated for moment in moments):
            write = partial(self._create_table, writers)
            yield replace(self._step(self.table.call, write), makes=self._makes)
        else:
            for some in (writers, certain) if moments else (writers,):
                write = partial(self._create_table, some, with_perhaps=True)
                step = self._step(self.table.call, write)
                yield replace(step, perhaps=bool(moments), makes=self._makes)
        yield from self._table_comment()

    def _makes(self, machine: Machine) -> None:
        table, schema = self.table.name, self.table.schema
        if isinstance(table, Text) and isinstance(schema, Text | Undefined):
            within = schema.string if isinstance(schema, Text) else None
            machine.database.make(within, table.string, conditional=machine.conditional)

    def _create_table(self, writers: list[ColumnWriter], *, with_perhaps: bool = False) -> Query:
        if self.table.spoilt is not None:
            raise Unknowable(self.table.spoilt)
        calls = [] if with_perhaps else [writer.column.call for writer in writers]
        for call in (*calls, *primary_keys(self.table)):
            self._certain(call)
        defined = joined(", ", [writer.definition() for writer in writers])
        inherited = self.table.single.get("inherits")
        return sql(
            "create table if not exists " if self.table.kind == "createIfNot" else "create table ",
            self.name.query(),
            *((" (", self._like(defined), ")") if self._is_like() else self._body(defined)),
            sql(" inherits (", wrapped(inherited[0]), ")") if inherited else EMPTY,
        )

    def _is_like(self) -> bool:
        return self.table.kind == "createLike" and truthy(self.table.like)

    def _like(self, defined: Query) -> Query:
        like = TableName(self.table.like, self.table.schema).query()
        extra = defined and self.release.has(Since.COLUMNS_ON_TABLE_LIKE)
        return sql("like ", like, " including all", optional(extra, ", ", defined))

    def _body(self, defined: Query) -> tuple[Part, ...]:
        checks = [call.wrote(sql(", ", self._inline_check(call))) for call in self.table.checks]
        return (" (", defined, inline_primary_key(self.table, self.release), *checks, ")")

    def _inline_check(self, call: Call) -> Query:
        named = optional(truthy(call[2]), "constraint ", string(call[2]), " ")
        return sql(named, "check (", inlined(with_bindings(string(call[0]), call[1])), ")")

    def _add(self, writers: list[ColumnWriter]) -> Iterator[Step]:
        """Knex adds all columns in one statement. What only a run decides stands by itself: each
        column does the same to the table whether it comes alone or with others."""
        certain = [w for w in writers if self._is_certain(w.column.call)]
        uncertain = [w for w in writers if w not in certain]
        for together in filter(None, (certain, *([one] for one in uncertain))):
            call = together[0].column.call if len(together) == 1 else self.table.call
            yield self._step(call, partial(self._add_columns, together))

    def _add_columns(self, writers: list[ColumnWriter]) -> Query:
        added = [sql("add column ", writer.definition()) for writer in writers]
        parts = [w.column.call.wrote(part) for part, w in zip(added, writers, strict=True)]
        return sql("alter table ", self.name.query(), " ", joined(", ", parts))

    def _alter(self, writer: ColumnWriter) -> Iterator[Step]:
        call, column = writer.column.call, writer.column
        yield self._step(call, lambda: self._altered(writer, " drop default"))
        nullable = column.modifiers.get("nullable")
        gives_up = nullable if nullable and known(nullable[0]) is not False else call
        yield self._step(
            gives_up, lambda: self._if_option(writer, "alterNullable", " drop not null")
        )
        yield self._step(call, lambda: self._retyped(writer))
        if default := column.modifiers.get("defaultTo"):
            yield self._step(
                default,
                lambda: self._altered(writer, sql(" set ", default_clause(writer, default))),
            )
        if nullable:
            yield self._step(nullable, lambda: self._not_null(writer, nullable))

    def _altered(self, writer: ColumnWriter, *change: Part) -> Query:
        named = name(writer.raw_name())
        return sql("alter table ", self.name.query(), " alter column ", named, *change)

    def _if_option(self, writer: ColumnWriter, option: str, *change: Part) -> Query:
        """A part of `.alter()` that its options leave out when they say false."""
        return self._altered(writer, *change) if self._asked(writer, option) else EMPTY

    def _asked(self, writer: ColumnWriter, option: str) -> bool:
        if writer.column.altered is None or not self.release.has(Since.ALTER_OPTIONS):
            return True
        asked = member(writer.column.altered[0], option)
        return isinstance(asked, Undefined) or truthy(asked)

    def _retyped(self, writer: ColumnWriter) -> Query:
        if not self._asked(writer, "alterType"):
            return EMPTY
        named, type_ = name(writer.raw_name()), writer.type()
        cast = "::text::" if writer.column.type == "enu" else "::"
        return self._altered(writer, " type ", type_, " using (", named, cast, type_, ")")

    def _not_null(self, writer: ColumnWriter, nullable: Call) -> Query:
        if known(nullable[0]) is not False:
            return EMPTY
        return self._if_option(writer, "alterNullable", " set not null")

    def _afterwards(self, writer: ColumnWriter) -> Iterator[Step]:
        """Statements about one column that follow: its comment, and checks of an altered one."""
        if comment := writer.column.modifiers.get("comment"):
            yield self._step(comment, partial(comment_statement, writer, self.name, comment))
        for call in writer.check_calls():
            yield self._step(call, partial(self._column_check, writer, call))

    def _column_check(self, writer: ColumnWriter, call: Call) -> Query:
        predicate, chosen = writer.check(call)
        if truthy(chosen):
            return self._constraint(string(chosen), predicate)
        writer.unnamed_checks += 1
        number = f"_{writer.unnamed_checks}"
        generated = text(string(self.table.name), "_", writer.raw_name(), number)
        return self._constraint(generated, predicate)

    def _constraint(self, constraint: Part, predicate: Part) -> Query:
        table = self.name.query()
        return sql("alter table ", table, " add constraint ", constraint, " check(", predicate, ")")

    def _statement(self, statement: Call | Foreign) -> Iterator[Step]:
        if isinstance(statement, Foreign):
            write = partial(foreign_key, self.name, statement, self.release)
            yield self._step(statement.call, write)
        elif statement.method == "primary" and self._has_inline_primary():
            return
        elif key := KEY_STATEMENTS.get(statement.method):
            yield self._step(statement, partial(key, self.name, statement, self.release))
        else:
            yield self._step(statement, partial(STATEMENTS[statement.method], self, statement))

    def _has_inline_primary(self) -> bool:
        inline = self.release.has(Since.INLINE_PRIMARY_KEY)
        return inline and self.table.kind in ("create", "createIfNot")

    def _table_comment(self) -> Iterator[Step]:
        if comment := self.table.single.get("comment"):
            yield self._step(
                comment,
                lambda: sql(
                    "comment on table ", self.name.query(), " is '", string(comment[0]), "'"
                ),
            )

    def _step(self, call: Call, write: Callable[[], Query]) -> Step:
        return Step(call, write, within=self.table.begun)

    def _certain(self, call: Call) -> None:
        """Refuses a part that only a run decides whether it is there."""
        if not self._is_certain(call):
            raise Unknowable(
                Unknown("is part of a table only under a condition, or in a loop", call.at)
            )

    def _is_certain(self, call: Call) -> bool:
        return call is self.table.call or call.moment.implies(self.table.begun)

    def named_check(self, call: Call) -> Query:
        chosen = call[2]
        if truthy(chosen):
            constraint: Part = string(chosen)
        else:
            self.unnamed_checks += 1
            constraint = sql(self.name.query(), f"_{self.unnamed_checks}")
        return self._constraint(constraint, string(call[0]))


def _rename_column(writer: TableWriter, call: Call) -> Query:
    old, new = wrapped(call[0]), wrapped(call[1])
    return sql("alter table ", writer.name.query(), " rename ", old, " to ", new)


def _nullability(action: str) -> Callable[[TableWriter, Call], Query]:
    def write(writer: TableWriter, call: Call) -> Query:
        column = wrapped(call[0])
        return sql("alter table ", writer.name.query(), " alter column ", column, f" {action}")

    return write


def _drop_columns(writer: TableWriter, call: Call) -> Query:
    given = listed(call)
    drops = joined(", ", (sql("drop column ", wrapped(column)) for column in given))
    return sql("alter table ", writer.name.query(), " ", drops)


def _drop_timestamps(writer: TableWriter, call: Call) -> Query:
    camel = writer.release.has(Since.CAMEL_CASE_TIMESTAMPS) and known(call[0]) is True
    names = ("createdAt", "updatedAt") if camel else ("created_at", "updated_at")
    drops = joined(", ", (sql("drop column ", dotted_name(Text.of(n))) for n in names))
    return sql("alter table ", writer.name.query(), " ", drops)


def _drop_checks(writer: TableWriter, call: Call) -> Query:
    """Knex reads only the first argument: others are dropped without a word."""
    if isinstance(known(call[0]), Undefined):
        return EMPTY
    drops = joined(", ", (sql("drop constraint ", string(check)) for check in items(call[0])))
    return sql("alter table ", writer.name.query(), " ", drops)


def listed(call: Call) -> list[Value]:
    """The arguments of a call that takes a list, or as many arguments."""
    first = call[0] if call.arguments else UNDEFINED
    known(first)
    return items(first) if isinstance(first, Array) else list(call.arguments)


STATEMENTS: Mapping[str, Callable[[TableWriter, Call], Query]] = {
    "renameColumn": _rename_column,
    "setNullable": _nullability("drop not null"),
    "dropNullable": _nullability("set not null"),
    "dropColumn": _drop_columns,
    "dropColumns": _drop_columns,
    "dropTimestamps": _drop_timestamps,
    "dropChecks": _drop_checks,
    "check": TableWriter.named_check,
}
"""How each other method of a table builder that changes a table is written."""
