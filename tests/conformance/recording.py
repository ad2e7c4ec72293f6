"""What real Knex sends for the migrations of a list, in front of a database that is replayed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from analyzers.findings import Direction
from analyzers.knex.execution import Statement
from analyzers.replay import Known, Replaying
from analyzers.source import Span
from analyzers.text import Text
from tests.conformance.process import Node, script
from tests.corpus.packages import Listing

POSTGRES = 16
_GUARD = re.compile(r"^select \* from information_schema\.(tables|columns) where table_name = \$1")


class Rows(Enum):
    """What queries find. Guards (`hasTable`) are answered from what was built before, if known."""

    NONE = "no rows"
    NULLS = "a row of nulls"
    ONE = "one row"


_ANSWERS: dict[Rows, list[str | None]] = {Rows.NONE: [], Rows.NULLS: [None], Rows.ONE: ["1"]}


@dataclass(frozen=True)
class Sent:
    """One statement, its bindings written in."""

    sql: str
    in_transaction: bool
    raw: bool


@dataclass(frozen=True)
class Run:
    """One direction of one migration under real Knex; `error` is what it threw."""

    rows: Rows
    sent: tuple[Sent, ...]
    error: str | None


Recorded = dict[tuple[str, Direction], list[Run]]


def record(*listings: Listing) -> Recorded:
    """Each migration of each list in order, `up` and `down`, once with each kind of rows.

    Every list begins with an empty database.
    """
    recorded: Recorded = {}
    for rows in Rows:
        with script("record.js") as knex:
            for listing in listings:
                _record(knex, listing, rows, recorded)
    return recorded


def _record(knex: Node, listing: Listing, rows: Rows, recorded: Recorded) -> None:
    known = Known()
    for path in listing.paths:
        up, after = _run(knex, listing.root / path, Direction.UP, known, rows)
        down, _ = _run(knex, listing.root / path, Direction.DOWN, after, rows)
        recorded.setdefault((path, Direction.UP), []).append(up)
        recorded.setdefault((path, Direction.DOWN), []).append(down)
        known = after


def _run(
    knex: Node, file: Path, direction: Direction, known: Known, rows: Rows
) -> tuple[Run, Known]:
    database = _Database(Replaying(known, POSTGRES), rows)
    knex.tell({"file": str(file), "direction": direction.value})
    while "ended" not in (message := knex.hear()):
        knex.tell({"rows": database.take(message)})
    return Run(rows, tuple(database.sent), message["error"]), database.replaying.known


class _Database:
    """Answers Knex as the migrations before have left the database."""

    def __init__(self, replaying: Replaying, rows: Rows) -> None:
        self.replaying = replaying
        self.sent: list[Sent] = []
        self._rows = rows
        self._asked: set[str] = set()

    def take(self, message: dict[str, Any]) -> Sequence[str | None]:
        sql = message["sql"]
        self.sent.append(Sent(sql, message["in_transaction"], message["raw"]))
        guard = _GUARD.match(message["template"])
        if guard:
            found = self._exists(guard[1], message["bindings"])
            exists = self._rows is not Rows.NONE if found is None else found
            return ["exists"] if exists else []
        self.replaying.send(Statement(Text.of(sql), Span("", 0, 0)))
        return self._found(sql)

    def _exists(self, kind: str, bindings: list[str]) -> bool | None:
        schema = bindings[-1] if len(bindings) > (1 if kind == "tables" else 2) else None
        if kind == "tables":
            return self.replaying.has_table(schema, bindings[0])
        return self.replaying.has_column(schema, bindings[0], bindings[1])

    def _found(self, sql: str) -> Sequence[str | None]:
        """The same query finds rows once only: loops until there are none must end."""
        again = sql in self._asked
        self._asked.add(sql)
        return [] if again else _ANSWERS[self._rows]
