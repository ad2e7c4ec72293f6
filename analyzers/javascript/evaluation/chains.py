"""Chains of members and calls, and how `?.` ends all of one early."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from analyzers.javascript.table import evaluate
from analyzers.javascript.values import UNDEFINED, Evaluation, Outcome, Undefined, Value

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Scope
    from analyzers.javascript.syntax import Node


class Short(Undefined):
    """What a link of a chain gives after `?.` met nothing: the rest of the chain is skipped."""


SHORT = Short()

Link: TypeAlias = "Callable[[Machine, Node, Scope], Outcome]"

LINKS: dict[str, Link] = {}


def link(*kinds: str) -> Callable[[Link], Link]:
    """Registers what evaluates a link of a chain."""

    def register(handler: Link) -> Link:
        LINKS.update(dict.fromkeys(kinds, handler))
        return handler

    return register


def follow(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    """The value of a chain so far; `SHORT` where it has ended."""
    handler = LINKS.get(node.type)
    return evaluate(machine, node, scope) if handler is None else handler(machine, node, scope)


def whole(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    """The value of a whole chain."""
    chain = LINKS[node.type](machine, node, scope)
    return ended(chain) if node.tree.has_optional else chain


def ended(chain: Outcome) -> Evaluation:
    value: Value = yield chain
    return UNDEFINED if isinstance(value, Short) else value


def stops(node: "Node", owner: Value) -> bool:
    """Whether `?.` before this link meets nothing."""
    if not isinstance(owner, Undefined) and owner is not None:
        return False
    return node.tree.has_optional and node.field("optional_chain") is not None
