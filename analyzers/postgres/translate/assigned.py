"""What INSERT and UPDATE give to columns, as far as their text alone tells."""

from collections.abc import Iterator, Mapping

from analyzers.postgres.operations import UNKNOWN_TYPE, Given, Name, Type
from analyzers.postgres.syntax import Node
from analyzers.postgres.translate.given_types import given
from analyzers.postgres.translate.terms import name, type_of

# A table or view under the name that a query calls it by; None: more than that is read.
_Relations = Mapping[str, Name] | None
# Written rows are like each other, and may be thousands.
_LOOKED_AT = 100
_VALUES = frozenset({"A_Const", "SQLValueFunction"})


def inserted(node: Node, query: Node | None) -> frozenset[Given]:
    """Of the rows that VALUES writes out, or of the columns that one query takes from tables."""
    targets = node.children("cols")
    if query is None or any(target.children("indirection") for target in targets):
        return frozenset()
    names: list[str | int] = [target.text("name") for target in targets]
    rows = query.children("values_lists")
    if rows:
        return frozenset(_rows(names, rows))
    if query.choice("op") not in ("", "SETOP_NONE"):
        return frozenset()  # of both sides a common type is made first
    reads = _relations(query.children("from_clause"), _defined(node) | _defined(query))
    values = [target.child("val") for target in query.children("target_list")]
    return frozenset(_given(names or list(range(len(values))), values, reads))


def updated(node: Node, targets: list[Node]) -> frozenset[Given]:
    """Of the values that SET names, which may be columns of the table itself."""
    relation = node.child("relation")
    if relation is None or any(target.children("indirection") for target in targets):
        return frozenset()
    names: list[str | int] = [target.text("name") for target in targets]
    reads = _relations((relation, *node.children("from_clause")), _defined(node), relation)
    return frozenset(_given(names, [target.child("val") for target in targets], reads))


def _rows(names: list[str | int], rows: tuple[Node, ...]) -> Iterator[Given]:
    for row in rows[:_LOOKED_AT]:
        for place, value in enumerate(row.children("items")):
            if value.kind == "A_Star":
                break
            kind = _kind(value)
            if kind is not None:
                to = names[place] if place < len(names) else place
                yield Given(to, kind, bare=value.kind == "A_Const")


def _given(names: list[str | int], values: list[Node | None], reads: _Relations) -> Iterator[Given]:
    for to, value in zip(names, values, strict=False):
        if value is None or any(value.find("A_Star")):
            return  # how many columns that is, tables tell
        kind = _kind(value)
        if kind is not None:
            yield Given(to, kind, bare=value.kind == "A_Const")
        elif value.kind == "ColumnRef" and reads:
            *of, column = value.strings("fields")
            if not of and column in reads:
                continue  # a whole row
            table = next(iter(reads.values())) if len(reads) == 1 and not of else None
            table = reads.get(of[0]) if len(of) == 1 else table
            if table is not None:
                yield Given(to, None, column, table)


def _kind(value: Node) -> Type | None:
    """A string becomes what its column is of; a call may be one of the migrations' own."""
    if value.kind == "TypeCast":
        target = value.child("type_name")
        return type_of(target) if target is not None else None
    kind = given(value) if value.kind in _VALUES else None
    return None if kind == UNKNOWN_TYPE else kind


def _relations(
    clauses: tuple[Node, ...], hidden: frozenset[str], own: Node | None = None
) -> _Relations:
    found: dict[str, Name] = {}
    waiting = list(clauses)
    while waiting:
        one = waiting.pop()
        if one.kind == "JoinExpr" and one.child("alias") is None:
            waiting += [side for side in (one.child("larg"), one.child("rarg")) if side is not None]
            continue
        if one.kind != "RangeVar":
            return None
        alias = one.child("alias")
        called = alias.text("aliasname") if alias is not None else one.text("relname")
        renamed = alias is not None and alias.children("colnames")
        by_with = one is not own and not one.text("schemaname") and one.text("relname") in hidden
        if renamed or by_with or called in found:
            return None
        found[called] = name(one)
    return found


def _defined(node: Node) -> frozenset[str]:
    """The names that WITH gives."""
    clause = node.child("with_clause")
    ctes = clause.children("ctes") if clause is not None else ()
    return frozenset(cte.text("ctename") for cte in ctes)
