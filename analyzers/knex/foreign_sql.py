"""Foreign keys, as Knex writes them."""

from analyzers.javascript.values import UNDEFINED, Undefined, Value
from analyzers.knex.expressions import columns, wrapped
from analyzers.knex.records import Foreign
from analyzers.knex.release import Release, Since
from analyzers.knex.sql import EMPTY, Query, Unknowable, lowered, sql
from analyzers.knex.table_names import TableName, chosen_or
from analyzers.knex.values import string, truthy


def foreign_key(table: TableName, foreign: Foreign, release: Release) -> Query:
    """`alter table … add constraint …`; nothing where the migration names no table."""
    if foreign.spoilt is not None:
        raise Unknowable(foreign.spoilt)
    if not truthy(_told(foreign, "inTable")) or not truthy(_told(foreign, "references")):
        return EMPTY
    key = chosen_or(_told(foreign, "withKeyName"), table.generated("foreign", foreign.columns))
    in_table = wrapped(_told(foreign, "inTable"))
    far_end = sql(
        _at(foreign, "references", sql(" references ")),
        in_table,
        " (",
        columns(_told(foreign, "references")),
        ")",
    )
    actions = [_action(foreign, "onUpdate", "update"), _action(foreign, "onDelete", "delete")]
    deferrable = _deferrable(foreign)
    last = release.has(Since.DEFERRABLE_LAST)
    return sql(
        *("alter table ", table.query(), " add constraint ", key),
        *(" foreign key (", columns(foreign.columns), ")", far_end),
        *([*actions, deferrable] if last else [deferrable, *actions]),
    )


def is_dropped(foreign: Foreign) -> bool:
    """Whether Knex drops the whole foreign key because it doesn't say what it references."""
    return any(isinstance(_told(foreign, what), Undefined) for what in ("inTable", "references"))


def _told(foreign: Foreign, what: str) -> Value:
    return foreign.told[what][0] if what in foreign.told else UNDEFINED


def _at(foreign: Foreign, what: str, query: Query) -> Query:
    """`query`, said to come from the call that told `what`."""
    return foreign.told[what][1].wrote(query)


def _action(foreign: Foreign, what: str, event: str) -> Query:
    action = _told(foreign, what)
    if not truthy(action):
        return EMPTY
    return _at(foreign, what, sql(f" on {event} ", string(action)))


def _deferrable(foreign: Foreign) -> Query:
    when = _told(foreign, "deferrable")
    if not truthy(when):
        return EMPTY
    written = sql(" deferrable initially ", lowered(string(when)), " ")
    return _at(foreign, "deferrable", written)
