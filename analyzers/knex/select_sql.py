"""The parts of a query that reads, as Knex writes them."""

from collections.abc import Callable, Iterator, Mapping

from analyzers.javascript.values import Array, Object, Undefined, Value
from analyzers.knex.clauses import Join, Ordering, QueryRecord, Selected
from analyzers.knex.condition_sql import clause, on_clause
from analyzers.knex.expressions import (
    Expression,
    RawExpression,
    Subquery,
    columns,
    parameter,
    wrapped,
)
from analyzers.knex.release import Release, Since
from analyzers.knex.sql import EMPTY, Part, Query, Refused, joined, optional, sql, text
from analyzers.knex.values import (
    absent,
    is_number,
    is_object,
    items,
    known,
    member,
    properties,
    string,
    truthy,
)
from analyzers.text import Text


class QueryWriter:
    """Writes one query."""

    def __init__(self, record: QueryRecord, release: Release) -> None:
        self.record = record
        self.release = release

    def table(self) -> Query:
        """The table, in the query's schema."""
        table, schema = self.record.table, self.record.schema
        if not truthy(table):
            return EMPTY
        if truthy(schema) and not isinstance(table, Expression):
            return wrapped(text(string(schema), ".", string(table)))
        return wrapped(table, as_value=isinstance(table, Subquery))

    def only(self) -> str:
        return "only " if self.record.only else ""

    def withs(self) -> Query:
        """The common table expressions, with a space after them."""
        if not self.record.withs:
            return EMPTY
        recursive = any(each.recursive for each in self.record.withs)
        written = joined(", ", [self._with(index) for index in range(len(self.record.withs))])
        return sql("with ", "recursive " if recursive else "", written, " ")

    def _with(self, index: int) -> Query:
        each = self.record.withs[index]
        inner = embedded(each.query)
        if not inner:
            return EMPTY
        listed = EMPTY
        if not isinstance(each.columns, Undefined):
            listed = sql("(", columns(each.columns), ")")
        return sql(
            *(columns(each.alias), listed, " as ", _MATERIALIZED[each.materialized]),
            *("(", inner, ")"),
        ).within(each.at)

    def where(self) -> Query:
        return clause("where", self.record.wheres)

    def select(self) -> Query:
        """The whole of a query that reads."""
        first = [self._comments(), self._columns(), self.joins(), self.where()]
        last = [
            self._ordered("group by", self.record.groups, directed=False),
            clause("having", self.record.havings),
            self._ordered("order by", self.record.orders, directed=True),
            self._limit(),
            self._offset(),
            self._lock(),
            sql(self.record.wait),
        ]
        unions = self._unions()
        if self._only_unions():
            return sql(self.withs(), _spaced([unions, _spaced([*first, *last])]))
        body = _spaced(first)
        if self._parenthesizes_first():
            body = sql("(", body, ")")
        return sql(self.withs(), _spaced([body, unions, *last]))

    def _parenthesizes_first(self) -> bool:
        asked = any(union.parenthesized for union in self.record.unions)
        return asked and self.release.has(Since.PARENTHESIZED_UNIONS)

    def _comments(self) -> Query:
        return joined(" ", [sql("/* ", string(each), " */") for each in self.record.comments])

    def _columns(self) -> Query:
        if self._only_unions():
            return EMPTY
        distinct: Query = EMPTY
        listed: list[Query] = []
        for selected in self.record.selected:
            if selected.distinct and selected.kind == "columns":
                distinct = sql("distinct ")
            if selected.kind == "distinct on":
                distinct = sql("distinct on (", columns(selected.value), ") ")
            elif written := SELECTED[selected.kind](self, selected):
                listed.append(written.within(selected.at))
        hints = self._hints()
        verb = EMPTY if self._is_only_json() else sql("select ", hints, distinct)
        table = self.table()
        source = optional(table, " from ", self.only(), table)
        return sql(verb, joined(", ", listed) if listed else "*", source)

    def _hints(self) -> Query:
        hints = [string(hint) for hint in self.record.hints]
        return optional(hints, "/*+ ", joined(" ", hints), " */ ")

    def _is_only_json(self) -> bool:
        kinds = [selected.kind for selected in self.record.selected]
        return kinds == ["json"] and not truthy(self.record.table)

    def joins(self) -> Query:
        return joined(" ", [self._join(join).within(join.at) for join in self.record.joins])

    def _join(self, join: Join) -> Query:
        if join.kind == "raw":
            return embedded(join.table)
        named = sql(join.kind, " join ", joined_table(join))
        return sql(named, on_clause(join.conditions))

    def _only_unions(self) -> bool:
        selected = self.record.selected
        plain = not selected or not isinstance(selected[0].value, Undefined)
        return bool(self.record.unions) and plain and not truthy(self.record.table)

    def _unions(self) -> Query:
        parts: list[Part] = []
        for index, union in enumerate(self.record.unions):
            written = embedded(union.query)
            if union.parenthesized:
                written = optional(written, "(", written, ")")
            word = EMPTY if index == 0 and self._only_unions() else sql(union.clause, " ")
            parts.append(sql(word, written).within(union.at))
        return joined(" ", parts)

    def _ordered(self, words: str, entries: list[Ordering], *, directed: bool) -> Query:
        modern = self.release.has(Since.ORDER_NULLS_LAST)
        written = [
            _ordering(entry, directed=directed, modern=modern).within(entry.at) for entry in entries
        ]
        return optional(written, f"{words} ", joined(", ", written))

    def _limit(self) -> Query:
        limit = self.record.limit
        if isinstance(limit, Undefined):
            return EMPTY
        return sql("limit ", self._attribute("limit", limit))

    def _offset(self) -> Query:
        offset = self.record.offset
        if absent(offset) or (is_number(offset) and not offset):
            return EMPTY
        return sql("offset ", self._attribute("offset", offset))

    def _attribute(self, attribute: str, value: Value) -> Query:
        return sql(string(value)) if attribute in self.record.unbound else parameter(value)

    def _lock(self) -> Query:
        if not self.record.lock:
            return EMPTY
        tables = [table for table in self.record.locked_tables if truthy(table)]
        schema = self.record.schema
        if truthy(schema) and not self.release.has(Since.LOCKED_TABLES_KEEP_THEIR_SCHEMA):
            tables = [text(string(schema), ".", string(table)) for table in tables]
        listed = joined(", ", map(wrapped, tables))
        return sql(self.record.lock, optional(listed, " of ", listed))


def joined_table(join: Join) -> Query:
    """The table of a join, in the query's schema."""
    if truthy(join.schema) and not isinstance(join.table, Expression):
        return wrapped(text(string(join.schema), ".", string(join.table)))
    return wrapped(join.table)


def embedded(value: Value) -> Query:
    """A query or raw SQL inside another query, without parentheses."""
    known(value)
    return value.embedded(as_value=False) if isinstance(value, Expression) else EMPTY


def _spaced(parts: list[Query]) -> Query:
    return joined(" ", [part for part in parts if part])


def _ordering(entry: Ordering, *, directed: bool, modern: bool) -> Query:
    value = entry.value
    is_raw = isinstance(value, RawExpression)
    column = embedded(value) if is_raw else columns(value)
    if isinstance(value, Subquery):
        column = sql("(", column, ")")
    if not directed or entry.raw:
        return column
    places_nulls = truthy(entry.nulls) and not is_raw
    if places_nulls and not modern:
        first = string(entry.nulls).string == "first"
        return sql(
            "(", column, " is not null) " if first else " is null) ", _direction(entry.direction)
        )
    nulls = optional(places_nulls, " nulls ", string(entry.nulls))
    return sql(column, " ", _direction(entry.direction), nulls)


def _direction(direction: Value) -> Query:
    known(direction)
    if isinstance(direction, Expression):
        return embedded(direction)
    named = isinstance(direction, Text) and direction.string.lower() in ("asc", "desc")
    return sql(string(direction) if named else "asc")


def _listed_columns(writer: QueryWriter, selected: Selected) -> Query:
    return columns(selected.value)


def _aggregate(writer: QueryWriter, selected: Selected) -> Query:
    value = known(selected.value)
    if isinstance(value, Expression):
        distinct = "distinct " if selected.distinct else ""
        return sql(selected.function, "(", distinct, embedded(value), ")")
    if isinstance(value, Object):
        entries = properties(value).items()
        return joined(", ", (_one_aggregate(selected, item, Text.of(key)) for key, item in entries))
    return _one_aggregate(selected, value, selected.alias)


def _one_aggregate(selected: Selected, value: Value, alias: Value) -> Query:
    if isinstance(value, Array):
        listed = joined(", ", map(wrapped, value.items))
        inner = sql("distinct(", listed, ")") if selected.distinct else listed
    else:
        column, alias = _split_alias(string(value), alias)
        inner = sql("distinct " if selected.distinct else "", wrapped(column))
    named = optional(truthy(alias), " as ", wrapped(alias))
    return sql(selected.function, "(", inner, ")", named)


def _split_alias(column: Text, alias: Value) -> tuple[Text, Value]:
    at = column.string.lower().find(" as ")
    if at < 0:
        return column, alias
    if truthy(alias):
        raise Refused("names two aliases for one column")
    return column.slice(0, at), column.slice(at + 4, len(column))


def _window(writer: QueryWriter, selected: Selected) -> Query:
    inner = embedded(selected.value)
    if not inner:
        partitions = joined(", ", _window_entries(selected.partitions))
        orders = joined(", ", _window_entries(selected.orders))
        inner = sql(optional(partitions, "partition by ", partitions, " "), "order by ", orders)
    alias = EMPTY
    if truthy(selected.alias):
        quoted = writer.release.has(Since.QUOTED_WINDOW_ALIAS)
        alias = sql(" as ", wrapped(selected.alias) if quoted else string(selected.alias))
    return sql(selected.function, "() over (", inner, ")", alias)


def _window_entries(entries: tuple[Value, ...]) -> Iterator[Query]:
    for entry in entries:
        if not isinstance(entry, Object):
            yield columns(entry)
            continue
        order = member(entry, "order")
        yield sql(columns(member(entry, "column")), optional(truthy(order), " ", string(order)))


def _json(writer: QueryWriter, selected: Selected) -> Query:
    return JSON_FUNCTIONS[selected.function](selected.arguments)


def _json_extract(arguments: tuple[Value, ...]) -> Query:
    first = arguments[0]
    extractions = first.items if isinstance(first, Array) else [Array(list(arguments[:3]))]
    return joined(", ", (_extraction(items(each)) for each in extractions))


def _extraction(parts: list[Value]) -> Query:
    column, path, alias = (*parts, *[None] * 3)[:3]
    return _aliased(sql("jsonb_path_query(", columns(column), ", ", parameter(path), ")"), alias)


def _json_changed(function: str) -> Callable[[tuple[Value, ...]], Query]:
    def write(arguments: tuple[Value, ...]) -> Query:
        column, path, value, alias = (*arguments, *[None] * 4)[:4]
        written = sql(
            *(function, "(", columns(column), ", ", parameter(_json_place(path)), ", "),
            *(parameter(value), ")"),
        )
        return _aliased(written, alias)

    return write


def _json_removed(arguments: tuple[Value, ...]) -> Query:
    column, path, alias = (*arguments, *[None] * 3)[:3]
    return _aliased(sql(columns(column), " #- ", parameter(_json_place(path))), alias)


def _aliased(written: Query, alias: Value) -> Query:
    return sql(written, optional(truthy(alias), " as ", wrapped(alias)))


def _json_place(path: Value) -> Value:
    """`$.a.b` as PostgreSQL's `{a,b}`, replacing what Knex replaces: the first dot and index."""
    if is_object(path) or not isinstance(known(path), Text):
        return path
    given = string(path).string
    if given.startswith("{") and given.endswith("}"):
        return path
    bare = given.removeprefix("$.").replace(".", ",", 1)
    opened = bare.find("[")
    closed = bare.find("]", opened)
    if opened >= 0 and bare[opened + 1 : closed].isdigit():
        bare = f"{bare[:opened]},{bare[opened + 1 : closed]}{bare[closed + 1 :]}"
    return Text.of("{" + bare + "}", string(path).span())


JSON_FUNCTIONS: Mapping[str, Callable[[tuple[Value, ...]], Query]] = {
    "jsonExtract": _json_extract,
    "jsonSet": _json_changed("jsonb_set"),
    "jsonInsert": _json_changed("jsonb_insert"),
    "jsonRemove": _json_removed,
}

SELECTED: Mapping[str, Callable[[QueryWriter, Selected], Query]] = {
    "columns": _listed_columns,
    "pluck": _listed_columns,
    "aggregate": _aggregate,
    "window": _window,
    "json": _json,
}
"""How each kind of entry after `select` is written."""

_MATERIALIZED = {None: "", True: "materialized ", False: "not materialized "}
