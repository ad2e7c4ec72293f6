"""Methods of arrays."""

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from analyzers.javascript.branches import often
from analyzers.javascript.builtins.arguments import argument, position, returned
from analyzers.javascript.builtins.comparing import same_value, strictly_equal, text_order
from analyzers.javascript.convert import item_text, plainly, text_of, to_number, truth
from analyzers.javascript.trail import join as joined
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Outcome,
    Undefined,
    Unknown,
    UnknownItems,
    Value,
)
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

Method: TypeAlias = "Callable[[Machine, Array, Sequence[Value], Span], Outcome]"
Pairs: TypeAlias = Generator[Any, Any, "list[tuple[Value, Value]]"]

ARRAY_METHODS: dict[str, Method] = {}
DEEPEST_FLAT = 20


def method(*names: str) -> Callable[[Method], Method]:
    def register(function: Method) -> Method:
        ARRAY_METHODS.update(dict.fromkeys(names, function))
        return function

    return register


def array_length(array: Array) -> Value:
    unknown = unknown_among(array.items)
    return plainly(unknown) if unknown is not None else len(array.items)


def unknown_among(items: Sequence[Value]) -> UnknownItems | None:
    """What stands for items of unknown number, where there is such."""
    return next((item for item in items if isinstance(item, UnknownItems)), None)


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


@method("forEach")
def for_each(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Evaluation:
    pairs = yield from results(machine, array, argument(arguments, 0), at)
    for _, result in pairs:
        machine.drop_at(result, at)
    return UNDEFINED


@method("map")
def map_(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Evaluation:
    pairs = yield from results(machine, array, argument(arguments, 0), at)
    return Array([like(item, result) for item, result in pairs])


def like(item: Value, result: Value) -> Value:
    """The result for an item; for items of unknown number, as many results."""
    if isinstance(item, UnknownItems):
        return UnknownItems(item.reason, item.at, item.varies, sample=result)
    return result


@method("flatMap")
def flat_map(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Evaluation:
    pairs = yield from results(machine, array, argument(arguments, 0), at)
    return Array(flattened([like(item, result) for item, result in pairs], 1))


@method("flat")
def flat(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    depth = argument(arguments, 0)
    found = flattened(array.items, depth if isinstance(depth, int) else 1)
    machine.loop.spend(len(found) // 16)
    return machine.sized_at(Array(found), at)


def flattened(items: Sequence[Value], depth: int) -> list[Value]:
    found = list(items)
    for _ in range(min(depth, DEEPEST_FLAT)):
        if not any(isinstance(item, Array) for item in found):
            break
        found = [
            part for item in found for part in (item.items if isinstance(item, Array) else [item])
        ]
    return found


@method("filter")
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


@method("find", "findLast")
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


@method("findIndex")
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


ARRAY_METHODS["some"] = quantifier(True)
ARRAY_METHODS["every"] = quantifier(False)


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


ARRAY_METHODS["reduce"] = reducer(backwards=False)
ARRAY_METHODS["reduceRight"] = reducer(backwards=True)


@method("join")
def join(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Evaluation:
    separator = argument(arguments, 0)
    between: Value = Text.of(",", at)
    if not isinstance(separator, Undefined):
        between = yield text_of(machine, separator, at)
    texts: list[Text] = []
    for item in array.items:
        text: Value = yield item_text(machine, item, at)
        if isinstance(text, Unknown):
            return plainly(text)
        assert isinstance(text, Text)
        texts.append(text)
    if isinstance(between, Unknown):
        return plainly(between)
    assert isinstance(between, Text)
    machine.loop.spend(len(texts) // 16)
    return machine.sized_at(Text.join(between.within(at), texts), at)


@method("includes")
def includes(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return contains(array.items, argument(arguments, 0), same_value)


def contains(
    items: Sequence[Value], wanted: Value, equal: Callable[[Value, Value], "bool | Unknown"]
) -> Value:
    doubt: Unknown | None = None
    for item in items:
        found = equal(item, wanted)
        if found is True:
            return True
        if isinstance(found, Unknown):
            doubt = found
    return False if doubt is None else plainly(doubt)


@method("indexOf")
def index_of(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    for index, item in enumerate(array.items):
        found = strictly_equal(item, argument(arguments, 0))
        if isinstance(found, Unknown):
            return plainly(found)
        if found:
            return index
    return -1


@method("slice")
def slice_(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    size = len(array.items)
    start, end = position(arguments, 0, size, 0), position(arguments, 1, size, size)
    unknown = unknown_among(array.items)
    if isinstance(start, Unknown) or isinstance(end, Unknown):
        return plainly(start if isinstance(start, Unknown) else end)  # type: ignore[arg-type]
    if unknown is not None and (start, end) != (0, size):
        return Array(
            [UnknownItems(unknown.reason, unknown.at, unknown.varies, sample=unknown.sample)]
        )
    return Array(array.items[start:end])


@method("concat")
def concat(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    items = list(array.items)
    for value in arguments:
        if isinstance(value, Array):
            items.extend(value.items)
        elif isinstance(value, Unknown):
            items.append(machine.unknown_items(value))
        else:
            items.append(value)
    machine.loop.spend(len(items) // 16)
    return machine.sized_at(Array(items), at)


@method("push")
def push(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    machine.note_items(array)
    array.items.extend(arguments)
    if len(array.items) > machine.most_items:
        return machine.unresolved(at, "the array grows larger than is followed")
    return array_length(array)


@method("unshift")
def unshift(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    machine.note_items(array)
    array.items[:0] = arguments
    machine.loop.spend(len(array.items) // 16)
    return array_length(array)


@method("pop")
def pop(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return taken(machine, array, -1)


@method("shift")
def shift(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return taken(machine, array, 0)


def taken(machine: "Machine", array: Array, index: int) -> Value:
    if not array.items:
        return UNDEFINED
    unknown = unknown_among(array.items)
    if unknown is not None:
        return plainly(unknown)
    machine.note_items(array)
    machine.loop.spend(len(array.items) // 64)
    return array.items.pop(index)


@method("splice")
def splice(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    size = len(array.items)
    start = position(arguments, 0, size, 0)
    count = to_number(arguments[1]) if len(arguments) > 1 else size
    machine.note_items(array)
    if not isinstance(start, int) or not isinstance(count, int) or unknown_among(array.items):
        array.items[:] = [UnknownItems("which items are replaced is known only at run time", at)]
        return Array(list(array.items))
    end = min(start + max(count, 0), size)
    removed = array.items[start:end]
    array.items[start:end] = arguments[2:]
    return Array(removed)


@method("reverse")
def reverse(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    machine.note_items(array)
    array.items.reverse()
    return array


@method("fill")
def fill(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    machine.note_items(array)
    array.items[:] = [argument(arguments, 0)] * len(array.items)
    return array


@method("at")
def at_(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    index = to_number(argument(arguments, 0))
    if not isinstance(index, int):
        return index if isinstance(index, Unknown) else UNDEFINED
    unknown = unknown_among(array.items)
    if index < 0:
        index += len(array.items)
        if unknown is not None:
            return plainly(unknown)
    return machine.item(array, index) if index >= 0 else UNDEFINED


@method("sort")
def sort(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Evaluation:
    ordered: list[Value] | Unknown
    if isinstance(argument(arguments, 0), Undefined):
        ordered = yield from by_text(machine, array, at)
    else:
        ordered = yield from by_callback(machine, array, arguments[0], at)
    machine.note_items(array)
    if isinstance(ordered, Unknown):
        array.items[:] = [machine.unknown_items(ordered)]
    else:
        array.items[:] = ordered
    return array


@method("toSorted")
def to_sorted(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return sort(machine, Array(list(array.items)), arguments, at)


@method("toReversed")
def to_reversed(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return Array(list(reversed(array.items)))


Ordered: TypeAlias = Generator[Any, Any, "list[Value] | Unknown"]


def by_text(machine: "Machine", array: Array, at: Span) -> Ordered:
    keyed: list[tuple[str, Value]] = []
    for item in array.items:
        text: Value = yield text_of(machine, item, at)
        if not isinstance(text, Text):
            return text if isinstance(text, Unknown) else Unknown("its order is not followed", at)
        keyed.append((text.string, item))
    keyed.sort(key=lambda pair: text_order(pair[0]))
    return [item for _, item in keyed]


def by_callback(machine: "Machine", array: Array, callback: Value, at: Span) -> Ordered:
    """Sorts by insertion, in few calls, with the order of equal items kept."""
    ordered: list[Value] = []
    for item in array.items:
        low, high = 0, len(ordered)
        while low < high:
            middle = (low + high) // 2
            result: Value = yield machine.call(callback, [item, ordered[middle]], at)
            number = to_number(result)
            if isinstance(number, Unknown) or number is None or isinstance(item, Unknown):
                return (
                    number if isinstance(number, Unknown) else Unknown("its order is unknown", at)
                )
            if number < 0:
                high = middle
            else:
                low = middle + 1
        ordered.insert(low, item)
    return ordered


@method("keys")
def keys(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return Array(list(range(len(array.items))))


@method("values")
def values(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return Array(list(array.items))


@method("entries")
def entries(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return Array([Array([index, item]) for index, item in enumerate(array.items)])


@method("toString")
def to_string(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return text_of(machine, array, at)
