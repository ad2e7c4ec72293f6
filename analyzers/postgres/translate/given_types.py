"""The types of expressions, as far as their text alone tells."""

from analyzers.postgres.operations import UNKNOWN_TYPE, Type
from analyzers.postgres.syntax import Node

_INT8 = 2**63
_TRUTH, _WHOLE, _LARGE, _EXACT = map(Type, ("bool", "int4", "int8", "numeric"))

# https://www.postgresql.org/docs/current/functions-datetime.html and the pages beside it.
_FUNCTIONS = {
    **dict.fromkeys(
        ("now", "transaction_timestamp", "statement_timestamp", "clock_timestamp"), "timestamptz"
    ),
    **dict.fromkeys(("gen_random_uuid", "uuid_generate_v4", "uuidv4", "uuidv7"), "uuid"),
    **dict.fromkeys(("lower", "upper", "md5", "concat", "initcap", "to_char"), "text"),
    "random": "float8",
    "nextval": "int8",
}
_VALUES = {
    "CURRENT_DATE": "date",
    "CURRENT_TIME": "timetz",
    "CURRENT_TIME_N": "timetz",
    "CURRENT_TIMESTAMP": "timestamptz",
    "CURRENT_TIMESTAMP_N": "timestamptz",
    "LOCALTIME": "time",
    "LOCALTIME_N": "time",
    "LOCALTIMESTAMP": "timestamp",
    "LOCALTIMESTAMP_N": "timestamp",
}
# Of these the arguments decide: ranges have lower and upper bounds.
_OF_TEXT = ("lower", "upper")


def given(node: Node) -> Type | None:
    """The type of a literal, or of what a well-known function gives; None: it's not as plain."""
    match node.kind:
        case "A_Const":
            return _literal(node)
        case "SQLValueFunction":
            named = _VALUES.get(node.choice("op").removeprefix("SVFOP_"))
            return Type(named) if named else None
        case "FuncCall":
            return _called(node)
    return None


def _called(node: Node) -> Type | None:
    parts = node.strings("funcname")
    name = parts[-1] if len(parts) == 1 or parts[0] == "pg_catalog" else ""
    arguments = node.children("args")
    if name in _OF_TEXT and not all(given(argument) == UNKNOWN_TYPE for argument in arguments):
        return None
    return Type(_FUNCTIONS[name]) if name in _FUNCTIONS else None


def _literal(node: Node) -> Type | None:
    if node.child("sval") is not None:
        return UNKNOWN_TYPE
    if node.child("boolval") is not None:
        return _TRUTH
    if node.child("ival") is not None:
        return _WHOLE
    number = node.child("fval")
    if number is None:
        return None
    text = number.text("fval")
    whole = text.removeprefix("-").isdecimal() and len(text) < len(str(_INT8)) + 1
    return _LARGE if whole and -_INT8 <= int(text) < _INT8 else _EXACT
