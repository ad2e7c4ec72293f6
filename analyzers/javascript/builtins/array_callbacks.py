"""Methods of arrays that call back for each item."""

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from analyzers.javascript.branches import often
from analyzers.javascript.builtins.arguments import argument, returned
from analyzers.javascript.builtins.array_table import Method, flattened, method
from analyzers.javascript.convert import plainly, truth
from analyzers.javascript.trail import join as joined
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Undefined,
    Unknown,
    UnknownItems,
    Value,
)
from analyzers.source import Span

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

Pairs: TypeAlias = Generator[Any, Any, "list[tuple[Value, Value]]"]

CALLBACK_METHODS: dict[str, Method] = {}


def applied(machine: "Machine", callback: Value, array: Array, index: int, at: Span) -> Evaluation:
    """The callback's result for one item, or once for items of unknown number."""
    item = array.items[index] if index < len(array.items) else UNDEFINED
    if not isinstance(item, UnknownItems):
        return (yield machine.call(callback, [item, index, array], at))
    call = machine.call(callback, [sample_of(item), plainly(item), array], at)
    return (yield often(machine, returned(call), at, item.reason))


def sample_of(item: UnknownItems) -> Value:
    return plainly(item) if isinstance(item.sample, Undefined) else item.sample


def results(machine: "Machine", array: Array, callback: Value, at: Span) -> Pairs:
    """Each item with the callback's result for it."""
    found: list[tuple[Value, Value]] = []
    for index in range(len(array.items)):
        result: Value = yield applied(machine, callback, array, index, at)
        if index < len(array.items):
            found.append((array.items[index], result))
    return found


@method(CALLBACK_METHODS, "forEach")
def for_each(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Evaluation:
    pairs = yield from results(machine, array, argument(arguments, 0), at)
    for _, result in pairs:
        machine.drop_at(result, at)
    return UNDEFINED


@method(CALLBACK_METHODS, "map")
def map_(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Evaluation:
    pairs = yield from results(machine, array, argument(arguments, 0), at)
    return Array([like(item, result) for item, result in pairs])


def like(item: Value, result: Value) -> Value:
    """The result for an item; for items of unknown number, as many results."""
    if isinstance(item, UnknownItems):
        return UnknownItems(item.reason, item.at, item.varies, sample=result)
    return result


@method(CALLBACK_METHODS, "flatMap")
def flat_map(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Evaluation:
    pairs = yield from results(machine, array, argument(arguments, 0), at)
    return Array(flattened([like(item, result) for item, result in pairs], 1))


@method(CALLBACK_METHODS, "filter")
def filter_(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Evaluation:
    pairs = yield from results(machine, array, argument(arguments, 0), at)
    kept: list[Value] = []
    for item, result in pairs:
        decided = truth(result)
        if isinstance(decided, Unknown) and not isinstance(item, UnknownItems):
            kept.append(UnknownItems(decided.reason, decided.at, decided.varies, sample=item))
        elif decided:
            kept.append(item)
    return Array(kept)


@method(CALLBACK_METHODS, "find", "findLast")
def find(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Evaluation:
    maybe: list[Value] = []
    for index in range(len(array.items)):
        decided = truth((yield applied(machine, argument(arguments, 0), array, index, at)))
        item = array.items[index]
        if isinstance(item, UnknownItems):
            return plainly(item)
        if isinstance(decided, Unknown):
            maybe.append(item)
        elif decided:
            return either(maybe, item, at)
    return either(maybe, UNDEFINED, at)


def either(maybe: Sequence[Value], last: Value, at: Span) -> Value:
    for value in maybe:
        last = joined(last, value, at, "which item is found is known only at run time")
    return last


@method(CALLBACK_METHODS, "findIndex")
def find_index(
    machine: "Machine", array: Array, arguments: Sequence[Value], at: Span
) -> Evaluation:
    for index in range(len(array.items)):
        decided = truth((yield applied(machine, argument(arguments, 0), array, index, at)))
        if isinstance(decided, Unknown) or isinstance(array.items[index], UnknownItems):
            return Unknown("which item is found is known only at run time", at)
        if decided:
            return index
    return -1


def quantifier(wanted: bool) -> Method:
    """`some` looks for a true result, `every` for a false one."""

    def quantify(
        machine: "Machine", array: Array, arguments: Sequence[Value], at: Span
    ) -> Evaluation:
        doubt: Unknown | None = None
        for index in range(len(array.items)):
            decided = truth((yield applied(machine, argument(arguments, 0), array, index, at)))
            if isinstance(decided, Unknown):
                doubt = decided
            elif isinstance(item := array.items[index], UnknownItems):
                doubt = item
            elif decided is wanted:
                return wanted
        return plainly(doubt) if doubt is not None else not wanted

    return quantify


CALLBACK_METHODS["some"] = quantifier(True)
CALLBACK_METHODS["every"] = quantifier(False)


def reducer(*, backwards: bool) -> Method:
    def reduce(
        machine: "Machine", array: Array, arguments: Sequence[Value], at: Span
    ) -> Evaluation:
        indexes = list(range(len(array.items)))
        if backwards:
            indexes.reverse()
        if len(arguments) > 1:
            value = arguments[1]
        elif indexes:
            value = array.items[indexes.pop(0)]
        else:
            return machine.refuse("Reduce of empty array with no initial value", at)
        for index in indexes:
            item = array.items[index] if index < len(array.items) else UNDEFINED
            given = [value, item, index, array]
            if isinstance(item, UnknownItems):
                given = [value, sample_of(item), plainly(item), array]
                call = returned(machine.call(argument(arguments, 0), given, at))
                result: Value = yield often(machine, call, at, item.reason)
                value = joined(value, result, at, item.reason)
            else:
                value = yield machine.call(argument(arguments, 0), given, at)
        return value

    return reduce


CALLBACK_METHODS["reduce"] = reducer(backwards=False)
CALLBACK_METHODS["reduceRight"] = reducer(backwards=True)
