"""Column definitions and constraints, from nodes of PostgreSQL's parse tree."""

from collections.abc import Iterator
from itertools import pairwise

from analyzers.postgres.operations import (
    Column,
    Constraint,
    ConstraintKind,
    Expression,
    Range,
    Reference,
    Type,
)
from analyzers.postgres.syntax import Node
from analyzers.postgres.translate.reading import Reading
from analyzers.postgres.translate.terms import expression, name, type_of
from analyzers.struct import replace

_KINDS = {
    "CONSTR_CHECK": ConstraintKind.CHECK,
    "CONSTR_FOREIGN": ConstraintKind.FOREIGN_KEY,
    "CONSTR_PRIMARY": ConstraintKind.PRIMARY_KEY,
    "CONSTR_UNIQUE": ConstraintKind.UNIQUE,
    "CONSTR_EXCLUSION": ConstraintKind.EXCLUDE,
    "CONSTR_NOTNULL": ConstraintKind.NOT_NULL,
}
_MAY_BE_UNENFORCED = frozenset({ConstraintKind.CHECK, ConstraintKind.FOREIGN_KEY})
_ACTIONS = {
    "a": "NO ACTION",
    "r": "RESTRICT",
    "c": "CASCADE",
    "n": "SET NULL",
    "d": "SET DEFAULT",
}
_GENERATED = {"s": "stored", "v": "virtual"}


def column(reading: Reading, node: Node) -> Column:
    """The column that a ColumnDef describes."""
    at = reading.extent(node.location or reading.at.start)
    made = Column(node.text("colname"), _type(node), at=at)
    written = node.children("constraints")
    for constraint, place in _placed(reading, written, at):
        made = _constrained(made, reading, constraint, place)
    return _attributed(made, written)


def constraint(
    reading: Reading, node: Node, at: Range, column: str | None = None
) -> Constraint | None:
    """The constraint of a table, or of `column`; None for what is none of its own."""
    kind = _KINDS.get(node.choice("contype"))
    if kind is None:
        return None
    return Constraint(
        kind,
        (column,) if column else _constrained_columns(node),
        node.text("conname") or None,
        _reference(reading, node, at),
        _expression(reading, node, at) if kind is ConstraintKind.CHECK else None,
        node.text("indexname") or None,
        valid=not node.flag("skip_validation"),
        at=at,
        enforced=kind not in _MAY_BE_UNENFORCED or node.flag("is_enforced"),
        deferrable=node.flag("deferrable"),
        no_inherit=node.flag("is_no_inherit"),
        nulls_not_distinct=node.flag("nulls_not_distinct"),
        includes=node.strings("including"),
        method=node.text("access_method") or None,
    )


def _type(node: Node) -> Type:
    written = node.child("type_name")
    found = type_of(written) if written is not None else Type("")
    collation = node.child("coll_clause")
    if collation is None:
        return found
    return replace(found, collation=".".join(collation.strings("collname")))


def _placed(
    reading: Reading, constraints: tuple[Node, ...], at: Range
) -> Iterator[tuple[Node, Range]]:
    """Each constraint of a column with its range; DEFERRABLE and its kin belong to the one before.

    https://github.com/postgres/postgres/blob/master/src/backend/parser/gram.y (ColConstraint)
    """
    heads = [n for n in constraints if not n.choice("contype").startswith("CONSTR_ATTR")]
    starts = [n.location if n.location is not None else at.start for n in heads]
    for node, (start, end) in zip(heads, pairwise((*starts, at.end)), strict=True):
        yield node, reading.extent(start, end)


def _attributed(made: Column, written: tuple[Node, ...]) -> Column:
    """DEFERRABLE and NOT ENFORCED say something of the constraint that was written before them."""
    constraints, latest = list(made.constraints), -1
    for kind in (node.choice("contype") for node in written):
        if kind in _KINDS and kind != "CONSTR_NOTNULL":
            latest += 1
        elif kind in _DEFERRING and 0 <= latest < len(constraints):
            constraints[latest] = replace(constraints[latest], deferrable=True)
        elif kind == "CONSTR_ATTR_NOT_ENFORCED" and 0 <= latest < len(constraints):
            constraints[latest] = replace(constraints[latest], enforced=False, valid=False)
    return made if latest < 0 else replace(made, constraints=tuple(constraints))


_DEFERRING = ("CONSTR_ATTR_DEFERRABLE", "CONSTR_ATTR_DEFERRED")


def _constrained(made: Column, reading: Reading, node: Node, at: Range) -> Column:
    match node.choice("contype"):
        case "CONSTR_NOTNULL":
            alone = node.flag("is_no_inherit")
            named = node.text("conname") or None
            return replace(made, not_null=True, not_null_name=named, not_null_alone=alone)
        case "CONSTR_NULL":
            return made
        case "CONSTR_DEFAULT":
            return replace(made, default=_expression(reading, node, at))
        case "CONSTR_IDENTITY":
            always = node.text("generated_when") == "a"
            return replace(made, generated="identity", always=always, not_null=True)
        case "CONSTR_GENERATED":
            how = _GENERATED.get(node.text("generated_kind"), "stored")
            return replace(made, generated=how, expression=_expression(reading, node, at))
        case "CONSTR_PRIMARY":
            made = replace(made, not_null=True)
    found = constraint(reading, node, at, made.name)
    return made if found is None else replace(made, constraints=(*made.constraints, found))


def _expression(reading: Reading, node: Node, at: Range) -> Expression | None:
    written = node.child("raw_expr")
    if written is None:
        return None
    keyword = reading.find("DEFAULT", within=at)
    place = Range(keyword.end, at.end) if keyword else reading.brackets(at) or at
    return expression(written, reading.sql(place))


def _constrained_columns(node: Node) -> tuple[str, ...]:
    if node.choice("contype") == "CONSTR_FOREIGN":
        return node.strings("fk_attrs")
    if node.choice("contype") == "CONSTR_EXCLUSION":
        names = (element.text("name") for element in node.find("IndexElem"))
        return tuple(name for name in names if name)
    if node.choice("contype") == "CONSTR_CHECK" and (check := node.child("raw_expr")) is not None:
        return tuple(sorted(expression(check, "").columns))
    return node.strings("keys")


def _reference(reading: Reading, node: Node, at: Range) -> Reference | None:
    table = node.child("pktable")
    if table is None:
        return None
    keyword = reading.find("REFERENCES", within=at)
    on_delete = reading.find(
        "ON", "DELETE_P", "CASCADE|RESTRICT|SET|NO", "NULL_P|DEFAULT|ACTION", within=at
    ) or reading.find("ON", "DELETE_P", "CASCADE|RESTRICT", within=at)
    return Reference(
        name(table),
        node.strings("pk_attrs"),
        _ACTIONS.get(node.text("fk_del_action"), "NO ACTION"),
        _ACTIONS.get(node.text("fk_upd_action"), "NO ACTION"),
        Range(keyword.start, at.end) if keyword else at,
        on_delete,
    )
