"""Reads in a PostgreSQL which migrations Knex has run there. The one module that knows psycopg."""

import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import psycopg
from psycopg import pq, sql
from psycopg.conninfo import conninfo_to_dict

from app.refusal import Refusal

_CONNECT_SECONDS = 10
_PATIENCE = "set local lock_timeout = '10s'; set local statement_timeout = '30s'"
"""Said within the transaction: not every pooler takes settings with the connection."""

_SSL: Mapping[tuple[str, str], str] = {
    ("ssl", "true"): "require",
    ("ssl", "1"): "require",
    ("sslmode", "no-verify"): "require",
}
"""What node-postgres understands and libpq says in other words."""


class NotRead(Refusal):
    """Why the table could not be read. The message holds no part of the address."""


def migrations(address: str, table: str, schema: str | None = None) -> list[str]:
    """The names in Knex's table, in the order of their runs. It only reads."""
    name = sql.Identifier(schema, table) if schema else sql.Identifier(table)
    shown = f"{schema}.{table}" if schema else table
    understood = _understood(address)
    try:
        with psycopg.connect(understood, connect_timeout=_CONNECT_SECONDS) as connection:
            connection.read_only = True
            connection.execute(_PATIENCE)
            found = connection.execute(sql.SQL("select name from {} order by id").format(name))
            return [str(row[0]) for row in found]
    except psycopg.errors.UndefinedTable:
        raise NotRead(
            f"There is no table {shown} in this database: say --table and --schema, where Knex is "
            "configured so."
        ) from None
    except psycopg.Error as error:
        raise NotRead(f"{shown} cannot be read: {_reason(error, address)}.") from None


def _understood(address: str) -> str:
    """The address without what only Node's driver knows; PostgreSQL's own refuses such words.

    Why it is none is not told: libpq's sentence repeats parts of it.
    """
    translated = _translated(address)
    try:
        conninfo_to_dict(translated)
    except psycopg.ProgrammingError:
        raise NotRead(
            "DATABASE_URL is no address of a PostgreSQL: write postgresql://USER@HOST/DATABASE, "
            "with %XX for characters of a password that have a meaning there."
        ) from None
    return translated


def _translated(address: str) -> str:
    with suppress(ValueError):
        parts = urlsplit(address)
        if parts.scheme in ("postgres", "postgresql"):
            known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
            asked = parse_qsl(parts.query, keep_blank_values=True)
            kept = [("sslmode", _SSL[one]) if one in _SSL else one for one in asked]
            options = urlencode([(key, value) for key, value in kept if key in known])
            return parts._replace(query=options).geturl()
    return address


def _reason(error: psycopg.Error, address: str) -> str:
    """The server's or libpq's first line, without anything that stands in the address."""
    message = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    for secret in sorted(_secrets(address), key=len, reverse=True):
        if len(secret) < _SHORTEST and secret in message:
            return type(error).__name__
        message = message.replace(secret, "…")
    return message


_SHORTEST = 3
"""What is shorter cannot be taken out of a sentence: then the sentence isn't shown."""


def _secrets(address: str) -> set[str]:
    """Everything before the host, and every option's value, as written and as it is meant."""
    before = address.rpartition("@")[0].partition("://")[2]
    passwords = re.findall(r"password\s*=\s*('[^']*'|\S+)", address, re.IGNORECASE)
    query = [value for _, value in parse_qsl(address.partition("?")[2])]
    parts = [*re.split(r"[:@/]", before)[1:], *passwords, *query]
    return {form for part in parts for form in (part, unquote(part)) if form}
