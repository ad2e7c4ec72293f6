"""What every new connection begins with, as a knexfile sets it."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from analyzers.javascript.values import Array, Object, Value
from analyzers.knex.expressions import name
from analyzers.knex.values import is_number, number_string
from analyzers.text import Text

_TIMEOUTS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
_OPTION = re.compile(r"(?:-c\s*|--)([\w.-]+)=((?:\\.|[^\s\\])+)")


def on_connect(settings: Object) -> tuple[str, ...]:
    """The statements, as far as the file says them literally."""
    return (*_from_connection(settings.properties.get("connection")), *_search_path(settings))


def _from_connection(connection: Value) -> Iterator[str]:
    if isinstance(connection, Text):
        yield from _from_address(connection.string)
    if not isinstance(connection, Object):
        return
    address = connection.properties.get("connectionString")
    if isinstance(address, Text):
        yield from _from_address(address.string)
    for setting in _TIMEOUTS:
        value = connection.properties.get(setting)
        if isinstance(value, (int, float)) and is_number(value):
            yield f"SET {setting} = {number_string(value)}"
        elif isinstance(value, Text):
            yield f"SET {setting} = '{value.string}'"
    options = connection.properties.get("options")
    if isinstance(options, Text):
        yield from _from_options(options.string)


def _from_address(address: str) -> Iterator[str]:
    """`postgres://…?options=-c lock_timeout=5s`."""
    try:
        query = parse_qs(urlsplit(address).query)
    except ValueError:
        return
    for options in query.get("options", []):
        yield from _from_options(options)


def _from_options(options: str) -> Iterator[str]:
    for setting, value in _OPTION.findall(options):
        yield f"SET {setting.replace('-', '_')} = '{value}'"


def _search_path(settings: Object) -> Iterator[str]:
    """What Knex itself sends for `searchPath`."""
    path = settings.properties.get("searchPath")
    schemas = path.items if isinstance(path, Array) else [path]
    names = [name(schema).string for schema in schemas if isinstance(schema, Text)]
    if names:
        yield f"set search_path to {','.join(names)}"
