"""The queries that change rows, as Knex writes them."""

from collections.abc import Callable, Iterable, Mapping

from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Object,
    Undefined,
    UnknownItems,
    Value,
)
from analyzers.knex.clauses import QueryRecord
from analyzers.knex.condition_sql import clause
from analyzers.knex.expressions import (
    Expression,
    RawExpression,
    columns,
    parameter,
    parameters,
    wrapped,
)
from analyzers.knex.release import Release, Since
from analyzers.knex.select_sql import QueryWriter, embedded, joined_table
from analyzers.knex.sql import (
    EMPTY,
    Query,
    Refused,
    joined,
    optional,
    split,
    sql,
)
from analyzers.knex.values import (
    absent,
    items,
    known,
    properties,
    string,
    truthy,
)
from analyzers.text import Text

_DEFAULT = sql("DEFAULT")


def query(record: QueryRecord, release: Release) -> Query:
    """The statement that a query builder stands for."""
    return METHODS[record.method](QueryWriter(record, release))


def _insert(writer: QueryWriter) -> Query:
    record = writer.record
    body = _insert_body(record.inserted)
    if not body:
        return EMPTY
    statement = sql(writer.withs(), "insert into ", writer.table(), " ", body)
    return sql(statement, _conflict(writer), _returning(record.returning))


def _insert_body(values: Value) -> Query:
    if isinstance(values, Expression):
        return embedded(values)
    rows = _rows(values)
    if isinstance(values, Array) and not rows:
        return EMPTY
    if not isinstance(values, Array) and not rows[0]:
        return sql("default values")
    listed = _row_columns(rows)
    if not listed:
        return sql("default values") if len(rows) == 1 else EMPTY
    tuples = [parameters(Array([row.get(c, UNDEFINED) for c in listed]), _DEFAULT) for row in rows]
    return sql("(", _names(listed), ") values (", joined("), (", tuples), ")")


def _rows(values: Value) -> list[dict[str, Value]]:
    """The rows to insert; rows of unknown number are shown by one like each of them."""
    rows: list[dict[str, Value]] = []
    for given in values.items if isinstance(values, Array) else [values]:
        row = given.sample if isinstance(given, UnknownItems) else given
        known(row)
        if absent(row):
            break
        if not isinstance(row, Object):
            raise Refused("inserts a row that is no object")
        rows.append(properties(row))
    return rows or ([] if isinstance(values, Array) else [{}])


def _row_columns(rows: list[dict[str, Value]]) -> list[str]:
    """All the columns that a row names, sorted as JavaScript sorts strings."""
    listed = {column for row in rows for column in row}
    return sorted(listed, key=lambda column: column.encode("utf-16-be"))


def _names(listed: Iterable[str]) -> Query:
    return joined(", ", (wrapped(Text.of(column)) for column in listed))


def _conflict(writer: QueryWriter) -> Query:
    record = writer.record
    if record.on_conflict == "ignore":
        return sql(" on conflict", _target(writer, optional_=True), " do nothing")
    if record.on_conflict != "merge":
        return EMPTY
    assigned = _merged(record)
    where = clause("where", record.wheres)
    target = _target(writer, optional_=False)
    return sql(" on conflict", target, " do update set ", assigned, optional(where, " ", where))


def _target(writer: QueryWriter, *, optional_: bool) -> Query:
    target = writer.record.conflict
    if target is True and optional_:
        return EMPTY
    raw = isinstance(target, RawExpression) and writer.release.has(Since.RAW_CONFLICT_TARGET)
    return sql(" ", columns(target)) if raw else sql(" (", columns(target), ")")


def _merged(record: QueryRecord) -> Query:
    updates = known(record.merged)
    if isinstance(updates, Array):
        return joined(", ", (_excluded(string(column)) for column in updates.items))
    if isinstance(updates, Object):
        return joined(",", _assignments(properties(updates)))
    if isinstance(record.inserted, Expression):
        raise Refused("merges an insert of raw SQL without saying what to update")
    listed = _row_columns(_rows(record.inserted))
    return joined(", ", (_excluded(Text.of(column)) for column in listed))


def _excluded(column: Text) -> Query:
    quoted = wrapped(split(column, ".")[-1])
    return sql(quoted, " = excluded.", quoted)


def _update(writer: QueryWriter) -> Query:
    record = writer.record
    assigned = joined(", ", _assignments(_with_counters(record)))
    if not assigned:
        raise Refused("updates nothing: Knex refuses an empty update")
    source = optional(truthy(record.update_from), " from ", wrapped(record.update_from))
    where = writer.where()
    return sql(
        *(writer.withs(), "update ", writer.only(), writer.table(), " set ", assigned, source),
        *(optional(where, " ", where), _returning(record.returning)),
    )


def _with_counters(record: QueryRecord) -> dict[str, "Value | Query"]:
    data: dict[str, Value | Query] = dict(record.updated or {})
    for column, amount in record.counters.items():
        if column not in data:
            data[column] = _counted(column, amount)
    return data


def _counted(column: str, amount: Value) -> Query:
    negative = isinstance(amount, (int, float)) and amount < 0
    value = -amount if negative and isinstance(amount, (int, float)) else amount
    quoted = wrapped(Text.of(column))
    return sql(quoted, " - " if negative else " + ", parameter(value))


def _assignments(data: Mapping[str, "Value | Query"]) -> list[Query]:
    return [
        sql(wrapped(Text.of(c)), " = ", value if isinstance(value, Query) else parameter(value))
        for c, value in data.items()
        if not isinstance(value, Undefined)
    ]


def _delete(writer: QueryWriter) -> Query:
    record = writer.record
    if writer.release.has(Since.REFUSES_LIMIT_ON_DELETE):
        _refuse_on_delete(record)
    if not writer.release.has(Since.DELETE_USING):
        return _delete_with_joins(writer)
    tables = _using(record) + [joined_table(join) for join in record.joins]
    using = optional(tables, " using ", joined(",", tables))
    conditions = list(record.wheres)
    where = clause("where", conditions)
    for join in record.joins:
        for condition in join.conditions:
            pair = sql(wrapped(condition.column), " = ", wrapped(condition.value))
            where = sql(where, " and ", pair) if where else sql("where ", pair)
    return sql(
        *(writer.withs(), "delete from ", writer.only(), writer.table(), using),
        *(optional(where, " ", where), _returning(record.returning)),
    )


def _refuse_on_delete(record: QueryRecord) -> None:
    if record.havings:
        raise Refused("has a `having`, which has no effect on a delete statement")
    if not absent(record.limit):
        raise Refused("has a `limit`, which has no effect on a delete statement")


def _delete_with_joins(writer: QueryWriter) -> Query:
    joins, where, table = writer.joins(), writer.where(), writer.table()
    return sql(
        *(writer.withs(), "delete ", optional(joins, table, " "), "from "),
        *(writer.only(), table, optional(joins, " ", joins), optional(where, " ", where)),
        _returning(writer.record.returning),
    )


def _using(record: QueryRecord) -> list[Query]:
    if not truthy(record.using):
        return []
    return [wrapped(table) for table in items(record.using)]


def _returning(returning: Value) -> Query:
    return optional(truthy(returning), " returning ", columns(returning))


def _truncate(writer: QueryWriter) -> Query:
    return sql("truncate ", writer.table(), " restart identity")


def _column_info(writer: QueryWriter) -> Query:
    schema = writer.record.schema
    asked = "select * from information_schema.columns where table_name = "
    in_schema = sql(" and table_schema = current_schema()")
    if truthy(schema):
        in_schema = sql(" and table_schema = ", parameter(schema))
    table = parameter(writer.record.table)
    return sql(asked, table, " and table_catalog = current_database()", in_schema)


METHODS: Mapping[str, Callable[[QueryWriter], Query]] = {
    "select": QueryWriter.select,
    "first": QueryWriter.select,
    "pluck": QueryWriter.select,
    "insert": _insert,
    "update": _update,
    "del": _delete,
    "truncate": _truncate,
    "columnInfo": _column_info,
}
"""How each kind of query is written."""
