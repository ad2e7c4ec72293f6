"""CREATE SEQUENCE and ALTER SEQUENCE."""

from collections.abc import Iterator

from analyzers.postgres.operations import (
    AlterObject,
    CreateObject,
    Name,
    ObjectKind,
    Operation,
    SequenceDetails,
)
from analyzers.postgres.syntax import Node
from analyzers.postgres.translate.reading import Reading, Translators
from analyzers.postgres.translate.terms import made_as, name, name_of, strings, type_of


def _sequence(reading: Reading) -> Iterator[Operation]:
    relation = reading.node.child("sequence")
    if relation is not None:
        yield CreateObject(
            ObjectKind.SEQUENCE,
            made_as(relation),
            if_not_exists=reading.node.flag("if_not_exists"),
            details=SequenceDetails(_owner(reading.node), tuple(_options(reading.node))),
            at=reading.at,
        )


def _alter_sequence(reading: Reading) -> Iterator[Operation]:
    relation = reading.node.child("sequence")
    if relation is not None:
        owner, disowned = _owner(reading.node), _is_disowned(reading.node)
        yield AlterObject(
            ObjectKind.SEQUENCE,
            name(relation),
            "OWNED BY" if owner or disowned else "options",
            details=SequenceDetails(owner, tuple(_options(reading.node)), disowned),
            lenient=reading.node.flag("missing_ok"),
            at=reading.at,
        )


def _owner(node: Node) -> tuple[Name, str] | None:
    for option in node.children("options"):
        value = option.child("arg")
        if option.text("defname") == "owned_by" and value is not None:
            *table, column = strings(value)
            return (name_of(tuple(table)), column) if table else None
    return None


def _is_disowned(node: Node) -> bool:
    given = [o for o in node.children("options") if o.text("defname") == "owned_by"]
    return bool(given) and _owner(node) is None


def _options(node: Node) -> Iterator[tuple[str, str]]:
    for option in node.children("options"):
        value = option.child("arg")
        if option.text("defname") != "owned_by":
            yield option.text("defname"), "" if value is None else _written(value)


def _written(value: Node) -> str:
    """The value of an option, in words."""
    match value.kind:
        case "Integer":
            return str(value.number("ival"))
        case "Float":
            return value.text("fval")
        case "Boolean":
            return str(value.flag("boolval")).lower()
        case "TypeName":
            return str(type_of(value))
        case _:
            return " ".join(strings(value))


TRANSLATORS: Translators = {
    "CreateSeqStmt": _sequence,
    "AlterSeqStmt": _alter_sequence,
}
