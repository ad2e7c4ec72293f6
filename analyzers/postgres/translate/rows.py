"""Queries and changes of rows."""

from collections.abc import Iterator

from analyzers.postgres.operations import (
    Copy,
    Delete,
    Expression,
    Insert,
    Merge,
    Name,
    Operation,
    Range,
    Scope,
    Select,
    SetSetting,
    Update,
)
from analyzers.postgres.syntax import Node
from analyzers.postgres.translate.assigned import inserted, updated
from analyzers.postgres.translate.reading import Reading, Translators
from analyzers.postgres.translate.tables import filled
from analyzers.postgres.translate.terms import (
    columns,
    constant,
    expression,
    functions,
    is_only,
    literals,
    name,
    tables,
)
from analyzers.struct import replace

_AFTER_WHERE = ("RETURNING", "ORDER", "LIMIT", "FOR")


def _select(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    yield from _with(reading)
    into = node.child("into_clause")
    if into is not None:
        yield from filled(reading, into, node)
        return
    settings = tuple(_settings(reading))
    yield from settings
    called = frozenset(functions(node)) - {"set_config"}
    if not settings or called or tables(node):
        yield Select(
            tables(node),
            called,
            locking=any(True for _ in node.find("LockingClause")),
            literals=literals(node),
            columns=_named(node),
            filtered=any(map(_may_filter, node.walk())),
            alone=all(map(is_only, node.find("RangeVar"))),
            at=reading.at,
        )


def _may_filter(node: Node) -> bool:
    """Whether a part of a query may spare it some partitions."""
    return node.kind == "JoinExpr" or (
        node.kind == "SelectStmt"
        and any(node.child(field) is not None for field in ("where_clause", "limit_count"))
    )


def _named(node: Node) -> frozenset[str]:
    """The columns that a query of one table names; of others only PostgreSQL tells whose."""
    relations = list(node.find("RangeVar"))
    others = any(True for _ in node.find("SubLink", "RangeSubselect", "RangeFunction", "XmlExpr"))
    if len(relations) != 1 or others or node.child("with_clause") is not None:
        return frozenset()
    aliases = {target.text("name") for target in node.children("target_list")}
    tables = {relations[0].text("relname"), *(a.text("aliasname") for a in node.find("Alias"))}
    return frozenset(columns(node)) - {"*"} - aliases - tables


def _settings(reading: Reading) -> Iterator[SetSetting]:
    """SELECT set_config('lock_timeout', '5s', true)."""
    for call in reading.node.find("FuncCall"):
        if call.strings("funcname")[-1] != "set_config":
            continue
        arguments = [constant(argument) for argument in call.children("args")]
        if len(arguments) == 3 and arguments[0] is not None:
            local = arguments[2] in ("true", "t", "on")
            scope = Scope.TRANSACTION if local else Scope.SESSION
            yield SetSetting(arguments[0].lower(), arguments[1], scope, at=reading.at)


def _insert(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    yield from _with(reading)
    relation, query = node.child("relation"), node.child("select_stmt")
    if relation is None:
        return
    targets = tuple(target.text("name") for target in _targets(node, "cols"))
    read = tables(query) if query is not None else frozenset()
    where = query.child("where_clause") if query is not None else None
    yield Insert(
        name(relation),
        targets,
        read - _own_names(node),
        _conflict(node),
        literals(node),
        guarded=node.child("on_conflict_clause") is not None,
        listed=query is None or _lists(query),
        where=None if where is None else expression(where, ""),
        limited=_limited(node),
        given=frozenset(_inserted(targets, query)),
        overriding=node.choice("override") not in ("", "OVERRIDING_NOT_SET"),
        reads=frozenset(columns(query)) if query is not None else frozenset(),
        widths=frozenset(_widths(targets, node, query)),
        gives=inserted(node, query),
        at=reading.at,
    )


def _targets(node: Node, field: str) -> list[Node]:
    """What is assigned to; of parts of one column, as `a[1], a[2]`, only the first."""
    found: dict[str, Node] = {}
    targets = node.children(field)
    parts = {target.text("name") for target in targets if target.children("indirection")}
    for number, target in enumerate(targets):
        spelt = target.text("name")
        found.setdefault(spelt if spelt in parts else str(number), target)
    return list(found.values())


def _widths(targets: tuple[str, ...], node: Node, query: Node | None) -> Iterator[int]:
    """How many values the written rows have; nothing where that is not as simple."""
    if query is None:
        yield 0  # DEFAULT VALUES
    rows = query.children("values_lists") if query is not None else ()
    simple = len(targets) == len(node.children("cols"))
    for row in rows if simple else ():
        if not any(row.find("A_Star")):
            yield len(row.children("items"))


def _inserted(targets: tuple[str, ...], query: Node | None) -> Iterator[str]:
    """The columns that some row gives more than DEFAULT."""
    rows = query.children("values_lists") if query is not None else ()
    if query is not None and not rows:
        yield from targets
    for row in rows:
        for column, value in zip(targets, row.children("items"), strict=False):
            if value.kind != "SetToDefault":
                yield column


def _conflict(node: Node) -> tuple[str, ...]:
    clause = node.child("on_conflict_clause")
    target = clause.child("infer") if clause else None
    names = (e.text("name") for e in target.children("index_elems")) if target else ()
    return tuple(name for name in names if name)


def _update(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    yield from _with(reading)
    relation = node.child("relation")
    if relation is None:
        return
    targets = _targets(node, "target_list")
    assigned = tuple(target.child("val") for target in targets)
    yield Update(
        name(relation),
        tuple(target.text("name") for target in targets),
        _where(reading),
        _read(node, "from_clause", "where_clause", "target_list"),
        literals(node),
        values=tuple(None if value is None else constant(value) for value in assigned),
        reads=frozenset(name for value in assigned if value for name in columns(value)),
        limited=_limited(node),
        given=frozenset(
            target.text("name")
            for target, value in zip(targets, assigned, strict=True)
            if value is None or value.kind != "SetToDefault"
        ),
        gives=updated(node, targets),
        at=reading.at,
        alone=is_only(relation),
    )


def _delete(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    yield from _with(reading)
    relation = node.child("relation")
    if relation is None:
        return
    read = _read(node, "using_clause", "where_clause")
    yield Delete(
        name(relation),
        _where(reading),
        read,
        literals(node),
        _limited(node),
        at=reading.at,
        alone=is_only(relation),
    )


def _merge(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    yield from _with(reading)
    relation = node.child("relation")
    if relation is not None:
        yield Merge(name(relation), _read(node, "source_relation"), at=reading.at)


def _copy(reading: Reading) -> Iterator[Operation]:
    relation = reading.node.child("relation")
    query = reading.node.child("query")
    if relation is not None:
        yield Copy(name(relation), reading.node.flag("is_from"), at=reading.at)
    elif query is not None:
        yield Select(tables(query), frozenset(functions(query)), at=reading.at)


def _show(reading: Reading) -> Iterator[Operation]:
    yield Select(at=reading.at)


def _explain(reading: Reading) -> Iterator[Operation]:
    """EXPLAIN plans; EXPLAIN ANALYZE does what it explains."""
    query = reading.node.child("query")
    if query is None:
        return
    analyze = any(e.text("defname") == "analyze" for e in reading.node.children("options"))
    if analyze and query.kind in TRANSLATORS:
        yield from TRANSLATORS[query.kind](reading.within(query))
    else:
        yield Select(tables(query), at=reading.at)


def _with(reading: Reading) -> Iterator[Operation]:
    """What the queries of WITH change."""
    clause = reading.node.child("with_clause")
    for query in clause.children("ctes") if clause else ():
        written = query.child("ctequery")
        if written is not None and written.kind in _CHANGES:
            start = query.location
            at = reading.at if start is None else reading.extent(start)
            held = reading.brackets(at) or at
            inner = reading.within(written, held)
            yield from _CHANGES[written.kind](inner)


def _where(reading: Reading) -> Expression | None:
    written = reading.node.child("where_clause")
    if written is None:
        return None
    keyword = reading.find("WHERE")
    start = keyword.end if keyword else reading.at.start
    rest = Range(start, reading.at.end)
    end = reading.find("|".join(_AFTER_WHERE), within=rest)
    found = expression(written, reading.sql(Range(start, end.start if end else rest.end)))
    row = _called(reading.node)
    return replace(found, columns=found.columns - {row}) if row in found.columns else found


def _called(node: Node) -> str:
    """What a condition calls the whole row by."""
    relation = node.child("relation")
    alias = relation.child("alias") if relation is not None else None
    if alias is not None:
        return alias.text("aliasname")
    return relation.text("relname") if relation is not None else ""


def _lists(query: Node) -> bool:
    """Whether its rows are written out: VALUES, or SELECT without FROM."""
    waiting = [query]
    while waiting:
        part = waiting.pop()
        sides = [side for side in (part.child("larg"), part.child("rarg")) if side is not None]
        if not sides and part.children("from_clause"):
            return False
        waiting.extend(sides)
    return True


def _limited(node: Node) -> bool:
    return any(query.child("limit_count") is not None for query in node.find("SelectStmt"))


def _read(node: Node, *fields: str) -> frozenset[Name]:
    """The tables that these clauses read."""
    found: set[Name] = set()
    for field in fields:
        repeated = node.is_list(field)
        child = None if repeated else node.child(field)
        clauses = node.children(field) if repeated else (child,) if child else ()
        for clause in clauses:
            found |= tables(clause)
    return frozenset(found) - _own_names(node)


def _own_names(node: Node) -> frozenset[Name]:
    """The names that WITH gives."""
    clause = node.child("with_clause")
    return (
        frozenset(Name(q.text("ctename")) for q in clause.children("ctes"))
        if clause
        else frozenset()
    )


_CHANGES: Translators = {
    "InsertStmt": _insert,
    "UpdateStmt": _update,
    "DeleteStmt": _delete,
    "MergeStmt": _merge,
}

TRANSLATORS: Translators = {
    **_CHANGES,
    "SelectStmt": _select,
    "CopyStmt": _copy,
    "VariableShowStmt": _show,
    "ExplainStmt": _explain,
}
