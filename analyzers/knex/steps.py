"""The statements of one builder, one after the other, each still to be written."""

from collections.abc import Callable
from dataclasses import dataclass

from analyzers.javascript.branches import perhaps
from analyzers.javascript.machine import Machine
from analyzers.javascript.values import UNDEFINED, Evaluation, Outcome, Unknown, Value
from analyzers.knex.builder import Call, Connection, unknown_rows, unresolved
from analyzers.knex.sql import Query, Refused, Unknowable
from analyzers.source import Span

_MAYBE = "it is asked for only under a condition"


@dataclass(frozen=True, slots=True)
class Step:
    """One statement that `call` asks for. `answer` is what the await of it gives.

    A builder that has an only statement gives its answer. `conditional`: the builder itself
    was told of it only under a condition.
    """

    call: Call
    write: Callable[[], Query]
    conditional: bool = False
    answer: Callable[[], Outcome] | None = None

    @property
    def at(self) -> Span:
        return self.call.at


def take(machine: Machine, connection: Connection, steps: list[Step], at: Span) -> Evaluation:
    """Writes all the statements, then sends them one by one.

    Knex writes all of them before it sends the first: where it refuses one, it sends none.
    """
    written: list[tuple[Step, Query]] = []
    for step in steps:
        query = _written(machine, step)
        if isinstance(query, Refused):
            yield machine.throw(str(query), step.at)
            return unknown_rows(at)
        if query:
            written.append((step, query))
    answers: list[Value] = []
    for step, query in written:
        if step.conditional:
            yield perhaps(machine, _send(machine, connection, step, query), step.at, _MAYBE)
        else:
            yield _send(machine, connection, step, query)
        answer: Value = (yield step.answer()) if step.answer else unknown_rows(step.at)
        answers.append(answer)
    return answers[0] if len(answers) == len(steps) == 1 else unknown_rows(at)


def _send(machine: Machine, connection: Connection, step: Step, query: Query) -> Evaluation:
    connection.send(machine, query, step.at)
    yield machine.reply()
    return UNDEFINED


def _written(machine: Machine, step: Step) -> Query | Refused | None:
    try:
        query = step.write()
    except Refused as refused:
        return refused
    except Unknowable as unknowable:
        unresolved(machine, unknowable.value, step.at)
        return None
    except RecursionError:
        machine.unresolved(step.at, "nests queries too deeply to follow")
        return None
    for binding in query.bindings:
        if isinstance(binding, Unknown):
            unresolved(machine, binding, step.at)
    return query
