"""JavaScript's event loop: fibers, microtasks, and the replies of a database.

Evaluations are generators. A fiber is a stack of them, driven without recursion; an async
function is a fiber of its own, which `await` puts to sleep. What wakes fibers comes in
JavaScript's order: all microtasks first, then one reply of the database, in the order of the
queries, since one connection answers one after the other.
"""

from collections import deque
from collections.abc import Callable, Generator
from types import GeneratorType
from typing import TYPE_CHECKING, Any, TypeAlias

from analyzers.javascript.completion import Exhausted, Thrown
from analyzers.javascript.promises import Promise, State
from analyzers.javascript.trail import Trail
from analyzers.javascript.values import UNDEFINED, Evaluation, Thenable, Unknown, Value
from analyzers.source import Span
from analyzers.struct import Struct

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

DEEPEST_STACK = 12_000
DEEPEST_CALLS = 400

Frames: TypeAlias = Generator[Any, Any, Any]


class Await(Struct, frozen=True):
    """Yielded to sleep until `value` is settled; gives what it is settled with."""

    value: Value
    at: Span


class Start(Struct, frozen=True):
    """Yielded to run `evaluation` as a fiber of its own until it sleeps; gives its promise."""

    evaluation: Evaluation
    at: Span


class Reply(Struct, frozen=True):
    """Yielded to sleep until the database has answered what was sent before."""


class Circumstances(Struct, frozen=True):
    """Under what a piece of code runs; code that it sets off later inherits them.

    `entry`: the part of the migration that reaches it, where it lies in another file.
    """

    conditional: bool = False
    repeated: bool = False
    trail: Trail | None = None
    entry: Span | None = None


class Fiber:
    """One chain of evaluations that wait for each other, and the promise of their result."""

    __slots__ = (
        "caller",
        "calls",
        "conditional",
        "entry",
        "promise",
        "repeated",
        "stack",
        "trail",
        "unanswered",
    )

    def __init__(self, evaluation: Frames, promise: Promise, under: Circumstances) -> None:
        self.stack: list[Frames] = [evaluation]
        self.promise = promise
        self.caller: Fiber | None = None
        self.conditional = under.conditional
        self.repeated = under.repeated
        self.trail = under.trail
        self.entry = under.entry
        self.calls = 0
        self.unanswered = False

    @property
    def circumstances(self) -> Circumstances:
        return Circumstances(self.conditional, self.repeated, self.trail, self.entry)


class Loop:
    """Drives all fibers of one machine until nothing is left to do."""

    def __init__(self, machine: "Machine", steps: int) -> None:
        self.machine = machine
        self.steps = steps
        self.fiber = Fiber(idle(), Promise(), Circumstances())
        self.settled: set[int] = set()
        self._kept: list[Thenable] = []
        self._microtasks: deque[Callable[[], None]] = deque()
        self._replies: deque[Callable[[], None]] = deque()

    def spend(self, steps: int) -> None:
        """Takes from the budget what a single step with much work costs."""
        self.steps -= steps
        if self.steps < 0:
            raise Exhausted("it takes more steps than are followed")

    def run(self) -> None:
        """Does all that is to do; raises `Exhausted`."""
        while self._microtasks or self._replies:
            (self._microtasks or self._replies).popleft()()

    def enqueue(self, job: Callable[[], None]) -> None:
        self.spend(1)
        self._microtasks.append(job)

    def spawn(
        self, evaluation: Frames, promise: Promise, under: Circumstances | None = None
    ) -> Promise:
        """Has an evaluation run as a fiber of its own, as the next microtask."""
        fiber = Fiber(evaluation, promise, under or self.fiber.circumstances)
        self.enqueue(lambda: self._drive(fiber))
        return promise

    def spawn_now(self, evaluation: Frames, promise: Promise, under: Circumstances) -> None:
        """Runs a fiber at once; only for jobs of the queue."""
        self._drive(Fiber(evaluation, promise, under))

    def postpone(self, evaluation: Frames) -> None:
        """Has an evaluation run after the replies that are awaited now."""
        fiber = Fiber(evaluation, Promise(), self.fiber.circumstances)
        self.spend(1)
        self._replies.append(lambda: self._drive(fiber))

    def resolve(self, promise: Promise, value: Value, at: Span) -> None:
        """Settles `promise` with `value`, or with what that is settled with."""
        if isinstance(value, Promise):
            self.enqueue(lambda: self._follow(value, promise))
        elif isinstance(value, Thenable):
            under = self.fiber.circumstances
            self.enqueue(lambda: self._settle(value, promise, at, under))
        elif isinstance(value, Unknown) and any(map(is_awaited, value.either)):
            self.spawn(self.machine.settled(value, at), promise)
        else:
            promise.fulfil(self.enqueue, value)

    def settle(self, thenable: Thenable, at: Span) -> Evaluation:
        """Sets a builder off at once, as its `then` does; gives the promise of its result."""
        self._note_settled(thenable)
        promise: Value = yield Start(self._settling(thenable, at), at)
        assert isinstance(promise, Promise)
        promise.queries = True
        return promise

    def _settle(self, thenable: Thenable, promise: Promise, at: Span, under: Circumstances) -> None:
        self._note_settled(thenable)
        promise.queries = True
        inner = Promise()
        inner.queries = True
        self._follow(inner, promise)
        self._drive(Fiber(self._settling(thenable, at), inner, under))

    def _settling(self, thenable: Thenable, at: Span) -> Evaluation:
        fiber = self.fiber
        if at.path == self.machine.path:
            fiber.entry = at
        value: Value = yield thenable.settle(self.machine, at)
        if fiber.unanswered:
            yield Reply()
        return value

    def _note_settled(self, thenable: Thenable) -> None:
        self.settled.add(id(thenable))
        self._kept.append(thenable)

    def _follow(self, source: Promise, promise: Promise) -> None:
        def settle() -> None:
            promise.queries = promise.queries or source.queries
            if source.state is State.REJECTED:
                assert source.at is not None
                promise.reject(self.enqueue, source.value, source.at)
            else:
                promise.fulfil(self.enqueue, source.value)

        source.when_settled(self.enqueue, settle)

    def _drive(self, fiber: Fiber, value: Any = None, error: Thrown | None = None) -> None:
        """Runs a fiber, and those that wait for it to sleep or to end."""
        following: Fiber | None = fiber
        while following is not None:
            fiber = self.fiber = following
            following, value, error = self._advance(fiber, value, error)

    def _advance(
        self, fiber: Fiber, value: Any, error: Thrown | None
    ) -> tuple[Fiber | None, Any, Thrown | None]:
        """Runs one fiber until it sleeps, ends or starts another; what runs next."""
        stack = fiber.stack
        while stack:
            self.steps -= 1
            if self.steps < 0:
                raise Exhausted("it takes more steps than are followed")
            try:
                yielded = stack[-1].send(value) if error is None else stack[-1].throw(error)
            except StopIteration as stop:
                stack.pop()
                value, error = stop.value, None
                continue
            except Thrown as thrown:
                stack.pop()
                error = thrown.with_traceback(None)
                continue
            value, error = yielded, None
            kind = type(yielded)
            if kind is GeneratorType:
                stack.append(yielded)
                value = None
                if len(stack) > DEEPEST_STACK:
                    raise Exhausted("it nests deeper than is followed")
            elif kind is Start:
                return self._start(fiber, yielded), None, None
            elif kind is Await:
                self._sleep(fiber, yielded)
                return self._back(fiber)
            elif kind is Reply:
                fiber.unanswered = False
                self._replies.append(lambda: self._drive(fiber))
                return self._back(fiber)
        self._end(fiber, value, error)
        return self._back(fiber)

    def _start(self, caller: Fiber, start: Start) -> Fiber:
        fiber = Fiber(start.evaluation, Promise(), caller.circumstances)
        fiber.caller = caller
        fiber.calls = caller.calls + 1
        if fiber.calls > DEEPEST_CALLS:
            raise Exhausted("it nests calls deeper than is followed")
        return fiber

    def _back(self, fiber: Fiber) -> tuple[Fiber | None, Any, Thrown | None]:
        caller, fiber.caller = fiber.caller, None
        return caller, fiber.promise, None

    def _end(self, fiber: Fiber, value: Any, error: Thrown | None) -> None:
        if error is not None:
            fiber.promise.reject(self.enqueue, error.value, error.at)
        else:
            self.resolve(fiber.promise, value, self.machine.here)

    def _sleep(self, fiber: Fiber, awaited: Await) -> None:
        value = awaited.value
        if not isinstance(value, (Promise, Thenable)):
            self.enqueue(lambda: self._drive(fiber, value))
            return
        promise = value if isinstance(value, Promise) else Promise()

        def wake() -> None:
            fiber.promise.queries = fiber.promise.queries or promise.queries
            if promise.state is State.REJECTED:
                assert promise.at is not None
                self._drive(fiber, None, Thrown(promise.value, promise.at))
            else:
                self._drive(fiber, promise.value)

        promise.when_settled(self.enqueue, wake)
        if isinstance(value, Thenable):
            under = fiber.circumstances
            self.enqueue(lambda: self._settle(value, promise, awaited.at, under))


def is_awaited(value: Value) -> bool:
    """Whether `await` waits for it."""
    return isinstance(value, (Promise, Thenable))


def idle() -> Evaluation:
    """What the fiber runs that is there before anything is."""
    yield UNDEFINED
    return UNDEFINED
