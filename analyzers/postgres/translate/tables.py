"""CREATE TABLE, DROP, TRUNCATE: statements on whole tables."""

from collections.abc import Iterable, Iterator

from analyzers.postgres.operations import (
    Column,
    Constraint,
    CreateObject,
    CreateTable,
    Name,
    ObjectKind,
    Operation,
    Range,
    Truncate,
    ViewDetails,
)
from analyzers.postgres.syntax import Node
from analyzers.postgres.translate.columns import column, constraint
from analyzers.postgres.translate.reading import Reading, Translators
from analyzers.postgres.translate.terms import (
    bound_strategy,
    columns,
    is_only,
    name,
    outputs,
    partition_place,
    tables,
)

# Bits of LIKE … INCLUDING, from parsenodes.h.
_LIKE = {
    1: "comments",
    2: "compression",
    4: "constraints",
    8: "defaults",
    16: "generated",
    32: "identity",
    64: "indexes",
    128: "statistics",
    256: "storage",
}


def _create(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    yield _table(reading, node)


def _create_foreign(reading: Reading) -> Iterator[Operation]:
    base = reading.node.child("base_stmt")
    if base is not None:
        yield _table(reading, base)


def _table(reading: Reading, node: Node) -> CreateTable:
    relation = node.child("relation")
    assert relation is not None  # the grammar demands it
    parents = tuple(name(parent) for parent in node.children("inh_relations"))
    partition, strategy = node.child("partbound"), node.child("partspec")
    elements = node.children("table_elts")
    return CreateTable(
        name(relation),
        tuple(_columns(reading, elements)),
        tuple(_constraints(reading, elements)),
        if_not_exists=node.flag("if_not_exists"),
        temporary=relation.text("relpersistence") == "t",
        unlogged=relation.text("relpersistence") == "u",
        like=tuple(_sources(elements)),
        inherits=() if partition else parents,
        partition_of=parents[0] if partition and parents else None,
        partition_by=_strategy(strategy),
        partition_columns=_partition_columns(strategy),
        default_partition=partition is not None and partition.flag("is_default"),
        like_options=frozenset(_like_options(elements)),
        strategy=bound_strategy(partition),
        place=partition_place(partition),
        at=reading.at,
    )


def _columns(reading: Reading, elements: Iterable[Node]) -> Iterator[Column]:
    for element in elements:
        if element.kind == "ColumnDef":
            yield column(reading, element)


def _constraints(reading: Reading, elements: Iterable[Node]) -> Iterator[Constraint]:
    for element in elements:
        if element.kind != "Constraint":
            continue
        start = element.location
        at = reading.at if start is None else reading.extent(start)
        found = constraint(reading, element, at)
        if found is not None:
            yield found


def _sources(elements: Iterable[Node]) -> Iterator[Name]:
    for element in elements:
        if element.kind == "TableLikeClause" and (relation := element.child("relation")):
            yield name(relation)


def _like_options(elements: Iterable[Node]) -> Iterator[str]:
    for element in elements:
        if element.kind == "TableLikeClause":
            yield from (word for bit, word in _LIKE.items() if element.number("options") & bit)


def _strategy(spec: Node | None) -> str | None:
    if spec is None:
        return None
    return spec.choice("strategy").removeprefix("PARTITION_STRATEGY_").lower()


def _partition_columns(spec: Node | None) -> tuple[str, ...]:
    if spec is None:
        return ()
    found = (element.text("name") for element in spec.children("part_params"))
    return tuple(column for column in found if column)


def _create_as(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    into, query = node.child("into"), node.child("query")
    relation = into.child("rel") if into else None
    if into is None or query is None or relation is None:
        return
    if node.choice("objtype") == "OBJECT_MATVIEW":
        yield CreateObject(
            ObjectKind.MATERIALIZED_VIEW,
            name(relation),
            if_not_exists=node.flag("if_not_exists"),
            sources=tables(query),
            details=ViewDetails(
                outputs=outputs(into.strings("col_names"), query),
                columns=frozenset(columns(query)),
                with_data=not into.flag("skip_data"),
            ),
            at=reading.at,
        )
        return
    yield from filled(reading, into, query, if_not_exists=node.flag("if_not_exists"))


def filled(
    reading: Reading, into: Node, query: Node, *, if_not_exists: bool = False
) -> Iterator[Operation]:
    """CREATE TABLE AS and SELECT INTO."""
    relation = into.child("rel")
    if relation is None:
        return
    yield CreateTable(
        name(relation),
        if_not_exists=if_not_exists,
        temporary=relation.text("relpersistence") == "t",
        unlogged=relation.text("relpersistence") == "u",
        from_query=True,
        sources=tables(query) - {name(relation)},
        with_data=not into.flag("skip_data"),
        reads=frozenset(columns(query)),
        at=reading.at,
    )


def _truncate(reading: Reading) -> Iterator[Operation]:
    relations = reading.node.children("relations")
    together = frozenset(name(relation) for relation in relations)
    for relation in relations:
        yield Truncate(
            name(relation),
            cascade=reading.node.choice("behavior") == "DROP_CASCADE",
            restart_identity=reading.node.flag("restart_seqs"),
            together=together,
            at=_one_of(reading, relation, len(relations)),
            alone=is_only(relation),
        )


def _one_of(reading: Reading, relation: Node, count: int) -> Range:
    start = relation.location
    if count == 1 or start is None:
        return reading.at
    return Range(start, reading.after_name(start))


TRANSLATORS: Translators = {
    "CreateStmt": _create,
    "CreateForeignTableStmt": _create_foreign,
    "CreateTableAsStmt": _create_as,
    "TruncateStmt": _truncate,
}
