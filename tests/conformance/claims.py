"""What a replayed history says is there, held against the catalogues of a server."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analyzers.postgres.schema import Schema
from analyzers.struct import replace
from tests.postgres.catalogue import Catalogue, of_schema

COLUMN = ("type", "not null", "default", "generated")


@dataclass(frozen=True)
class Claim:
    """One thing that the history says, and what the server says to it."""

    subject: str
    told: object
    found: object

    @property
    def holds(self) -> bool:
        return self.told == self.found


def claims(schema: Schema, server: Catalogue) -> Iterator[Claim]:
    """Every claim: also that a table of which all is known has nothing more than what is listed."""
    tables = {n: t for n, t in schema.tables.items() if t.certain and t.exists}
    views = {name: view for name, view in schema.views.items() if view.exists}
    told = of_schema(replace(schema, tables=tables, views=views))
    names = {str(name) for name in tables}
    yield from _columns(told, server, names)
    for kind in ("constraints", "indexes"):
        mine, theirs = (_of(names, catalogue[kind]) for catalogue in (told, server))
        for name in sorted(mine.keys() | theirs.keys()):
            yield Claim(f"{kind} {name}", mine.get(name), theirs.get(name))
    for kind in ("view", "sequence", "type"):
        for name in sorted(told.get(kind, ())):
            yield Claim(
                f"{kind} {name}", "there", "there" if name in server.get(kind, ()) else None
            )


def tables_left_open(schema: Schema, server: Catalogue) -> list[str]:
    """Tables of the server of which the history doesn't know all; Knex's own two are of them."""
    known = {str(n) for n, table in schema.tables.items() if table.certain and table.exists}
    return sorted(server["order"].keys() - known)


def _columns(told: Catalogue, server: Catalogue, tables: set[str]) -> Iterator[Claim]:
    mine, theirs = (_of(tables, catalogue["columns"]) for catalogue in (told, server))
    for name in sorted(mine.keys() | theirs.keys()):
        if name not in mine or name not in theirs:
            yield Claim(f"column {name}", mine.get(name), theirs.get(name))
            continue
        for part, said, found in zip(COLUMN, mine[name], theirs[name], strict=True):
            if said is not None or part == "generated":
                yield Claim(f"{part} of {name}", said, found)


def _of(tables: set[str], things: dict[str, Any]) -> dict[str, Any]:
    """Those of `things` that belong to one of the tables; they are named TABLE.NAME."""
    return {name: about for name, about in things.items() if _owned(name, tables)}


def _owned(name: str, tables: set[str]) -> bool:
    schema, table, *_ = name.split(".")
    return f"{schema}.{table}" in tables
