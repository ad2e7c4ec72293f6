"""Arithmetic, comparison, logic and the other operators."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from analyzers.javascript.branches import diverge
from analyzers.javascript.builtins.comparing import instance_of, loosely_equal, strictly_equal
from analyzers.javascript.convert import (
    either_of,
    is_absent,
    is_plain,
    key_of,
    normal,
    plain_text,
    plainly,
    text_of,
    to_number,
    truth,
    type_name,
)
from analyzers.javascript.table import evaluate, expression
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Host,
    Object,
    Outcome,
    Undefined,
    Unknown,
    Value,
)
from analyzers.struct import replace
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Scope
    from analyzers.javascript.syntax import Node

Number: TypeAlias = int | float

LOOSE = frozenset({"==", "!="})
LOGICAL = frozenset({"&&", "||", "??"})


@expression("binary_expression")
def binary(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    sign = node.kept
    if sign is None:
        sign = node.kept = node.the("operator").type
    if sign in LOGICAL:
        return logical(machine, node, scope, sign)
    return computed(machine, node, scope, sign)


def computed(machine: "Machine", node: "Node", scope: "Scope", sign: str) -> Evaluation:
    left: Value = yield evaluate(machine, node.the("left"), scope)
    right: Value = yield evaluate(machine, node.the("right"), scope)
    return (yield operate(machine, sign, left, right, node))


def operate(machine: "Machine", sign: str, left: Value, right: Value, node: "Node") -> Outcome:
    """The value of `left sign right`."""
    special = OBJECT_OPERATORS.get(sign)
    if sign in LOOSE and is_comparable(left) is not is_comparable(right):
        return loosely_converted(machine, sign, left, right, node)
    if special is not None:
        return special(machine, left, right, node)
    if is_plain(left) and is_plain(right):
        return machine.sized(plain_operation(sign, left, right, node), node)
    return converted(machine, sign, left, right, node)


def is_comparable(value: Value) -> bool:
    """Whether `==` compares it as it is: all but objects, which `null` never equals."""
    return is_plain(value) or isinstance(value, Unknown)


def loosely_converted(
    machine: "Machine", sign: str, left: Value, right: Value, node: "Node"
) -> Evaluation:
    """`==` of an object and what is none compares the object's text."""
    if is_absent(left) or is_absent(right):
        return sign == "!="
    if not is_comparable(left):
        left = yield primitive(machine, left, node)
    else:
        right = yield primitive(machine, right, node)
    return (yield OBJECT_OPERATORS[sign](machine, left, right, node))


def converted(machine: "Machine", sign: str, left: Value, right: Value, node: "Node") -> Evaluation:
    """Operators on objects work on their texts."""
    operands: list[Value] = []
    for value in (left, right):
        if is_plain(value) or isinstance(value, Unknown):
            operands.append(value)
        else:
            operands.append((yield primitive(machine, value, node)))
    return either_of(
        operands, lambda known: machine.sized(plain_operation(sign, known[0], known[1], node), node)
    )


def primitive(machine: "Machine", value: Value, node: "Node") -> Outcome:
    if isinstance(value, Host):
        number = value.number(machine)
        if number is not None:
            return number
    return text_of(machine, value, node.span)


def plain_operation(sign: str, left: Value, right: Value, node: "Node") -> Value:
    """An operator on text, numbers, booleans, null and undefined."""
    if sign == "+" and (isinstance(left, Text) or isinstance(right, Text)):
        return as_text(left, node) + as_text(right, node)
    if sign in COMPARISONS and isinstance(left, Text) and isinstance(right, Text):
        return COMPARISONS[sign](left.string, right.string)
    one, other = to_number(left), to_number(right)
    if isinstance(one, Unknown) or isinstance(other, Unknown) or one is None or other is None:
        return Unknown("what this operator gives is not followed", node.span)
    if sign in COMPARISONS:
        return COMPARISONS[sign](one, other)
    operation = ARITHMETIC.get(sign)
    if operation is None:
        return Unknown(f"the operator `{sign}` is not followed", node.span)
    return arithmetic(operation, one, other)


def arithmetic(
    operation: "Callable[[Number, Number], Number]", one: Number, other: Number
) -> Value:
    try:
        return normal(operation(one, other))
    except (OverflowError, ValueError):
        return math.nan if math.isnan(one) or math.isnan(other) else math.inf


def as_text(value: Value, node: "Node") -> Text:
    return value if isinstance(value, Text) else Text.of(plain_text(value) or "", node.span)


def divide(one: Number, other: Number) -> Number:
    if other != 0:
        return one / other
    if one == 0 or math.isnan(one) or math.isnan(other):
        return math.nan
    return math.copysign(math.inf, one) * math.copysign(1, other)


def remainder(one: Number, other: Number) -> Number:
    if other == 0 or math.isinf(one) or math.isnan(one) or math.isnan(other):
        return math.nan
    return math.fmod(one, other)


def power(one: Number, other: Number) -> Number:
    if one == 0 and other < 0:
        return math.inf
    if math.isnan(other) or (math.isinf(other) and abs(one) == 1):
        return math.nan
    result = float(one) ** other
    return math.nan if isinstance(result, complex) else result


def bits(number: Number) -> int:
    """A number as the 32 bits that JavaScript's bitwise operators see, signed."""
    if math.isnan(number) or math.isinf(number):
        return 0
    low = int(number) & 0xFFFFFFFF
    return low - (1 << 32) if low & 0x80000000 else low


ARITHMETIC: dict[str, Callable[[Number, Number], Number]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": divide,
    "%": remainder,
    "**": power,
    "&": lambda one, other: bits(one) & bits(other),
    "|": lambda one, other: bits(one) | bits(other),
    "^": lambda one, other: bits(one) ^ bits(other),
    "<<": lambda one, other: bits(bits(one) << (bits(other) & 31)),
    ">>": lambda one, other: bits(one) >> (bits(other) & 31),
    ">>>": lambda one, other: (bits(one) & 0xFFFFFFFF) >> (bits(other) & 31),
}

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, other: one < other,
    ">": lambda one, other: one > other,
    "<=": lambda one, other: one <= other,
    ">=": lambda one, other: one >= other,
}


def equality(
    equal: Callable[[Value, Value], "bool | Unknown"], wanted: bool
) -> "Callable[[Machine, Value, Value, Node], Outcome]":
    def operator(machine: "Machine", left: Value, right: Value, node: "Node") -> Outcome:
        def compare(known: list[Value]) -> Value:
            result = equal(known[0], known[1])
            return result if isinstance(result, Unknown) else result is wanted

        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return either_of([left, right], compare)
        return compare([left, right])

    return operator


def within(machine: "Machine", left: Value, right: Value, node: "Node") -> Outcome:
    """The operator `in`."""
    key = key_of(left)
    if isinstance(right, Unknown) or isinstance(key, Unknown):
        return plainly(right if isinstance(right, Unknown) else key)  # type: ignore[arg-type]
    if isinstance(right, Object):
        return True if key in right.properties else right.open or False
    if isinstance(right, Array):
        return key.isdecimal() and int(key) < len(right.items)
    return not isinstance(machine.get(right, key, node.span), Undefined)


def instance(machine: "Machine", left: Value, right: Value, node: "Node") -> Outcome:
    return instance_of(left, right, node.span)


OBJECT_OPERATORS: "dict[str, Callable[[Machine, Value, Value, Node], Outcome]]" = {
    "===": equality(strictly_equal, True),
    "!==": equality(strictly_equal, False),
    "==": equality(loosely_equal, True),
    "!=": equality(loosely_equal, False),
    "in": within,
    "instanceof": instance,
}


def logical(machine: "Machine", node: "Node", scope: "Scope", sign: str) -> Evaluation:
    left: Value = yield evaluate(machine, node.the("left"), scope)
    decided = short_circuits(sign, left)
    if decided is True:
        return left
    right = node.the("right")
    if decided is False:
        return (yield evaluate(machine, right, scope))
    machine.note_environment(left, node)
    seen: list[Value] = []
    ways = [settled_value(remaining(sign, left)), noted(machine, right, scope, seen)]
    reason = left.reason if isinstance(left, Unknown) else ""
    value: Value = yield diverge(machine, ways, node.span, reason)
    return as_condition(value, sign, seen)


def as_condition(value: Value, sign: str, seen: list[Value]) -> Value:
    """`unknown && false` is false to a condition, `unknown || true` is true."""
    decided = truth(seen[0]) if seen and sign != "??" else None
    if isinstance(value, Unknown) and decided is (sign == "||"):
        return replace(value, truthy=sign == "||")
    return value


def remaining(sign: str, left: Value) -> Value:
    """What `left` can be where it is the result: of its alternatives, those that decide."""
    if isinstance(left, Unknown) and left.either:
        deciding = tuple(v for v in left.either if short_circuits(sign, v) is not False)
        if len(deciding) == 1:
            return deciding[0]
        return Unknown(left.reason, left.at, left.varies, deciding)
    return left


def settled_value(value: Value) -> Evaluation:
    yield from ()
    return value


def noted(machine: "Machine", node: "Node", scope: "Scope", seen: list[Value]) -> Evaluation:
    value: Value = yield evaluate(machine, node, scope)
    seen.append(value)
    return value


def short_circuits(sign: str, left: Value) -> bool | None:
    """Whether `left` alone decides; None: only a run tells."""
    if sign == "??":
        if isinstance(left, Unknown):
            return None
        return not (left is None or isinstance(left, Undefined))
    true = truth(left)
    if isinstance(true, Unknown):
        return None
    return true is (sign == "||")


@expression("unary_expression")
def unary(machine: "Machine", node: "Node", scope: "Scope") -> Evaluation:
    sign = node.the("operator").type
    argument = node.the("argument")
    if sign == "delete":
        return (yield deletion(machine, argument, scope))
    if sign == "typeof" and argument.type == "identifier" and not machine.declares(argument, scope):
        return Text.of("undefined", node.span)
    value: Value = yield evaluate(machine, argument, scope)
    if sign == "void":
        machine.drop(value, argument)
        return UNDEFINED
    if sign == "typeof":
        return (
            plainly(value) if isinstance(value, Unknown) else Text.of(type_name(value), node.span)
        )
    if sign == "!" and isinstance(decided := truth(value), bool):
        return not decided
    if not is_plain(value) and not isinstance(value, Unknown):
        value = yield primitive(machine, value, node)
    return either_of([value], lambda known: applied(sign, known[0], node))


def applied(sign: str, value: Value, node: "Node") -> Value:
    if sign == "!":
        true = truth(value)
        return plainly(true) if isinstance(true, Unknown) else not true
    number = to_number(value)
    if number is None or isinstance(number, Unknown):
        return Unknown("what this operator gives is not followed", node.span)
    if sign == "-":
        return normal(-number)
    return bits(~bits(number)) if sign == "~" else number


def deletion(machine: "Machine", target: "Node", scope: "Scope") -> Evaluation:
    if target.type not in ("member_expression", "subscript_expression"):
        return True
    owner: Value = yield evaluate(machine, target.the("object"), scope)
    key: str | Unknown
    if target.type == "member_expression":
        key = target.the("property").text
    else:
        index: Value = yield evaluate(machine, target.the("index"), scope)
        key = key_of(index)
    machine.delete(owner, key, target.span)
    return True
