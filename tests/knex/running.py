"""Migrations given as source, run as Knex would run them."""

from analyzers.findings import Direction
from analyzers.knex.execution import Execution, Ignorant
from analyzers.knex.migration import execute, load
from analyzers.knex.release import LATEST, Release
from analyzers.memory import MemoryTree
from analyzers.source import SourceFile

PATH = "migrations/20240101000000_change.js"


class Existing(Ignorant):
    """A database of which all tables are known; without columns."""

    def __init__(self, *tables: str) -> None:
        super().__init__()
        self.tables = tables

    def has_table(self, schema, table):
        return table in self.tables

    def has_column(self, schema, table, column):
        return False


def run(
    body: str,
    *,
    release: Release = LATEST,
    database: Ignorant | None = None,
    config: str = "",
    direction: Direction = Direction.UP,
) -> Execution:
    """Runs `body` as the `up` of a migration."""
    tree = MemoryTree({PATH: source_of(body, config)})
    migration = load(tree, PATH, release=release)
    return execute(migration, direction, database or Ignorant(), release=release)


def source_of(body: str, config: str = "") -> str:
    return (
        f"exports.up = async function (knex) {{\n{body}\n}};\n"
        f"exports.down = async function (knex) {{}};\n{config}\n"
    )


def sql(execution: Execution) -> list[str]:
    return [str(statement.sql) for statement in execution.statements]


def source(body: str, span) -> str:
    """The text at `span` of the migration that `run(body)` runs."""
    assert span is not None
    return source_of(body)[span.start : span.end]


def place(body: str, span):
    return SourceFile(PATH, source_of(body)).place(span)
