"""The pure helpers of lodash that migrations use."""

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from analyzers.javascript.builtins.arguments import argument
from analyzers.javascript.builtins.array_table import flattened, unknown_among
from analyzers.javascript.builtins.arrays import ARRAY_METHODS
from analyzers.javascript.builtins.comparing import same_value
from analyzers.javascript.builtins.members import Members
from analyzers.javascript.builtins.objects import OBJECT, entries_of
from analyzers.javascript.convert import key_of, plainly, truth
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Native,
    Object,
    Outcome,
    Undefined,
    Unknown,
    Value,
    is_function,
)
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

Items: TypeAlias = Generator[Any, Any, "list[Value]"]


def iterating(name: str) -> Native:
    """A method of arrays as a function, which takes objects and names of members, too."""

    def call(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
        listed, callback = argument(arguments, 0), argument(arguments, 1)
        given = [iteratee(callback, at), *arguments[2:]]
        if isinstance(listed, Unknown):
            member: Value = yield machine.get(listed, name, at)
            return (yield machine.method_of_unknown(listed, name, given, at) if member else member)
        items = yield from values_of(machine, listed, at)
        return (yield ARRAY_METHODS[name](machine, Array(items), given, at))

    return Native(name, call)


def values_of(machine: "Machine", value: Value, at: Span) -> Items:
    """The items of a list, or an object's values."""
    if isinstance(value, Object):
        found = yield from entries_of(machine, value, at)
        if isinstance(found, Unknown):
            return [machine.unknown_items(found)]
        return [own for _, own in found]
    if value is None or isinstance(value, Undefined):
        return []
    return machine.items_at(value, at)


def iteratee(value: Value, at: Span) -> Value:
    """A callback, or the member that a text names."""
    if is_function(value) or isinstance(value, Unknown):
        return value
    if isinstance(value, Undefined):
        return Native("identity", lambda machine, arguments, at: argument(arguments, 0))
    if isinstance(value, Text):
        key = value.string
        return Native(
            key, lambda machine, arguments, at: machine.get(argument(arguments, 0), key, at)
        )
    return Unknown("this shorthand of lodash is not followed", at)


def of_items(compute: Callable[[list[Value]], Value]) -> Callable[..., Outcome]:
    """A function of a list without items of unknown number."""

    def call(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
        listed = argument(arguments, 0)
        if isinstance(listed, Unknown):
            return plainly(listed)
        if not isinstance(listed, Array):
            return Array()
        unknown = unknown_among(listed.items)
        return plainly(unknown) if unknown is not None else compute(listed.items)

    return call


def unique(items: list[Value]) -> Value:
    found: list[Value] = []
    for item in items:
        if not any(same_value(item, known) is True for known in found):
            found.append(item)
    return Array(found)


def is_empty(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    value = argument(arguments, 0)
    if isinstance(value, Unknown):
        return plainly(value)
    if isinstance(value, Array):
        return plainly(unknown) if (unknown := unknown_among(value.items)) else not value.items
    if isinstance(value, Object):
        return value.open or not value.properties
    return not value.string if isinstance(value, Text) else True


def pick(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return chosen(machine, arguments, at, wanted=True)


def omit(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return chosen(machine, arguments, at, wanted=False)


def chosen(machine: "Machine", arguments: Sequence[Value], at: Span, *, wanted: bool) -> Outcome:
    value = argument(arguments, 0)
    if not isinstance(value, Object):
        return plainly(value) if isinstance(value, Unknown) else Object()
    names: set[str] = set()
    for item in flattened(arguments[1:], 1):
        key = key_of(item)
        if isinstance(key, Unknown):
            return plainly(key)
        names.add(key)
    kept = {key: own for key, own in value.properties.items() if (key in names) is wanted}
    return Object(kept, open=value.open)


def get(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    value, path, missing = (argument(arguments, index) for index in range(3))
    if not isinstance(path, Text):
        return Unknown("this path of lodash is not followed", at)
    for key in path.string.replace("[", ".").replace("]", "").split("."):
        if value is None or isinstance(value, Undefined):
            return missing
        value = yield machine.get(value, key, at)
    return missing if isinstance(value, Undefined) else value


def chunk(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    listed, size = argument(arguments, 0), argument(arguments, 1)
    if isinstance(listed, Unknown):
        return Array([machine.unknown_items(listed)])
    if not isinstance(listed, Array) or not isinstance(size, int) or size < 1:
        return Unknown("what `chunk` gives is not followed", at)
    unknown = unknown_among(listed.items)
    if unknown is not None:
        return Array([machine.unknown_items(unknown)])
    items = listed.items
    return Array([Array(items[start : start + size]) for start in range(0, len(items), size)])


def number_range(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    bounds = [value for value in arguments if isinstance(value, int)]
    if len(bounds) != len(arguments) or not bounds:
        return Unknown("what `range` gives is not followed", at)
    start, end = (0, bounds[0]) if len(bounds) == 1 else (bounds[0], bounds[1])
    step = bounds[2] if len(bounds) > 2 else (1 if end >= start else -1)
    if step == 0 or abs(end - start) > machine.most_items:
        return Unknown("what `range` gives is not followed", at)
    return Array(list(range(start, end, step)))


def key_by(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    made = Object()
    items = yield from values_of(machine, argument(arguments, 0), at)
    for item in items:
        key = key_of((yield machine.call(iteratee(argument(arguments, 1), at), [item], at)))
        if isinstance(key, Unknown):
            made.open = plainly(key)
        elif isinstance(item, Unknown):
            made.open = plainly(item)
        else:
            made.properties[key] = item
    return made


def difference(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    first = argument(arguments, 0)
    others = flattened(arguments[1:], 1)
    if not isinstance(first, Array) or any(isinstance(v, Unknown) for v in [*first.items, *others]):
        return Unknown("what `difference` gives is not followed", at)
    return Array(
        [item for item in first.items if not any(same_value(item, o) is True for o in others)]
    )


def not_followed(name: str) -> Native:
    def call(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
        unknown = Unknown(f"lodash's `{name}` is not followed", at)
        return machine.call(unknown, arguments, at)

    return Native(name, call)


ITERATING = {
    "map": "map", "forEach": "forEach", "each": "forEach", "filter": "filter", "find": "find",
    "some": "some", "every": "every", "reduce": "reduce", "flatMap": "flatMap",
}  # fmt: skip

LODASH_FUNCTIONS: dict[str, Value] = {
    **{name: iterating(method) for name, method in ITERATING.items()},
    "keys": OBJECT.members["keys"],
    "values": OBJECT.members["values"],
    "toPairs": OBJECT.members["entries"],
    "entries": OBJECT.members["entries"],
    "fromPairs": OBJECT.members["fromEntries"],
    "assign": OBJECT.members["assign"],
    "extend": OBJECT.members["assign"],
    "uniq": Native("uniq", of_items(unique)),
    "compact": Native(
        "compact", of_items(lambda items: Array([i for i in items if truth(i) is not False]))
    ),
    "flatten": Native("flatten", of_items(lambda items: Array(flattened(items, 1)))),
    "flattenDeep": Native("flattenDeep", of_items(lambda items: Array(flattened(items, 20)))),
    "first": Native("first", of_items(lambda items: items[0] if items else UNDEFINED)),
    "head": Native("head", of_items(lambda items: items[0] if items else UNDEFINED)),
    "last": Native("last", of_items(lambda items: items[-1] if items else UNDEFINED)),
    "isEmpty": Native("isEmpty", is_empty),
    "pick": Native("pick", pick),
    "omit": Native("omit", omit),
    "get": Native("get", get),
    "chunk": Native("chunk", chunk),
    "range": Native("range", number_range),
    "keyBy": Native("keyBy", key_by),
    "difference": Native("difference", difference),
}

OTHERS = (
    "merge", "mapValues", "mapKeys", "groupBy", "sortBy", "orderBy", "camelCase", "snakeCase",
    "kebabCase", "startCase", "upperFirst", "lowerFirst", "cloneDeep", "clone", "isEqual", "uniqBy",
    "zip", "zipObject", "partition", "set", "has", "defaults", "invert", "template", "times",
)  # fmt: skip

LODASH = Members({**{name: not_followed(name) for name in OTHERS}, **LODASH_FUNCTIONS})
