"""What belongs into each of several deployments, in the names of the migration and in its style."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from analyzers.fixes.situation import Situation
from analyzers.postgres.operations import (
    AddColumn,
    AlterColumnType,
    CreateTable,
    Name,
    RenameColumn,
    Type,
)
from analyzers.rules.context import Step
from analyzers.rules.long_names import name_of
from analyzers.rules.references import foreign_keys
from analyzers.rules.wording import fenced, identifier, type_name

Skeleton: TypeAlias = "Callable[[Situation, Step], Iterator[str]]"

BATCH = 1_000


def skeleton(situation: Situation) -> str:
    """The migrations one after the other, as code; empty where they can't be told."""
    told = SKELETONS.get(situation.finding.rule)
    lines = list(told(situation, situation.steps[0])) if told and situation.steps else []
    return fenced(*lines) if lines else ""


def _renamed(situation: Situation, step: Step) -> Iterator[str]:
    match step.operation:
        case RenameColumn(table=table, column=old, to=new):
            kind = _type(step, table, old)
            if kind is None:
                return
            yield "// 1. this migration: the new column beside the old one"
            yield _raw(situation, f"ALTER TABLE {identifier(table)} ADD COLUMN {_named(new, kind)}")
            yield f"// 2. deploy code that writes both, then fill the rows that {new} lacks"
            yield from _filled(situation, table, new, identifier(old))
            yield f"// 3. deploy code that neither reads nor writes {old}, then"
            yield _raw(situation, _dropped(table, old))


def _retyped(situation: Situation, step: Step) -> Iterator[str]:
    match step.operation:
        case AlterColumnType(table=table, column=column, type=kind):
            new = name_of(column, "new")
            alter = f"ALTER TABLE {identifier(table)}"
            yield "// 1. this migration: a column of the new type beside the old one"
            yield _raw(situation, f"{alter} ADD COLUMN {_named(new, kind)}")
            yield f"// 2. deploy code that writes both, then fill the rows that {new} lacks"
            cast = f"{identifier(column)}::{type_name(kind)}"
            yield from _filled(situation, table, new, cast, given=column)
            yield f"// 3. deploy code that reads and writes {new} alone, then"
            yield _raw(situation, _dropped(table, column))


def _required(situation: Situation, step: Step) -> Iterator[str]:
    match step.operation:
        case AddColumn(table=table, column=column):
            alter, name = f"ALTER TABLE {identifier(table)}", identifier(column.name)
            check = identifier(name_of(table.name, column.name, "not_null"))
            yield "// 1. this migration: the column without NOT NULL"
            yield _raw(situation, f"{alter} ADD COLUMN {_named(column.name, column.type)}")
            yield "// 2. deploy code that writes it, fill the old rows in batches, then"
            yield _raw(
                situation, f"{alter} ADD CONSTRAINT {check} CHECK ({name} IS NOT NULL) NOT VALID"
            )
            yield "// 3. in a later migration"
            yield _raw(situation, f"{alter} VALIDATE CONSTRAINT {check}")
            yield "// 4. in one after that: the proof spares the scan"
            yield _raw(situation, f"{alter} ALTER COLUMN {name} SET NOT NULL")
            yield _raw(situation, f"{alter} DROP CONSTRAINT {check}")


def _indexed(situation: Situation, step: Step) -> Iterator[str]:
    """For a table that others use already; a new one takes its index along."""
    for table, constraint in foreign_keys(step.operation):
        known = step.schema.table(table)
        if isinstance(step.operation, CreateTable) or (known is not None and known.new):
            return
        name = name_of(table.name, *constraint.columns, "index")
        there = identifier(Name(name, table.schema))
        on = f"{identifier(table)} ({', '.join(map(identifier, constraint.columns))})"
        yield "// in a migration after this one, with `transaction: false`"
        yield _raw(situation, f"DROP INDEX CONCURRENTLY IF EXISTS {there}")
        yield _raw(situation, f"CREATE INDEX CONCURRENTLY {identifier(name)} ON {on}")
        return


SKELETONS: Mapping[str, Skeleton] = {
    "column-type-rewrites-table": _retyped,
    "not-null-without-default": _required,
    "rename-column": _renamed,
    "unindexed-foreign-key": _indexed,
}
"""For rules whose safe way takes several migrations."""


def _filled(
    situation: Situation, table: Name, column: str, value: str, *, given: str | None = None
) -> Iterator[str]:
    """A loop over batches; each is a transaction of its own under `transaction: false`."""
    style, name, rows = situation.document.style, identifier(column), identifier(table)
    there = f"{identifier(given)} IS NOT NULL" if given else f"{value} IS NOT NULL"
    sql = _FILL.format(rows=rows, name=name, value=value, there=there, batch=BATCH)
    yield f"//    (a migration with `transaction: false`, {BATCH:,} rows at a time)"
    yield f"let filled{style.end}"
    yield f"do {{\n{style.indent}filled = {_raw(situation, sql)}"
    yield f"}} while (filled.rowCount > 0){style.end}"


_FILL = (
    "UPDATE {rows} SET {name} = {value} WHERE ctid = ANY(ARRAY("
    "SELECT ctid FROM {rows} WHERE {name} IS NULL AND {there} LIMIT {batch}))"
)


def _dropped(table: Name, column: str) -> str:
    return f"ALTER TABLE {identifier(table)} DROP COLUMN {identifier(column)}"


def _named(column: str, kind: Type) -> str:
    return f"{identifier(column)} {type_name(kind)}"


def _type(step: Step, table: Name, column: str) -> Type | None:
    known = step.schema.table(table)
    found = known.column(column) if known is not None else None
    return found.type if found is not None else None


def _raw(situation: Situation, sql: str) -> str:
    style, up = situation.document.style, situation.up
    knex = up.knex if up is not None and up.knex is not None else "knex"
    return f"await {knex}.raw({style.string(sql)}){style.end}"
