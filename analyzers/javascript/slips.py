"""Members that a host doesn't have, beside the one at which a migration ends."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzers.javascript.values import Host, Undefined
from analyzers.knex.execution import Habit, Observation

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.syntax import Node

_FUNCTIONS = frozenset(
    {"arrow_function", "function_expression", "function_declaration", "generator_function",
     "generator_function_declaration", "method_definition"}
)  # fmt: skip


def note_others(machine: "Machine", owner: Host, callee: "Node") -> None:
    """Tells of the further calls of such members on the same name, in the same function: after
    the first of them nothing is run, and nobody should have to mend them one by one."""
    name = callee.field("object")
    if name is None or name.type != "identifier":
        return
    for called in _called_after(machine, callee):
        holder, member = called.field("object"), called.field("property")
        if holder is None or member is None or (holder.type, holder.text) != (name.type, name.text):
            continue
        if isinstance(owner.get(machine, member.text, called.span), Undefined):
            machine.observe(Observation(Habit.UNKNOWN_METHOD, member.span, member.text))


def _called_after(machine: "Machine", callee: "Node") -> Iterator["Node"]:
    body = _function_around(callee).field("body")
    for node in body.descendants(stop=_FUNCTIONS) if body is not None else ():
        machine.loop.spend(1)
        function = node.field("function") if node.type == "call_expression" else None
        if function is not None and function.start > callee.start:
            yield function


def _function_around(node: "Node") -> "Node":
    """The innermost one; the whole file where there is none."""
    found = inner = node.tree.root
    while inner is not None and inner.start <= node.start and inner.end >= node.end:
        found = inner if inner.type in _FUNCTIONS else found
        around = (n for n in inner.named if n.start <= node.start and node.end <= n.end)
        step = next(around, None)
        if step is None or (step.start, step.end, step.type) == (node.start, node.end, node.type):
            return found
        inner = step
    return found
