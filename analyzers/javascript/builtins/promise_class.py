"""`Promise`: its constructor and the functions that gather promises."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.branches import often
from analyzers.javascript.builtins.arguments import argument
from analyzers.javascript.completion import Thrown
from analyzers.javascript.promises import Promise
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Native,
    Object,
    Outcome,
    Unknown,
    UnknownItems,
    Value,
)
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine


def construct(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    """`new Promise((resolve, reject) => …)`"""
    promise = Promise()

    def resolve(machine: "Machine", given: Sequence[Value], at: Span) -> Outcome:
        machine.loop.resolve(promise, argument(given, 0), at)
        return UNDEFINED

    def reject(machine: "Machine", given: Sequence[Value], at: Span) -> Outcome:
        machine.handled += 1
        if machine.loop.fiber.conditional:
            machine.risks += 1
            promise.queries = True
            return UNDEFINED
        promise.reject(machine.loop.enqueue, argument(given, 0), at)
        return UNDEFINED

    given = [Native("resolve", resolve), Native("reject", reject)]
    try:
        yield machine.call(argument(arguments, 0), given, at)
    except Thrown as thrown:
        promise.reject(machine.loop.enqueue, thrown.value, thrown.at)
    return promise


def resolved(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    value = argument(arguments, 0)
    if isinstance(value, Promise):
        return value
    promise = Promise()
    machine.loop.resolve(promise, value, at)
    return promise


def rejected(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    promise = Promise()
    machine.handled += 1
    promise.reject(machine.loop.enqueue, argument(arguments, 0), at)
    return promise


def gather_all(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    """`Promise.all`: everything is under way before the first answer comes."""
    return gathering(machine, argument(arguments, 0), at, settled_only=False)


def gather_settled(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    return gathering(machine, argument(arguments, 0), at, settled_only=True)


def gathering(machine: "Machine", listed: Value, at: Span, *, settled_only: bool) -> Evaluation:
    yield from ()
    items = machine.items_at(listed, at)
    started = [under_way(machine, item, at) for item in items]
    return machine.start(gathered(machine, items, started, at, settled_only=settled_only), at)


def under_way(machine: "Machine", item: Value, at: Span) -> Promise:
    """The promise of one item, which begins as `Promise.resolve` would begin it."""
    if isinstance(item, UnknownItems):
        return machine.start(settling(machine, item, at), at)
    if isinstance(item, Promise):
        return item
    promise = Promise()
    machine.loop.resolve(promise, item, at)
    return promise


def settling(machine: "Machine", item: Value, at: Span) -> Evaluation:
    """Awaits one item; of items of unknown number, a sample for all."""
    if not isinstance(item, UnknownItems):
        return (yield machine.settled(item, at))
    result: Value = yield often(machine, machine.settled(item.sample, at), at, item.reason)
    return UnknownItems(item.reason, item.at, item.varies, sample=result)


def gathered(
    machine: "Machine",
    items: Sequence[Value],
    started: Sequence[Promise],
    at: Span,
    *,
    settled_only: bool,
) -> Evaluation:
    values: list[Value] = []
    for promise in started:
        try:
            value: Value = yield machine.settled(promise, at)
        except Thrown as thrown:
            if not settled_only:
                raise
            values.append(outcome("rejected", "reason", thrown.value, at))
            continue
        values.append(outcome("fulfilled", "value", value, at) if settled_only else value)
    return Array(values)


def outcome(status: str, name: str, value: Value, at: Span) -> Value:
    return Object({"status": Text.of(status, at), name: value})


def first(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    """`Promise.race` and `Promise.any`: all are started, which one wins is unknown."""
    yield from ()
    items = machine.items_at(argument(arguments, 0), at)
    started = [machine.start(settling(machine, item, at), at) for item in items]

    def wait() -> Evaluation:
        for promise in started:
            yield machine.settled(promise, at)
        return Unknown("which promise is settled first is known only at run time", at)

    return machine.start(wait(), at)


def one_by_one(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    """Bluebird's `Promise.map`, `each` and `mapSeries`."""
    yield from ()
    items = machine.items_at(argument(arguments, 0), at)

    def wait() -> Evaluation:
        results: list[Value] = []
        for index, item in enumerate(items):
            value: Value = yield settling(machine, item, at)
            called = machine.call(argument(arguments, 1), [value, index, len(items)], at)
            results.append((yield settling_call(machine, called, item, at)))
        return Array(results)

    return machine.start(wait(), at)


def settling_call(machine: "Machine", call: Evaluation, item: Value, at: Span) -> Evaluation:
    def settled() -> Evaluation:
        return (yield machine.settled((yield call), at))

    if not isinstance(item, UnknownItems):
        return (yield settled())
    result: Value = yield often(machine, settled(), at, item.reason)
    return UnknownItems(item.reason, item.at, item.varies, sample=result)


def not_callable(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return machine.refuse("Promise constructor cannot be invoked without 'new'", at)


COMMON: dict[str, Value] = {
    "all": Native("all", gather_all),
    "allSettled": Native("allSettled", gather_settled),
    "resolve": Native("resolve", resolved),
    "reject": Native("reject", rejected),
    "race": Native("race", first),
    "any": Native("any", first),
}

PROMISE = Native("Promise", not_callable, construct=construct, members=COMMON)

BLUEBIRD = Native(
    "Promise",
    not_callable,
    construct=construct,
    members={
        **COMMON,
        "map": Native("map", one_by_one),
        "each": Native("each", one_by_one),
        "mapSeries": Native("mapSeries", one_by_one),
    },
)
