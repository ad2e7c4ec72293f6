"""`view` in the callback of `createView` and `alterView`, and the SQL that Knex makes of it."""

from collections.abc import Iterator
from functools import partial

from analyzers.javascript.machine import Machine
from analyzers.javascript.values import UNDEFINED, Array, Outcome, Undefined, Unknown, Value
from analyzers.knex.builder import Builder, Call, Connection, Method, Methods, Moment, no_effect
from analyzers.knex.expressions import columns, wrapped
from analyzers.knex.release import Release, Since
from analyzers.knex.sql import EMPTY, Query, Refused, Unknowable, joined, sql
from analyzers.knex.steps import Step
from analyzers.knex.table_names import qualified
from analyzers.knex.values import items, known, string
from analyzers.source import Span


class ViewBuilder(Builder):
    """Records what happens to one view."""

    def __init__(self, connection: Connection, call: Call, schema: Value, begun: Moment) -> None:
        super().__init__(connection)
        self.call_ = call
        self.schema = schema
        self.columns: Value = UNDEFINED
        self.query: Value = UNDEFINED
        self.check_option = ""
        self.changes: list[tuple[Value, Call]] = []
        self.begun = begun
        self.spoilt: Unknown | None = None

    def get(self, machine: Machine, key: str, at: Span) -> Value:
        if key == "column" and self.call_.method in CREATED:
            return UNDEFINED
        return super().get(machine, key, at)

    def spoil(self, machine: Machine, unknown: Unknown, at: Span) -> None:
        self.spoilt = unknown

    def steps(self) -> Iterator[Step]:
        """What Knex sends for the view."""
        kind = CREATED.get(self.call_.method)
        if kind is not None:
            yield Step(self.call_, partial(self._create, kind))
        for column, call in self.changes:
            yield Step(call, partial(self._change, column, call), within=self.begun)

    def _name(self) -> Query:
        return qualified(self.schema, self.call_[0])

    def _create(self, kind: str) -> Query:
        if self.spoilt is not None:
            raise Unknowable(self.spoilt)
        return sql(
            *(_create_words(kind, self.release), self._name(), self._columns()),
            *(" as ", string(self.query), self.check_option),
        )

    def _columns(self) -> Query:
        if self.release.has(Since.OPTIONAL_VIEW_COLUMNS):
            given = not isinstance(self.columns, Undefined)
            return sql(" (", columns(self.columns), ")") if given else EMPTY
        if not isinstance(known(self.columns), Array):
            raise Refused("names no columns for a view")
        return sql(" (", joined(", ", map(columns, items(self.columns))), ")")

    def _change(self, column: Value, call: Call) -> Query:
        if call.method == "rename":
            change = sql("rename ", wrapped(column), " to ", wrapped(call[0]))
        else:
            change = sql("alter ", wrapped(column), " set default ", string(call[0]))
        return sql("alter view ", self._name(), " ", change)


class ViewColumnBuilder(Builder):
    """`view.column('name')`."""

    def __init__(self, view: ViewBuilder, column: Value) -> None:
        super().__init__(view.connection)
        self.view = view
        self.column = column


CREATED = {
    "createView": "view ",
    "createViewOrReplace": "or replace view ",
    "createMaterializedView": "materialized view ",
}
"""The methods of the schema builder that create a view."""


def _create_words(kind: str, release: Release) -> str:
    if "replace" in kind and not release.has(Since.OR_REPLACE_VIEW):
        return "create view or replace "
    return "create " + kind


def _columns(view: ViewBuilder, call: Call) -> Outcome:
    view.columns = call[0]
    return UNDEFINED


def _as(view: ViewBuilder, call: Call) -> Outcome:
    view.query = call[0]
    return UNDEFINED


def _column(view: ViewBuilder, call: Call) -> Outcome:
    return ViewColumnBuilder(view, call[0])


def _changed(column: ViewColumnBuilder, call: Call) -> Outcome:
    column.view.changes.append((column.column, call))
    return column


def _checked(view: ViewBuilder, call: Call) -> Outcome:
    view.check_option = _CHECK_OPTIONS[call.method]
    return UNDEFINED


_CHECK_OPTIONS = {
    "checkOption": " with check option",
    "localCheckOption": " with local check option",
    "cascadedCheckOption": " with cascaded check option",
}

VIEW_METHODS: Methods = {
    "columns": Method(_columns),
    "as": Method(_as),
    "column": Method(_column),
    "queryContext": Method(no_effect),
    **dict.fromkeys(_CHECK_OPTIONS, Method(_checked)),
}
ViewBuilder.methods = VIEW_METHODS
ViewColumnBuilder.methods = {
    "rename": Method(_changed),
    "defaultTo": Method(_changed),
}
