"""PostgreSQL's parse tree becomes operations."""

from collections.abc import Iterator

from analyzers.postgres.operations import (
    CreateObject,
    CreateTable,
    Name,
    ObjectKind,
    Opaque,
    Operation,
)
from analyzers.postgres.parser import ParsedStatement
from analyzers.postgres.translate import (
    alterations,
    blocks,
    changes,
    indexes,
    objects,
    routines,
    rows,
    sequences,
    session,
    tables,
)
from analyzers.postgres.translate.definitions import defined
from analyzers.postgres.translate.reading import Reading, Translators
from analyzers.struct import replace

__all__ = ["operations"]


def operations(statement: ParsedStatement) -> tuple[Operation, ...]:
    """What one SQL statement asks for, in the order in which PostgreSQL does it.

    Never empty for a statement that does anything: what isn't modelled is an `Opaque`. Every
    `at` counts characters of the whole text that was parsed.
    """
    node = statement.node
    if node is None:
        words = (statement.text[t.start : t.end].upper() for t in statement.tokens[:2])
        return (Opaque(" ".join(words), reason="it is nested too deeply", at=statement.at),)
    reading = Reading(statement.text, statement.at, statement.tokens, node)
    return tuple(_translate(reading))


def _translate(reading: Reading) -> Iterator[Operation]:
    translator = _TRANSLATORS.get(reading.node.kind)
    if translator is None:
        yield Opaque(_words(reading.node.kind), at=reading.at)
        return
    for operation in translator(reading):
        yield defined(reading, operation)


def _create_schema(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    role = node.child("authrole")
    made = Name(node.text("schemaname") or (role.text("rolename") if role else ""))
    if_not_exists = node.flag("if_not_exists")
    yield CreateObject(ObjectKind.SCHEMA, made, if_not_exists, at=reading.at)
    for element in node.children("schema_elts"):
        for operation in _translate(reading.within(element)):
            if isinstance(operation, CreateTable):
                inside = Name(operation.table.name, made.name)
                yield replace(operation, table=inside)
            else:
                yield operation


def _words(kind: str) -> str:
    """`AlterOpFamilyStmt` as `ALTER OP FAMILY`."""
    spaced = "".join(f" {c}" if c.isupper() else c for c in kind.removesuffix("Stmt"))
    return spaced.strip().upper()


_TRANSLATORS: Translators = {
    **tables.TRANSLATORS,
    **alterations.TRANSLATORS,
    **indexes.TRANSLATORS,
    **rows.TRANSLATORS,
    **session.TRANSLATORS,
    **objects.TRANSLATORS,
    **sequences.TRANSLATORS,
    **changes.TRANSLATORS,
    **routines.TRANSLATORS,
    **blocks.TRANSLATORS,
    "CreateSchemaStmt": _create_schema,
}
