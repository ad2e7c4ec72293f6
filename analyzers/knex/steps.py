"""The statements of one builder, one after the other, each still to be written."""

from collections.abc import Callable

from analyzers.javascript.branches import often, perhaps
from analyzers.javascript.machine import Machine
from analyzers.javascript.values import UNDEFINED, Evaluation, Outcome, Unknown, Value
from analyzers.knex.builder import Call, Connection, Moment, refuse, unknown_rows, unresolved
from analyzers.knex.sql import Query, Refused, Unknowable
from analyzers.source import Span
from analyzers.struct import Struct

_MAYBE = "it is asked for only under a condition"


class Step(Struct, frozen=True):
    """One statement that `call` asks for.

    `within`: the moment at which the callback ran that made the call. `perhaps`: only one of
    several such steps happens. `answer` is what awaiting gives, if it is the only statement.
    `makes` tells the database of a table that this makes, where the statement can't be known.
    """

    call: Call
    write: Callable[[], Query]
    within: Moment | None = None
    perhaps: bool = False
    answer: Callable[[], Outcome] | None = None
    makes: Callable[[Machine], None] | None = None

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
            refuse(query, step.at)
        if query:
            written.append((step, query))
        elif query is None and step.makes is not None:
            step.makes(machine)
    answers: list[Value] = []
    for step, query in written:
        yield _under_conditions(machine, step, _send(machine, connection, step, query))
        answer: Value = (yield step.answer()) if step.answer else unknown_rows(step.at)
        answers.append(answer)
    return answers[0] if len(answers) == len(steps) == 1 else unknown_rows(at)


def _under_conditions(machine: Machine, step: Step, sending: Evaluation) -> Evaluation:
    """The statement is as conditional and as repeated as the call that asked for it."""
    moment, within = step.call.moment, step.within or step.call.moment
    if not moment.implies(within) and moment.repeated and not within.repeated:
        sending = often(machine, sending, step.at, _MAYBE)
    elif step.perhaps or not moment.implies(within):
        sending = perhaps(machine, sending, step.at, _MAYBE)
    return sending


def _send(machine: Machine, connection: Connection, step: Step, query: Query) -> Evaluation:
    connection.send(machine, query, step.at, step.call.entry)
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
