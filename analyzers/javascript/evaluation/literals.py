"""Literals, template strings, names."""

from typing import TYPE_CHECKING

from analyzers.javascript.builtins.regular_expressions import RegularExpression
from analyzers.javascript.convert import either_of, number_of, plain_text, text_of
from analyzers.javascript.table import evaluate, expression
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Outcome,
    Value,
)
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Scope
    from analyzers.javascript.syntax import Node

SINGLE_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
OCTAL = frozenset("01234567")


@expression("string")
def string(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    if node.kept is None:
        node.kept = literal(node)
    kept: Text = node.kept
    return kept


def literal(node: "Node") -> Text:
    """The text of a string literal; an escape sequence is a piece of its own."""
    texts = [fragment(child) for child in node.named]
    return texts[0] if len(texts) == 1 else Text.join(Text(), texts)


def fragment(node: "Node") -> Text:
    if node.type == "escape_sequence":
        return Text.of(unescaped(node.text), node.span)
    return Text.written(node.text, node.span)


def unescaped(sequence: str) -> str:
    """What an escape sequence, backslash included, stands for."""
    body = sequence[1:]
    head = body[:1]
    if head in SINGLE_ESCAPES and len(body) == 1:
        return SINGLE_ESCAPES[head]
    if head in ("\n", "\r", "\u2028", "\u2029"):
        return ""
    if head in OCTAL:
        return chr(int(body, 8)) if all(digit in OCTAL for digit in body) else body
    if head in ("x", "u"):
        try:
            return chr(int(body[1:].strip("{}"), 16))
        except (ValueError, OverflowError):
            return body
    return body


@expression("template_string")
def template(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    if node.kept is None:
        simple = all(child.type != "template_substitution" for child in node.named)
        node.kept = literal(node) if simple else False
    return substituted(machine, node, scope) if node.kept is False else node.kept


def substituted(machine: "Machine", node: "Node", scope: "Scope") -> Evaluation:
    parts: list[Value] = []
    for child in node.named:
        if child.type == "template_substitution":
            value: Value = (
                yield evaluate(machine, child.named[0], scope) if child.named else UNDEFINED
            )
            parts.append((yield text_of(machine, value, child.span)))
        else:
            parts.append(fragment(child))
    return joined(machine, parts, node)


def joined(machine: "Machine", parts: list[Value], node: "Node") -> Value:
    """The texts in a row; where some have few known alternatives, so has the result."""

    def join(texts: list[Value]) -> Value:
        known = [as_text(text, node) for text in texts]
        machine.loop.spend(sum(len(text.pieces) for text in known) // 16)
        return machine.sized(Text.join(Text(), known), node)

    return either_of(parts, join)


def as_text(value: Value, node: "Node") -> Text:
    return value if isinstance(value, Text) else Text.of(plain_text(value) or "", node.span)


@expression("number")
def number(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    if node.kept is None:
        node.kept = number_of(node.text.replace("_", "").removesuffix("n"))
    value: int | float = node.kept
    return value


@expression("true")
def true(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    return True


@expression("false")
def false(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    return False


@expression("null")
def null(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    return None


@expression("undefined")
def undefined(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    return UNDEFINED


@expression("this")
def this(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    return scope.frame.this


@expression("regex")
def regular_expression(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    pattern, flags = node.field("pattern"), node.field("flags")
    return RegularExpression(pattern.text if pattern else "", flags.text if flags else "")


@expression("identifier", "shorthand_property_identifier")
def name(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    text = node.kept
    if text is None:
        text = node.kept = node.text
    looked: Scope | None = scope
    while looked is not None:
        if text in looked.variables:
            return looked.variables[text]
        looked = looked.parent
    if text == "arguments" and scope.frame.arguments is not None:
        return scope.frame.arguments
    return machine.global_value(text, node)


@expression("array")
def array(machine: "Machine", node: "Node", scope: "Scope") -> Evaluation:
    items: list[Value] = []
    for element in node.elements():
        if element is None:
            items.append(UNDEFINED)
        elif element.type == "spread_element":
            value: Value = yield evaluate(machine, element.named[0], scope)
            items.extend(machine.items_of(value, element))
            machine.loop.spend(len(items) // 16)
        else:
            items.append((yield evaluate(machine, element, scope)))
    return machine.sized(Array(items), node)


@expression("parenthesized_expression")
def parenthesized(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    inner = [child for child in node.named if child.type != "type_annotation"]
    if not inner:
        return machine.unresolved(node.span, "does not follow JavaScript's grammar")
    return evaluate(machine, inner[0], scope)


@expression("sequence_expression")
def sequence(machine: "Machine", node: "Node", scope: "Scope") -> Evaluation:
    value: Value = UNDEFINED
    for index, child in enumerate(node.named):
        if index:
            machine.drop(value, node.named[index - 1])
        value = yield evaluate(machine, child, scope)
    return value


@expression("ERROR")
def error(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    return machine.unresolved(node.span, "does not follow JavaScript's grammar")
