"""Functions: making them, calling them, returning from them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.branches import take_exits
from analyzers.javascript.completion import Completion, Exhausted, Step, Steps, Thrown, Way
from analyzers.javascript.evaluation.blocks import hoist, run_statements, variables
from analyzers.javascript.evaluation.patterns import bind, defaulted, item
from analyzers.javascript.loop import Await, Frames, Start
from analyzers.javascript.scope import Frame, Scope
from analyzers.javascript.table import evaluate, expression, statement
from analyzers.javascript.trail import join
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Function,
    Object,
    Outcome,
    Unknown,
    Value,
)
from analyzers.source import Span
from analyzers.struct import Struct

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.syntax import Node

DEEPEST_CALLS = 400
VISIBILITY = frozenset({"accessibility_modifier", "readonly", "override_modifier"})


class Parameter(Struct, frozen=True):
    """One parameter; `is_property`: TypeScript makes it a member of the object, too."""

    pattern: "Node"
    fallback: "Node | None" = None
    is_rest: bool = False
    is_property: bool = False

    @property
    def is_name(self) -> bool:
        named = self.pattern.type == "identifier" and self.fallback is None
        return named and not self.is_rest and not self.is_property


class Shape(Struct, frozen=True):
    """What is known of a function before it is called; `is_plain`: its parameters are names."""

    parameters: tuple[Parameter, ...]
    body: "Node"
    is_async: bool
    is_generator: bool
    variables: tuple[str, ...]
    is_plain: bool


def shape_of(node: "Node") -> Shape:
    if node.kept is None:
        tokens = node.tokens
        body = node.the("body")
        parameters = tuple(parameters_of(node))
        node.kept = Shape(
            parameters,
            body,
            "async" in tokens,
            "*" in tokens or node.type.startswith("generator_"),
            tuple(variables(body)),
            all(parameter.is_name for parameter in parameters),
        )
    shape: Shape = node.kept
    return shape


def parameters_of(node: "Node") -> list[Parameter]:
    single = node.field("parameter")
    if single is not None:
        return [Parameter(single)]
    listed = node.field("parameters")
    found = [] if listed is None else [parameter(child) for child in listed.named]
    return [p for p in found if p.pattern.type != "this"]


def parameter(node: "Node") -> Parameter:
    if node.type in ("required_parameter", "optional_parameter"):
        pattern = node.the("pattern")
        is_property = any(child.type in VISIBILITY for child in node.raw.children)
        if pattern.type == "rest_pattern":
            return Parameter(pattern.named[0], is_rest=True)
        return Parameter(pattern, node.field("value"), is_property=is_property)
    if node.type == "rest_pattern":
        return Parameter(node.named[0], is_rest=True)
    if node.type == "assignment_pattern":
        return Parameter(node.the("left"), node.field("right"))
    return Parameter(node)


@expression("arrow_function", "function_expression", "generator_function", "function")
def function_expression(machine: "Machine", node: "Node", scope: Scope) -> Outcome:
    return make_function(node, scope)


def make_function(node: "Node", scope: Scope, name: str = "") -> Function:
    shape = shape_of(node)
    own = node.field("name")
    made = Function(
        node,
        scope,
        name or (own.text if own is not None else ""),
        is_async=shape.is_async,
        is_arrow=node.type == "arrow_function",
        is_generator=shape.is_generator,
    )
    if own is not None and node.type in ("function_expression", "generator_function"):
        made.scope = scope.block()
        made.scope.variables[own.text] = made
    return made


@statement("function_declaration", "generator_function_declaration")
def function_declaration(machine: "Machine", node: "Node", scope: Scope) -> Step:
    """Nothing to do: the block that holds it has declared it before its first statement."""
    name = node.field("name")
    if name is not None and name.text not in scope.variables:
        scope.variables[name.text] = make_function(node, scope)
    return None


def call_function(
    machine: "Machine",
    function: Function,
    arguments: Sequence[Value],
    at: Span,
    this: Value = UNDEFINED,
    new_target: Value = UNDEFINED,
) -> Outcome:
    """Calls a function of the program; an async one runs as a fiber of its own."""
    if function.is_generator:
        return machine.unresolved(at, "generator functions are not followed")
    evaluation = activated(machine, function, arguments, at, this, new_target)
    return started(evaluation, at) if function.is_async else evaluation


def started(evaluation: Evaluation, at: Span) -> Evaluation:
    return (yield Start(evaluation, at))


def activated(
    machine: "Machine",
    function: Function,
    arguments: Sequence[Value],
    at: Span,
    this: Value,
    new_target: Value,
) -> Evaluation:
    """One call: binds the parameters, runs the body, gives the value."""
    fiber = machine.loop.fiber
    conditional, entry = fiber.conditional, fiber.entry
    if at.path == machine.path and function.node.tree.path != at.path:
        fiber.entry = at
    fiber.calls += 1
    if fiber.calls > DEEPEST_CALLS:
        raise Exhausted("it nests calls deeper than is followed")
    shape = shape_of(function.node)
    frame = frame_of(function, arguments, this, new_target)
    scope = Scope(function.scope, frame, is_function=True)
    try:
        if not bound_plainly(shape, arguments, scope):
            yield bind_parameters(machine, shape, arguments, scope)
        return (yield run_body(machine, shape, frame, scope))
    finally:
        fiber.calls -= 1
        fiber.conditional, fiber.entry = conditional, entry


def frame_of(
    function: Function, arguments: Sequence[Value], this: Value, new_target: Value
) -> Frame:
    outer = function.scope.frame
    if function.is_arrow:
        return Frame(
            outer.source, outer.this, outer.arguments, outer.home, outer.is_static, outer.new_target
        )
    return Frame(
        outer.source, this, Array(list(arguments)), function.home, function.is_static, new_target
    )


def bound_plainly(shape: Shape, arguments: Sequence[Value], scope: Scope) -> bool:
    """Binds parameters that are mere names, as most are; False where there are others."""
    if not shape.is_plain:
        return False
    given = list(arguments)
    for index, parameter in enumerate(shape.parameters):
        scope.variables[parameter.pattern.text] = item(given, index)
    return True


def bind_parameters(
    machine: "Machine", shape: Shape, arguments: Sequence[Value], scope: Scope
) -> Evaluation:
    given = list(arguments)
    for index, parameter in enumerate(shape.parameters):
        if parameter.is_rest:
            yield bind(machine, parameter.pattern, Array(given[index:]), scope)
            break
        value = item(given, index)
        if parameter.fallback is not None:
            value = yield defaulted(machine, parameter.fallback, value, scope)
        if parameter.pattern.type == "identifier":
            scope.variables[parameter.pattern.text] = value
        else:
            yield bind(machine, parameter.pattern, value, scope)
        if parameter.is_property and isinstance(scope.frame.this, Object):
            machine.write(scope.frame.this.properties, parameter.pattern.text, value)
    return UNDEFINED


def run_body(machine: "Machine", shape: Shape, frame: Frame, scope: Scope) -> Frames:
    for name in shape.variables:
        scope.variables.setdefault(name, UNDEFINED)
    if shape.body.type != "statement_block":
        return (yield evaluate(machine, shape.body, scope))
    hoist(machine, shape.body, scope)
    completion: Completion | None = None
    thrown: Thrown | None = None
    try:
        completion = yield run_statements(machine, shape.body.named, scope)
    except Thrown as error:
        thrown = error
    value = completion.value if completion is not None else UNDEFINED
    return (
        (yield returned(machine, shape, frame, value, thrown)) if frame.exits or thrown else value
    )


def returned(
    machine: "Machine", shape: Shape, frame: Frame, value: Value, thrown: Thrown | None
) -> Evaluation:
    """Joins the function's end with the returns that a run may have come to before it."""
    yield from ()
    at = shape.body.span
    earlier = take_exits(machine, frame, 0, lambda c: c.way is Way.RETURN, at)
    if thrown is not None and not earlier:
        raise thrown
    values = [completion.value for completion in earlier]
    if thrown is None:
        values.append(value)
    reason = "which value the function returns is known only at run time"
    joined = values[0]
    for other in values[1:]:
        joined = join(joined, other, at, reason)
    return joined


@statement("return_statement")
def return_statement(machine: "Machine", node: "Node", scope: Scope) -> Steps:
    value: Value = UNDEFINED
    if node.named:
        value = yield evaluate(machine, node.named[0], scope)
    return Completion(Way.RETURN, node.span, value=value)


@expression("await_expression")
def await_expression(machine: "Machine", node: "Node", scope: Scope) -> Evaluation:
    value: Value = yield evaluate(machine, node.named[0], scope) if node.named else UNDEFINED
    at = node.named[0].span if node.named else node.span
    if isinstance(value, Unknown):
        return (yield machine.settled(value, at))
    return (yield Await(value, at))


@expression("yield_expression")
def yield_expression(machine: "Machine", node: "Node", scope: Scope) -> Outcome:
    return machine.unresolved(node.span, "generator functions are not followed")
