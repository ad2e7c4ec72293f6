"""What a query builder is told, before it becomes SQL."""

from copy import copy

from analyzers.javascript.values import UNDEFINED, Unknown, Value
from analyzers.source import Span
from analyzers.struct import Struct, field, names


class Condition(Struct, frozen=True):
    """One condition of `where`, `having` or `on`, joined to those before by and / or."""

    kind: str
    at: Span
    joined_by: str
    negated: bool
    column: Value = UNDEFINED
    operator: Value = UNDEFINED
    value: Value = UNDEFINED
    as_column: bool = False
    path: Value = UNDEFINED


class Join(Struct, frozen=True):
    """One joined table; `kind` is inner, left, …, or raw for SQL written by hand."""

    kind: str
    table: Value
    schema: Value
    conditions: tuple[Condition, ...]
    at: Span


class Selected(Struct, frozen=True):
    """One part of the list after `select`: columns, an aggregate, a window function, JSON."""

    kind: str
    value: Value
    at: Span
    function: str = ""
    distinct: bool = False
    alias: Value = UNDEFINED
    partitions: tuple[Value, ...] = ()
    orders: tuple[Value, ...] = ()
    arguments: tuple[Value, ...] = ()


class Ordering(Struct, frozen=True):
    """One entry of `order by` or `group by`; `raw` ones are taken as they are."""

    value: Value
    at: Span
    direction: Value = UNDEFINED
    nulls: Value = UNDEFINED
    raw: bool = False


class Union(Struct, frozen=True):
    """One query combined with the others by `clause`."""

    clause: str
    query: Value
    parenthesized: bool
    at: Span


class With(Struct, frozen=True):
    """One common table expression; `materialized` None says nothing about it."""

    alias: Value
    columns: Value
    query: Value
    at: Span
    recursive: bool = False
    materialized: bool | None = None


class QueryRecord(Struct, eq=False):
    """All that one query builder has been told."""

    method: str = "select"
    table: Value = UNDEFINED
    schema: Value = UNDEFINED
    only: bool = False
    alias: Value = UNDEFINED
    withs: list[With] = field(default_factory=list)
    comments: list[Value] = field(default_factory=list)
    hints: list[Value] = field(default_factory=list)
    selected: list[Selected] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    wheres: list[Condition] = field(default_factory=list)
    unions: list[Union] = field(default_factory=list)
    groups: list[Ordering] = field(default_factory=list)
    havings: list[Condition] = field(default_factory=list)
    orders: list[Ordering] = field(default_factory=list)
    limit: Value = UNDEFINED
    offset: Value = UNDEFINED
    unbound: frozenset[str] = frozenset()
    lock: str = ""
    locked_tables: list[Value] = field(default_factory=list)
    wait: str = ""
    inserted: Value = UNDEFINED
    updated: dict[str, Value] | None = None
    counters: dict[str, Value] = field(default_factory=dict)
    returning: Value = UNDEFINED
    conflict: Value = UNDEFINED
    on_conflict: str = ""
    merged: Value = UNDEFINED
    update_from: Value = UNDEFINED
    using: Value = UNDEFINED
    column: Value = UNDEFINED
    calls: dict[str, Span] = field(default_factory=dict)
    spoilt: Unknown | None = None

    def copy(self) -> "QueryRecord":
        """A record that can be told more without this one hearing of it."""
        copied = copy(self)
        for name in names(QueryRecord):
            value = getattr(self, name)
            if isinstance(value, (list, dict)):
                setattr(copied, name, value.copy())
        return copied
