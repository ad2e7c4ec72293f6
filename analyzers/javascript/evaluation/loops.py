"""Loops: of known length they run as often as they would; else once, for all passes."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.branches import often
from analyzers.javascript.completion import Completion, Exit, Steps, Way
from analyzers.javascript.convert import plainly, truth
from analyzers.javascript.evaluation.blocks import FUNCTIONS
from analyzers.javascript.evaluation.exits import leads_here, leaves_here
from analyzers.javascript.evaluation.names import assign, declare, declare_constant, declare_var
from analyzers.javascript.evaluation.patterns import bind
from analyzers.javascript.loop import Frames
from analyzers.javascript.scope import Scope
from analyzers.javascript.table import evaluate, execute, statement
from analyzers.javascript.values import (
    UNDEFINED,
    Evaluation,
    Unknown,
    UnknownItems,
    Value,
)

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.syntax import Node

PASSES = "how often the loop runs is known only at run time"
CHANGES = "it changes from one pass of the loop to the next"
END = "end"
CHANGING_METHODS = frozenset({"push", "unshift", "pop", "shift", "splice", "sort", "reverse"})


class Pass:
    """What a loop needs to know of its surroundings: where exits lead, which flags to restore."""

    def __init__(self, machine: "Machine", node: "Node", scope: Scope) -> None:
        self.machine, self.node, self.scope = machine, node, scope
        self.frame, self.fiber = scope.frame, machine.loop.fiber
        self.label: str | None = machine.labels.pop((node.start, node.end), None)
        self.known = len(self.frame.exits)
        self.conditional = self.fiber.conditional
        self.maybe_over = False

    def end(self, completion: Completion | None) -> Completion | str | None:
        """After one pass: None to go on, `END` for the loop's normal end, else what leaves it."""
        before = len(self.frame.exits)
        leaves_here(self.machine, self.frame, self.known, Way.CONTINUE, self.node, self.label)
        if len(self.frame.exits) > self.known:
            self.maybe_over = True
        elif before > self.known:
            self.fiber.conditional = self.conditional
        if completion is None or leads_here(completion, Way.CONTINUE, self.label):
            return None
        return END if leads_here(completion, Way.BREAK, self.label) else completion

    def over(self) -> None:
        """After the last pass."""
        leaves_here(self.machine, self.frame, self.known, Way.BREAK, self.node, self.label)
        if len(self.frame.exits) <= self.known:
            self.fiber.conditional = self.conditional


@statement("for_statement")
def for_statement(machine: "Machine", node: "Node", scope: Scope) -> Steps:
    inner = scope.block()
    initial = node.field("initializer")
    if initial is not None:
        yield execute(machine, initial, inner)
    names = [] if initial is None else declared_names(initial)
    condition, step = node.field("condition"), node.field("increment")
    if condition is not None and condition.type in ("expression_statement", "empty_statement"):
        condition = condition.named[0] if condition.named else None
    return (yield passes(machine, node, inner, condition, step, names))


def declared_names(initial: "Node") -> list[str]:
    if initial.type != "lexical_declaration":
        return []
    return [d.the("name").text for d in initial.named if d.type == "variable_declarator"]


@statement("while_statement")
def while_statement(machine: "Machine", node: "Node", scope: Scope) -> Steps:
    return (yield passes(machine, node, scope, node.the("condition"), None, []))


def passes(
    machine: "Machine",
    node: "Node",
    scope: Scope,
    condition: "Node | None",
    step: "Node | None",
    names: Sequence[str],
) -> Steps:
    """The passes of `for` and `while`; each closes over its own copy of what `let` declares."""
    around = Pass(machine, node, scope)
    if runs_by_answer(condition, node.the("body")):
        return (yield unknown_passes(around, condition, PASSES))
    while True:
        value: Value = True if condition is None else (yield evaluate(machine, condition, scope))
        decided = truth(value)
        if isinstance(decided, Unknown) or (decided and around.maybe_over and endless(condition)):
            if condition is not None:
                machine.note_environment(value, condition)
            reason = decided.reason if isinstance(decided, Unknown) else PASSES
            return (yield unknown_passes(around, condition, reason))
        if not decided:
            break
        own = copied(scope, names)
        ended = around.end((yield execute(machine, node.the("body"), own)))
        if ended is not None:
            around.over()
            return ended if isinstance(ended, Completion) else None
        for name in names:
            machine.write(scope.variables, name, own.variables[name])
        if step is not None:
            machine.drop((yield evaluate(machine, step, scope)), step)
    around.over()
    return None


def copied(scope: Scope, names: Sequence[str]) -> Scope:
    own = scope.block()
    for name in names:
        own.variables[name] = scope.variables.get(name, UNDEFINED)
    return own


@statement("do_statement")
def do_statement(machine: "Machine", node: "Node", scope: Scope) -> Steps:
    around = Pass(machine, node, scope)
    condition = node.the("condition")
    if runs_by_answer(condition, node.the("body")):
        return (yield unknown_passes(around, condition, PASSES))
    while True:
        ended = around.end((yield execute(machine, node.the("body"), scope)))
        if ended is not None:
            around.over()
            return ended if isinstance(ended, Completion) else None
        value: Value = yield evaluate(machine, condition, scope)
        decided = truth(value)
        if isinstance(decided, Unknown) or (decided and around.maybe_over and endless(condition)):
            return (yield unknown_passes(around, condition, PASSES))
        if not decided:
            break
    around.over()
    return None


def unknown_passes(around: Pass, condition: "Node | None", reason: str) -> Steps:
    """One pass for all: what changes from pass to pass is unknown in it, and after it."""
    machine, node, scope = around.machine, around.node, around.scope
    forget_changes(machine, node, scope)

    def once() -> Frames:
        body = node.the("body")
        if condition is not None:
            yield evaluate(machine, condition, scope)
        ended = around.end((yield execute(machine, body, scope)))
        if isinstance(ended, Completion):
            around.frame.exits.append(Exit(ended, {}))
        return UNDEFINED

    yield often(machine, once(), node.span, reason)
    forget_changes(machine, node, scope)
    around.over()
    if len(around.frame.exits) > around.known:
        around.fiber.conditional = True
    return None


@statement("for_in_statement")
def for_in_statement(machine: "Machine", node: "Node", scope: Scope) -> Steps:
    value: Value = yield evaluate(machine, node.the("right"), scope)
    is_of = node.the("operator").type == "of"
    items = machine.items_of(value, node.the("right")) if is_of else machine.keys_of(value, node)
    is_await = "await" in node.tokens
    around = Pass(machine, node, scope)
    for item in items:
        if is_await:
            item = yield machine.settled(item, node.the("right").span)  # noqa: PLW2901
        if isinstance(item, UnknownItems):
            yield unknown_item(around, item)
            continue
        machine.loop.spend(1)
        ended = around.end((yield one_pass(around, item)))
        if ended is not None:
            around.over()
            return ended if isinstance(ended, Completion) else None
    around.over()
    return None


def one_pass(around: Pass, item: Value) -> Steps:
    own = around.scope.block()
    yield bind_item(around.machine, around.node, item, own)
    return (yield execute(around.machine, around.node.the("body"), own))


def bind_item(machine: "Machine", node: "Node", item: Value, scope: Scope) -> Evaluation:
    kind = node.field("kind")
    store = assign if kind is None else _DECLARES.get(kind.type, declare)
    return (yield bind(machine, node.the("left"), item, scope, store))


_DECLARES = {"const": declare_constant, "var": declare_var}


def unknown_item(around: Pass, item: Value) -> Evaluation:
    """One pass for items of unknown number."""
    machine, node = around.machine, around.node
    forget_changes(machine, node, around.scope)
    sample = item.sample if isinstance(item, UnknownItems) else item
    if sample is UNDEFINED and isinstance(item, Unknown):
        sample = plainly(item)
    reason = item.reason if isinstance(item, Unknown) else PASSES

    def once() -> Frames:
        ended = around.end((yield one_pass(around, sample)))
        if isinstance(ended, Completion):
            around.frame.exits.append(Exit(ended, {}))
        return UNDEFINED

    yield often(machine, once(), node.span, reason)
    forget_changes(machine, node, around.scope)
    if len(around.frame.exits) > around.known:
        around.fiber.conditional = True
    return UNDEFINED


def runs_by_answer(condition: "Node | None", body: "Node") -> bool:
    """Whether the loop ends by what the database answers: batches until nothing is left."""
    if not any(node.type == "await_expression" for node in body.descendants(stop=FUNCTIONS)):
        return False
    if condition is None or endless(condition):
        return True
    names = {node.text for node in condition.descendants() if node.type == "identifier"}
    return not names.isdisjoint(answered(body))


def endless(condition: "Node | None") -> bool:
    """Whether nothing but leaving it ends the loop."""
    return condition is None or condition.text in ("(true)", "true", "(1)")


def answered(body: "Node") -> Iterator[str]:
    """The names that a body gives new values, other than by counting."""
    for node in body.descendants(stop=FUNCTIONS):
        if node.type == "assignment_expression" and not_literal(node.the("right")):
            yield from names_of(node.the("left"))


def not_literal(node: "Node") -> bool:
    return any(
        inner.type in ("await_expression", "call_expression", "member_expression", "identifier")
        for inner in [node, *node.descendants(stop=FUNCTIONS)]
    )


def names_of(target: "Node") -> Iterator[str]:
    for node in [target, *target.descendants()]:
        if node.type in ("identifier", "shorthand_property_identifier_pattern"):
            yield node.text


def forget_changes(machine: "Machine", node: "Node", scope: Scope) -> None:
    """Makes unknown what the loop's passes change of the names around it."""
    for name, place in changed(node):
        holder = scope.holder(name)
        if holder is not None:
            machine.forget_value(holder, name, Unknown(CHANGES, place.span))


def changed(loop: "Node") -> Iterator[tuple[str, "Node"]]:
    for node in loop.descendants():
        if node.type in ("assignment_expression", "augmented_assignment_expression"):
            yield from ((name, node) for name in roots(node.the("left")))
        elif node.type == "update_expression":
            yield from ((name, node) for name in roots(node.the("argument")))
        elif node.type == "call_expression":
            callee = node.the("function")
            if (
                callee.type == "member_expression"
                and callee.the("property").text in CHANGING_METHODS
            ):
                yield from ((name, node) for name in roots(callee.the("object")))


def roots(target: "Node") -> list[str]:
    while target.type in ("member_expression", "subscript_expression", "non_null_expression"):
        inner = target.field("object")
        target = inner if inner is not None else target.named[0]
    return list(names_of(target)) if target.type != "call_expression" else []
