"""Functions and procedures. Their bodies don't run when they are made."""

from collections.abc import Iterator

from analyzers.postgres.operations import (
    CreateObject,
    FunctionDetails,
    ObjectKind,
    Operation,
    Type,
    Volatility,
)
from analyzers.postgres.syntax import Node
from analyzers.postgres.translate.reading import Reading, Translators
from analyzers.postgres.translate.terms import name_of, type_of

_IN = frozenset({"FUNC_PARAM_IN", "FUNC_PARAM_INOUT", "FUNC_PARAM_VARIADIC", "FUNC_PARAM_DEFAULT"})


def _create(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    procedure = node.flag("is_procedure")
    yield CreateObject(
        ObjectKind.PROCEDURE if procedure else ObjectKind.FUNCTION,
        name_of(node.strings("funcname")),
        or_replace=node.flag("replace"),
        details=_details(node),
        at=reading.at,
    )


def altered(node: Node) -> FunctionDetails:
    """What ALTER FUNCTION says of a function: of its safety and its settings."""
    return FunctionDetails(
        security_definer=_flag(node, "security"), settings=frozenset(_settings(node))
    )


def _details(node: Node) -> FunctionDetails:
    returned = node.child("return_type")
    return FunctionDetails(
        _volatility(_word(node, "volatility")),
        security_definer=_flag(node, "security"),
        settings=frozenset(_settings(node)),
        language=(_word(node, "language") or "sql").lower(),
        arguments=tuple(_arguments(node)),
        returns=type_of(returned) if returned else None,
    )


def _volatility(word: str | None) -> Volatility:
    """PostgreSQL takes a function for volatile unless it says otherwise."""
    return Volatility(word) if word else Volatility.VOLATILE


def _option(node: Node, wanted: str) -> Iterator[Node]:
    for option in node.children("actions" if node.kind == "AlterFunctionStmt" else "options"):
        value = option.child("arg")
        if option.text("defname") == wanted and value is not None:
            yield value


def _word(node: Node, wanted: str) -> str | None:
    return next((v.text("sval") for v in _option(node, wanted) if v.kind == "String"), None)


def _flag(node: Node, wanted: str) -> bool:
    return any(v.kind == "Boolean" and v.flag("boolval") for v in _option(node, wanted))


def _settings(node: Node) -> Iterator[str]:
    for value in _option(node, "set"):
        if value.kind == "VariableSetStmt":
            yield value.text("name").lower()


def _arguments(node: Node) -> Iterator[Type]:
    for parameter in node.children("parameters"):
        written = parameter.child("arg_type")
        if written is not None and parameter.choice("mode") in _IN:
            yield type_of(written)


TRANSLATORS: Translators = {"CreateFunctionStmt": _create}
