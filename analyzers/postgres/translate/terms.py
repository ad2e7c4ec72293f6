"""Names, types and expressions, from nodes of PostgreSQL's parse tree."""

from collections.abc import Iterator

from analyzers.postgres.operations import Expression, Name, Type
from analyzers.postgres.syntax import Node
from analyzers.postgres.translate.given_types import given

_SERIAL = {"serial2": "smallserial", "serial4": "serial", "serial8": "bigserial"}
_OF_CONSTANTS = frozenset(
    {
        "A_Const",
        "TypeCast",
        "TypeName",
        "A_ArrayExpr",
        "CollateClause",
        "Integer",
        "Float",
        "Boolean",
        "String",
        "BitString",
        "List",
    }
)


def name(relation: Node) -> Name:
    """The name in a RangeVar."""
    return Name(relation.text("relname"), relation.text("schemaname") or None)


def name_of(strings: tuple[str, ...]) -> Name:
    """A name by its parts; a database in front of the schema says nothing."""
    return Name(strings[-1], strings[-2] if len(strings) > 1 else None)


def made_as(relation: Node) -> Name:
    """The name of a new view or sequence, which may be temporary."""
    temporary = relation.text("relpersistence") == "t"
    return Name(name(relation).name, "pg_temp") if temporary else name(relation)


def is_only(relation: Node) -> bool:
    """Whether ONLY leaves partitions and heirs aside."""
    return not relation.flag("inh")


def strings(node: Node) -> tuple[str, ...]:
    """The parts of a name in a List, a TypeName, an ObjectWithArgs or a String."""
    match node.kind:
        case "String":
            return (node.text("sval"),)
        case "List":
            return node.strings("items")
        case "TypeName":
            return node.strings("names")
        case "ObjectWithArgs":
            return node.strings("objname")
        case _:
            return ()


def type_of(node: Node) -> Type:
    """The type in a TypeName, under its name in the catalogue."""
    parts = node.strings("names")
    schema = parts[-2] if len(parts) > 1 and parts[-2] != "pg_catalog" else None
    spelt = _SERIAL.get(parts[-1], parts[-1]) if parts else ""
    modifiers = tuple(_modifiers(node))
    if spelt == "numeric" and len(modifiers) == 1:
        modifiers = (*modifiers, 0)
    return Type(
        spelt,
        modifiers,
        array=bool(node.children("array_bounds")),
        schema=schema,
    )


def _modifiers(node: Node) -> Iterator[int]:
    for modifier in node.children("typmods"):
        if modifier.kind == "A_Const" and (value := modifier.child("ival")) is not None:
            yield value.number("ival")


def expression(node: Node, sql: str) -> Expression:
    """The expression `node`, which stands in the text as `sql`."""
    if node.kind == "A_Const":
        return _literal(node, sql)
    return Expression(
        sql.strip(),
        columns=frozenset(columns(node)),
        functions=frozenset(functions(node)),
        constant=_constant(node),
        proves_not_null=frozenset(_proven(node)),
        cast=_cast(node),
        compares=frozenset(_compared(node)),
        label=_label(node),
        literals=literals(node),
        tables=tables(node),
        queries=any(node.find("SubLink")),
        gives=_given(node),
        literal=_string(node),
    )


def _literal(node: Node, sql: str) -> Expression:
    """What most defaults are: nothing below it needs to be looked at."""
    text = node.child("sval")
    return Expression(
        sql.strip(),
        constant=True,
        null=node.flag("isnull"),
        label=_label(node),
        literals=frozenset((text.text("sval"),) if text is not None else ()),
        gives=given(node),
        literal=text.text("sval") if text is not None else None,
    )


def _given(node: Node) -> Type | None:
    if node.kind != "TypeCast":
        return given(node)
    target = node.child("type_name")
    return type_of(target) if target is not None else None


def _string(node: Node) -> str | None:
    inner = node.child("arg") if node.kind == "TypeCast" else node
    value = inner.child("sval") if inner is not None and inner.kind == "A_Const" else None
    return value.text("sval") if value is not None else None


def tables(node: Node) -> frozenset[Name]:
    """The tables and views that a query reads; names of WITH are none."""
    own = {cte.text("ctename") for cte in node.find("CommonTableExpr")}
    named = (name(relation) for relation in node.find("RangeVar"))
    return frozenset(n for n in named if n.schema is not None or n.name not in own)


def literals(node: Node) -> frozenset[str]:
    """The texts of all string literals."""
    found = (value.child("sval") for value in node.find("A_Const"))
    return frozenset(value.text("sval") for value in found if value is not None)


def functions(node: Node) -> Iterator[str]:
    for call in node.find("FuncCall", "SQLValueFunction"):
        if call.kind == "SQLValueFunction":
            yield call.choice("op").removeprefix("SVFOP_").removesuffix("_N").lower()
        else:
            parts = call.strings("funcname")
            yield ".".join(parts[1:] if parts[0] == "pg_catalog" else parts)


def column(node: Node) -> str | None:
    """The column that a ColumnRef names, without its table; None for anything else."""
    if node.kind != "ColumnRef":
        return None
    last = node.children("fields")[-1]
    return last.text("sval") if last.kind == "String" else "*"


def constant(node: Node) -> str | None:
    """The text of a literal, casts of it included; None for anything else."""
    while node.kind == "TypeCast":
        inner = node.child("arg")
        if inner is None:
            return None
        node = inner
    if node.kind != "A_Const":
        return None
    for kind, field in (("sval", "sval"), ("fval", "fval"), ("bsval", "bsval")):
        if (value := node.child(kind)) is not None:
            return value.text(field)
    if (number := node.child("ival")) is not None:
        return str(number.number("ival"))
    if (truth := node.child("boolval")) is not None:
        return "true" if truth.flag("boolval") else "false"
    return None


def _label(node: Node) -> str:
    """FigureIndexColname of PostgreSQL's parse_target.c, for what indexes are made of."""
    fallback = ""
    while True:
        match node.kind:
            case "ColumnRef":
                return column(node) or fallback or "expr"
            case "FuncCall":
                return node.strings("funcname")[-1]
            case "TypeCast" | "CollateClause":
                if node.kind == "TypeCast" and (target := node.child("type_name")) is not None:
                    fallback = fallback or target.strings("names")[-1]
                inner = node.child("arg")
                if inner is None:
                    return fallback or "expr"
                node = inner
            case "CoalesceExpr" | "CaseExpr" | "MinMaxExpr" | "A_ArrayExpr":
                return _LABELS[node.kind]
            case _:
                return fallback or "expr"


_LABELS = {
    "CoalesceExpr": "coalesce",
    "CaseExpr": "case",
    "MinMaxExpr": "greatest",
    "A_ArrayExpr": "array",
}


def columns(node: Node) -> Iterator[str]:
    """The columns that an expression names."""
    return (found for ref in node.find("ColumnRef") if (found := column(ref)) is not None)


def _constant(node: Node) -> bool:
    return all(part.kind in _OF_CONSTANTS for part in node.walk())


def _cast(node: Node) -> tuple[str, Type] | None:
    if node.kind != "TypeCast":
        return None
    operand, target = node.child("arg"), node.child("type_name")
    if operand is None or target is None:
        return None
    of = column(operand)
    return None if of is None else (of, type_of(target))


def _conjuncts(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if part.kind == "BoolExpr" and part.choice("boolop") == "AND_EXPR":
            waiting.extend(part.children("args"))
        else:
            yield part


def _proven(node: Node) -> Iterator[str]:
    for part in _conjuncts(node):
        if part.kind == "NullTest" and part.choice("nulltesttype") == "IS_NOT_NULL":
            operand = part.child("arg")
            found = None if operand is None else column(operand)
            if found is not None:
                yield found


def _compared(node: Node) -> Iterator[str]:
    for part in _conjuncts(node):
        if part.kind != "A_Expr" or part.choice("kind") not in ("AEXPR_OP", "AEXPR_IN"):
            continue
        left, right = part.child("lexpr"), part.child("rexpr")
        if part.strings("name") != ("=",) or left is None or right is None:
            continue
        for one, other in ((left, right), (right, left)):
            found = column(one)
            if found is not None and (_constant(other) or other.kind == "ParamRef"):
                yield found


def bound_strategy(bound: Node | None) -> str | None:
    return _STRATEGIES.get(bound.text("strategy")) if bound is not None else None


_STRATEGIES = {"r": "range", "l": "list", "h": "hash"}


def partition_place(bound: Node | None) -> tuple[str | None, ...]:
    """What PostgreSQL puts a partition in its place among others by: `place` of `Table`."""
    if bound is None or bound.flag("is_default"):
        return ()
    if bound.text("strategy") == "h":
        return str(bound.number("modulus")), str(bound.number("remainder"))
    listed = bound.children("listdatums")
    lowest = (None if datum.kind == "ColumnRef" else constant(datum) or "" for datum in
              (*listed, *bound.children("lowerdatums")))  # fmt: skip
    return tuple(lowest)


def outputs(aliases: tuple[str, ...], query: Node) -> tuple[str, ...] | None:
    """The names of the columns that a query shows, the first of them called by `aliases`.

    None: a `*` or a UNION hides them.
    """
    shown: list[str] = []
    for target in query.children("target_list"):
        value = target.child("val")
        last = value.children("fields")[-1:] if value and value.kind == "ColumnRef" else ()
        is_named = bool(last) and last[0].kind == "String"
        shown.append(target.text("name") or (last[0].text("sval") if is_named else ""))
    named = (*aliases, *shown[len(aliases) :])
    return None if not shown or "" in named or _has_star(query) else named


def _has_star(query: Node) -> bool:
    values = (target.child("val") for target in query.children("target_list"))
    references = (value for value in values if value is not None and value.kind == "ColumnRef")
    return any(reference.children("fields")[-1].kind == "A_Star" for reference in references)
