"""What calling a value does, whatever kind of value it is."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from analyzers.javascript.branches import diverge, often, perhaps
from analyzers.javascript.builtins.arrays import ARRAY_METHODS
from analyzers.javascript.builtins.promise_members import PROMISE_METHODS
from analyzers.javascript.builtins.strings import TEXT_METHODS
from analyzers.javascript.convert import is_plain, plain_text, plainly
from analyzers.javascript.evaluation.classes import construct_class
from analyzers.javascript.evaluation.functions import call_function
from analyzers.javascript.slips import note_others
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Class,
    Evaluation,
    Function,
    Host,
    Native,
    Object,
    Outcome,
    Thenable,
    Undefined,
    Unknown,
    UnknownItems,
    Value,
)
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.syntax import Node

METHODS: dict[type, dict[str, Callable[..., Outcome]]] = {
    Text: TEXT_METHODS,
    Array: ARRAY_METHODS,
}

ONCE_FOR_EACH = frozenset(
    {"forEach", "map", "filter", "find", "findIndex", "some", "every", "flatMap", "sort",
     "reduce", "each", "mapSeries", "reduceRight", "findLast"}
)  # fmt: skip
DEEPEST_LOOK = 3


def invoke(
    machine: "Machine",
    function: Value,
    arguments: Sequence[Value],
    at: Span,
    this: Value = UNDEFINED,
    callee: "Node | None" = None,
) -> Outcome:
    """Calls a value as a function."""
    kind = type(function)
    if kind is Function:
        return call_function(machine, function, arguments, at, this)  # type: ignore[arg-type]
    if kind is Native:
        return function.call(machine, arguments, at)  # type: ignore[union-attr]
    if isinstance(function, Unknown):
        return invoke_unknown(machine, function, arguments, at)
    if isinstance(function, Host):
        return function.call(machine, arguments, at)
    return machine.refuse(f"{shown(callee, function)} is not a function", at)


def shown(callee: "Node | None", value: Value) -> str:
    if callee is not None and len(callee.text) <= 60:
        return callee.text
    plain = plain_text(value)
    return plain if plain is not None else "it"


def invoke_method(
    machine: "Machine",
    owner: Value,
    key: "str | Unknown",
    arguments: Sequence[Value],
    node: "Node",
    callee: "Node",
) -> Outcome:
    """Calls a member of a value."""
    at = node.kept
    if at is None:
        at = node.kept = method_place(node, callee)
    if isinstance(key, Unknown):
        return unknown_method(machine, owner, key, arguments, at)
    methods = METHODS.get(type(owner))
    if methods is not None and key in methods:
        return methods[key](machine, owner, arguments, at)
    if isinstance(owner, Unknown):
        return method_of_unknown(machine, owner, key, arguments, at)
    if isinstance(owner, Host) and key not in PROMISE_METHODS:
        return method_of_host(machine, owner, key, arguments, at, callee)
    return looked_up(machine, owner, key, arguments, at, callee)


def method_place(node: "Node", callee: "Node") -> Span:
    from analyzers.javascript.evaluation.members import place_of

    return Span(node.tree.path, place_of(callee).start, node.end)


def method_of_host(
    machine: "Machine",
    owner: Host,
    key: str,
    arguments: Sequence[Value],
    at: Span,
    callee: "Node",
) -> Outcome:
    function = owner.get(machine, key, at)
    if isinstance(function, Undefined) and owner.missing_is_slip:
        machine.miss(callee, key)
        machine.missed(callee)
        note_others(machine, owner, callee)
    return invoke(machine, function, arguments, at, owner, callee)


def looked_up(
    machine: "Machine",
    owner: Value,
    key: str,
    arguments: Sequence[Value],
    at: Span,
    callee: "Node",
) -> Evaluation:
    if isinstance(owner, Thenable) and key in PROMISE_METHODS:
        owner = yield machine.loop.settle(owner, callee.the("object").span)
    function: Value = yield machine.get(owner, key, at)
    return (yield invoke(machine, function, arguments, at, owner, callee))


def unknown_method(
    machine: "Machine", owner: Value, key: Unknown, arguments: Sequence[Value], at: Span
) -> Outcome:
    """`object[key](…)` with an unknown key: with few alternatives, each of them may be called."""
    names = [v.string for v in key.either if isinstance(v, Text)]
    if names and len(names) == len(key.either):
        return each_method(machine, owner, names, key, arguments, at)
    if isinstance(owner, Host) or may_act(owner):
        return machine.unresolved(at, key.reason)
    return invoke_unknown(machine, plainly(key), arguments, at)


def each_method(
    machine: "Machine",
    owner: Value,
    names: list[str],
    key: Unknown,
    arguments: Sequence[Value],
    at: Span,
) -> Outcome:
    def way(name: str) -> Evaluation:
        function: Value = yield machine.get(owner, name, at)
        return (yield invoke(machine, function, arguments, at, owner))

    return diverge(machine, [way(name) for name in names], at, key.reason)


def method_of_unknown(
    machine: "Machine", owner: Unknown, key: str, arguments: Sequence[Value], at: Span
) -> Outcome:
    """A method of whichever object it is; of an unknown one, what its callbacks may do."""
    objects = [v for v in owner.either if not is_plain(v) and not isinstance(v, Unknown)]
    if objects:
        return method_of_each(machine, objects, owner, key, arguments, at)
    texts = [v for v in owner.either if isinstance(v, Text)]
    if texts and len(texts) == len(owner.either) and key in TEXT_METHODS:
        method = TEXT_METHODS[key]
        ways = [wrapped(method(machine, v, arguments, at)) for v in texts]
        return diverge(machine, ways, at, owner.reason)
    callback = next((v for v in arguments if isinstance(v, Function)), None)
    if key in ONCE_FOR_EACH and callback is not None:
        return each_unknown(machine, owner, key, callback, arguments, at)
    if key in ("then", "catch", "finally"):
        return then_unknown(machine, owner, key, arguments, at)
    return invoke_unknown(machine, plainly(owner), arguments, at)


def wrapped(outcome: Outcome) -> Evaluation:
    return (yield outcome)


def method_of_each(
    machine: "Machine",
    objects: Sequence[Value],
    owner: Unknown,
    key: str,
    arguments: Sequence[Value],
    at: Span,
) -> Evaluation:
    def way(value: Value) -> Evaluation:
        methods = METHODS.get(type(value), {})
        if key in methods:
            return (yield methods[key](machine, value, arguments, at))
        function: Value = yield machine.get(value, key, at)
        return (yield invoke(machine, function, arguments, at, value))

    return (yield diverge(machine, [way(value) for value in objects], at, owner.reason))


def each_unknown(
    machine: "Machine",
    owner: Unknown,
    key: str,
    callback: Function,
    arguments: Sequence[Value],
    at: Span,
) -> Evaluation:
    """`rows.map(callback)` and the like: the callback once, for all the items there may be."""
    item = plainly(owner)
    given: list[Value] = [item, item, item]
    if key.startswith("reduce"):
        initial = arguments[1] if len(arguments) > 1 else item
        given = [initial, item, item]
    result: Value = yield often(
        machine, wrapped(machine.call(callback, given, at)), at, owner.reason
    )
    if key == "forEach":
        machine.drop_at(result, at)
        return UNDEFINED
    if key in ("map", "flatMap", "each", "mapSeries"):
        return Array([UnknownItems(owner.reason, owner.at, owner.varies, sample=result)])
    if key.startswith("reduce"):
        return machine.joined_at(result, given[0], at, owner.reason)
    return item


def then_unknown(
    machine: "Machine", owner: Unknown, key: str, arguments: Sequence[Value], at: Span
) -> Outcome:
    """`value.then(callback)` where the value may be a promise."""
    callback = arguments[0] if arguments else UNDEFINED
    if not isinstance(callback, (Function, Native)):
        return plainly(owner)
    if key == "then":
        return machine.start(machine.call(callback, [plainly(owner)], at), at)
    if key == "catch":
        evaluation = perhaps(
            machine, machine.call(callback, [plainly(owner)], at), at, owner.reason
        )
        return machine.start(evaluation, at)
    return machine.start(machine.call(callback, [], at), at)


def invoke_unknown(
    machine: "Machine", function: Unknown, arguments: Sequence[Value], at: Span
) -> Outcome:
    """Calls what nobody knows: it says so where that may have touched the database."""
    known = [v for v in function.either if isinstance(v, (Function, Native, Class))]
    if known:
        ways = [wrapped(invoke(machine, v, arguments, at)) for v in known]
        return diverge(machine, ways, at, function.reason)
    if not any(may_act(value) for value in arguments):
        return plainly(function)
    return acted(machine, function, arguments, at)


def acted(
    machine: "Machine", function: Unknown, arguments: Sequence[Value], at: Span
) -> Evaluation:
    """A call of unknown code that got a function or a builder: the function may run, often."""
    result = machine.unresolved(at, function.reason)
    machine.risks += 1
    for value in arguments:
        if isinstance(value, Function):
            called = machine.call(value, [plainly(function)] * 3, at)
            outcome: Value = yield often(
                machine, perhaps(machine, called, at, function.reason), at, function.reason
            )
            yield machine.adopt(outcome, at)
    return result


def may_act(value: Value, depth: int = 0) -> bool:
    """Whether code that is given the value could do something with it."""
    if isinstance(value, Host):
        return value.missing_is_slip
    if isinstance(value, Function):
        return True
    if depth >= DEEPEST_LOOK:
        return False
    inner: Sequence[Any] = ()
    if isinstance(value, Object):
        inner = list(value.properties.values())[:50]
    elif isinstance(value, Array):
        inner = value.items[:50]
    elif isinstance(value, Unknown):
        inner = value.either
    return any(may_act(part, depth + 1) for part in inner)


def construct(
    machine: "Machine",
    function: Value,
    arguments: Sequence[Value],
    at: Span,
    callee: "Node | None" = None,
) -> Outcome:
    """`new function(…)`"""
    if isinstance(function, Class):
        return construct_class(machine, function, arguments, at)
    if isinstance(function, Native):
        return (function.construct or function.call)(machine, arguments, at)
    if isinstance(function, Function) and not function.is_arrow:
        return construct_function(machine, function, arguments, at)
    if isinstance(function, Unknown):
        return invoke_unknown(machine, plainly(function), arguments, at)
    return machine.refuse(f"{shown(callee, function)} is not a constructor", at)


def construct_function(
    machine: "Machine", function: Function, arguments: Sequence[Value], at: Span
) -> Evaluation:
    prototype: Value = yield machine.get(function, "prototype", at)
    methods = prototype.properties if isinstance(prototype, Object) else {}
    made = Object(constructor=Class(function.name, function.span, methods=methods))
    result: Value = yield call_function(machine, function, arguments, at, made, function)
    return result if isinstance(result, (Object, Array, Host, Function)) else made
