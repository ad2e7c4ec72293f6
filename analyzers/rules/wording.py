"""How rules speak: names, locks and example code, the same in every message."""

import re
from collections.abc import Iterable

from analyzers.postgres.effects import Lock
from analyzers.postgres.operations import Column, Expression, Name, Range, Type
from analyzers.rules.context import Context, Sources
from analyzers.source import Place
from analyzers.struct import replace


def code(name: object) -> str:
    """`name` as code. A full name of the usual schema goes without it."""
    if isinstance(name, Name) and name.schema == "public":
        name = Name(name.name)
    return f"`{str(name).replace('`', '')}`"


def listed(names: Iterable[object], most: int = 3) -> str:
    """`a`, `b` and 4 more."""
    shown = [code(name) for name in dict.fromkeys(names)]
    if len(shown) > most + 1:
        shown = [*shown[:most], f"{len(shown) - most} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1] if shown else "")))


def type_name(kind: Type) -> str:
    """A type as people write it; as PostgreSQL's catalogue calls it where that is usual."""
    usual = _USUAL.get(kind.name)
    return str(replace(kind, name=usual)) if usual and not kind.schema else str(kind)


_USUAL = {
    "bool": "boolean",
    "float4": "real",
    "float8": "double precision",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
}


def takes(context: Context) -> str:
    """A sentence that names the locks which keep others waiting; empty where there are none.

    The locks on a table's indexes and sequences, and weaker ones than another, say nothing more
    than the table's own strongest.
    """
    schema = context.schema
    by_mode: dict[str, list[Lock]] = {}
    told = set()
    for lock in sorted(context.effects.blocking(), key=lambda lock: -lock.mode.rank):
        if lock.relation in told or lock.relation in schema.sequences:
            continue
        if schema.owner(lock.relation) is None:
            told.add(lock.relation)
            by_mode.setdefault(lock.mode.sql, []).append(lock)
    said = ", and ".join(_lock(locks) for locks in by_mode.values())
    return f" It takes {said}." if said else ""


def _lock(locks: list[Lock]) -> str:
    mode = locks[0].mode
    article = "an" if mode.sql[0] in "AE" else "a"
    on = listed(lock.relation for lock in locks)
    return f"{article} {mode.sql} lock on {on}, which {mode.whom}"


def identifier(name: Name | str) -> str:
    """`name` as SQL spells it, quoted."""
    parts = [name] if isinstance(name, str) else [part for part in (name.schema, name.name) if part]
    return ".".join('"{}"'.format(part.replace('"', '""')) for part in parts)


def written(context: Context, at: Range) -> str:
    """The SQL of this part of the statement, on one line."""
    sql = context.statement.sql.slice(at.start, at.end).string
    return re.sub(r"\s+", " ", sql).strip().rstrip("; ")


def raw(sql: str) -> str:
    """A line of a migration that sends `sql`."""
    escaped = sql.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    return f"await knex.raw(`{escaped}`);"


def fenced(*lines: str) -> str:
    """Lines of JavaScript as a code block."""
    return "\n".join(("```js", *lines, "```"))


def no_transaction(sources: Sources, path: str) -> str:
    """The line that takes a migration out of its transaction, in the file's own module style."""
    file = sources.files.get(path)
    exports = re.search(r"^export\s", file.text, re.MULTILINE) if file else None
    declaration = "export const config" if exports else "exports.config"
    return f"{declaration} = {{ transaction: false }};"


def file_name(path: str) -> str:
    return path.rpartition("/")[2]


def start_of(path: str) -> Place:
    """Where findings about a file as a whole stand."""
    return Place(path, 1, 1, 1, 1)


def is_always(where: Expression | None) -> bool:
    """Whether a WHERE clause keeps nothing out."""
    return where is None or where.sql.lower() in ("true", "1=1", "1 = 1")


def numbers_itself(column: Column) -> bool:
    """Whether PostgreSQL itself gives each row its value: serial, identity, GENERATED AS."""
    return column.generated is not None or column.type.name in _SERIAL


_SERIAL = {"serial", "smallserial", "bigserial", "serial2", "serial4", "serial8"}


def until(context: Context) -> str:
    """How long what it locks stays locked, as a clause."""
    if not context.step.transaction.open:
        return "while it runs"
    own = context.statement.transaction
    return "until its transaction commits" if own is None or own else "until the batch commits"
