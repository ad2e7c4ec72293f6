"""CREATE INDEX and the upkeep of indexes and tables."""

from collections.abc import Iterator

from analyzers.postgres.operations import (
    Cluster,
    CreateIndex,
    Expression,
    Name,
    ObjectKind,
    Operation,
    Range,
    Refresh,
    Reindex,
    Vacuum,
)
from analyzers.postgres.syntax import Node
from analyzers.postgres.translate.reading import Reading, Translators
from analyzers.postgres.translate.terms import constant, expression, name

_REINDEX = {
    "REINDEX_OBJECT_INDEX": ObjectKind.INDEX,
    "REINDEX_OBJECT_TABLE": ObjectKind.TABLE,
    "REINDEX_OBJECT_SCHEMA": ObjectKind.SCHEMA,
}


def _create(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    relation = node.child("relation")
    if relation is None:
        return
    keys = tuple(_keys(reading, node, relation.location or reading.at.start))
    yield CreateIndex(
        name(relation),
        node.text("idxname") or None,
        tuple(_leading(keys)),
        unique=node.flag("unique"),
        concurrently=node.flag("concurrent"),
        if_not_exists=node.flag("if_not_exists"),
        method=node.text("access_method") or "btree",
        predicate=_predicate(reading, node),
        expressions=tuple(key for key in keys if isinstance(key, Expression)),
        includes=tuple(e.text("name") for e in node.children("index_including_params")),
        keys=keys,
        only=not relation.flag("inh"),
        nulls_not_distinct=node.flag("nulls_not_distinct"),
        options=_options(node),
        at=reading.at,
    )


def _keys(reading: Reading, node: Node, table: int) -> Iterator[str | Expression]:
    held = reading.brackets(Range(table, reading.at.end))
    places = reading.parts(held) if held else ()
    for index, element in enumerate(node.children("index_params")):
        written = element.child("expr")
        if written is None:
            yield element.text("name")
        else:
            sql = reading.sql(places[index]) if index < len(places) else ""
            yield expression(written, sql)


def _options(node: Node) -> tuple[str, ...]:
    """What is said of each key, and of the index, that isn't usual."""
    found = [_of_key(element) for element in node.children("index_params")]
    for option in node.children("options"):
        value = option.child("arg")
        found.append(f"{option.text('defname')} {constant(value) if value else ''}".strip())
    if node.flag("nulls_not_distinct"):
        found.append("NULLS NOT DISTINCT")
    return tuple(found) if any(found) else ()


def _of_key(element: Node) -> str:
    ordering = _ORDERINGS.get(element.choice("ordering"), "")
    nulls = _NULLS.get((ordering, element.choice("nulls_ordering")), "")
    words = (*element.strings("collation"), *element.strings("opclass"), ordering, nulls)
    return " ".join(word for word in words if word)


_ORDERINGS = {"SORTBY_DESC": "DESC"}
# In ascending order NULLs come last, in descending order first, unless one says otherwise.
_NULLS = {
    ("", "SORTBY_NULLS_FIRST"): "NULLS FIRST",
    ("DESC", "SORTBY_NULLS_LAST"): "NULLS LAST",
}


def _leading(keys: tuple[str | Expression, ...]) -> Iterator[str]:
    for key in keys:
        if isinstance(key, Expression):
            return
        yield key


def _predicate(reading: Reading, node: Node) -> Expression | None:
    written = node.child("where_clause")
    keyword = reading.find("WHERE")
    if written is None or keyword is None:
        return None
    return expression(written, reading.sql(Range(keyword.end, reading.at.end)))


def option(node: Node, field: str, wanted: str) -> bool:
    """Whether an option of a list such as `(FULL, ANALYZE off)` is on."""
    for element in node.children(field):
        if element.text("defname") == wanted:
            value = element.child("arg")
            return value is None or _is_on(value)
    return False


def _is_on(value: Node) -> bool:
    if value.kind == "Boolean":
        return value.flag("boolval")
    text = value.text("sval") if value.kind == "String" else constant(value)
    return (text or "on").lower() not in ("off", "false", "0")


def _reindex(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    relation = node.child("relation")
    yield Reindex(
        _REINDEX.get(node.choice("kind"), ObjectKind.DATABASE),
        name(relation) if relation else Name(node.text("name")),
        concurrently=option(node, "params", "concurrently"),
        at=reading.at,
    )


def _vacuum(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    vacuum = node.flag("is_vacuumcmd")
    found = (relation.child("relation") for relation in node.children("rels"))
    named: list[Name | None] = [name(relation) for relation in found if relation is not None]
    for table in named or [None]:
        yield Vacuum(
            table,
            vacuum=vacuum,
            analyze=not vacuum or option(node, "options", "analyze"),
            full=option(node, "options", "full"),
            at=reading.at,
        )


def _cluster(reading: Reading) -> Iterator[Operation]:
    relation = reading.node.child("relation")
    index = reading.node.text("indexname") or None
    yield Cluster(name(relation) if relation else None, index, at=reading.at)


def _refresh(reading: Reading) -> Iterator[Operation]:
    relation = reading.node.child("relation")
    if relation is not None:
        yield Refresh(
            name(relation),
            concurrently=reading.node.flag("concurrent"),
            with_data=not reading.node.flag("skip_data"),
            at=reading.at,
        )


TRANSLATORS: Translators = {
    "IndexStmt": _create,
    "ReindexStmt": _reindex,
    "VacuumStmt": _vacuum,
    "ClusterStmt": _cluster,
    "RefreshMatViewStmt": _refresh,
}
