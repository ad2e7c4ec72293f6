"""The functions `up` and `down` of a migration, as they are written."""

import re
from collections.abc import Iterator

from analyzers.javascript.syntax import Node, Tree
from analyzers.struct import Struct

_FUNCTIONS = frozenset(
    {"arrow_function", "function_expression", "function", "function_declaration",
     "generator_function", "method_definition"}
)  # fmt: skip
_WRAPPERS = frozenset(
    {"parenthesized_expression", "as_expression", "satisfies_expression", "type_assertion"}
)
NAMES = ("up", "down")


class Function(Struct, frozen=True):
    """An exported function. `statement` is what of the file's top level, or which member of an
    object, makes it; `in_object` tells which."""

    node: Node
    statement: Node
    in_object: bool = False

    @property
    def body(self) -> Node:
        return self.node.the("body")

    @property
    def is_block(self) -> bool:
        return self.body.type == "statement_block"

    @property
    def is_async(self) -> bool:
        return re.match(r"async\b(?!\s*=>)", self.node.text) is not None

    @property
    def knex(self) -> str | None:
        """What its first parameter is called."""
        single = self.node.field("parameter")
        parameters = [single] if single is not None else self.node.the("parameters").named
        first = parameters[0] if parameters else None
        if first is not None and first.type == "required_parameter":
            first = first.field("pattern")
        return first.text if first is not None and first.type == "identifier" else None

    @property
    def header(self) -> str:
        """All that is written before the body."""
        return self.node.tree.text[self.node.start : self.body.start]


def functions(tree: Tree) -> dict[str, Function]:
    """By the names under which they are exported; of two of one name, the last."""
    made = dict(_declared(tree.root))
    found: dict[str, Function] = {}
    for name, node, statement, in_object in _exports(tree.root):
        function = made.get(node.text) if node.type.endswith("identifier") else None
        value = _unwrapped(node)
        if function is not None:
            found[name] = function
        elif value.type in _FUNCTIONS:
            found[name] = Function(value, statement, in_object)
    return {name: one for name, one in found.items() if name in NAMES and one.node.field("body")}


def _declared(root: Node) -> Iterator[tuple[str, Function]]:
    """The functions of the top level under their own names."""
    for statement in root.named:
        inner = statement.field("declaration") or statement
        if inner.type == "function_declaration":
            yield inner.the("name").text, Function(inner, statement)
        for declarator in inner.named if inner.type.endswith("_declaration") else ():
            value = declarator.field("value")
            if declarator.type == "variable_declarator" and value is not None:
                value = _unwrapped(value)
                if value.type in _FUNCTIONS:
                    yield declarator.the("name").text, Function(value, statement)


def _exports(root: Node) -> Iterator[tuple[str, Node, Node, bool]]:
    """Each exported name: what it is, the statement or member that says so."""
    for statement in root.named:
        if statement.type == "export_statement":
            yield from _exported(statement)
        inner = statement.named[0] if statement.named else statement
        if statement.type == "expression_statement" and inner.type == "assignment_expression":
            yield from _assigned(inner, statement)


def _exported(statement: Node) -> Iterator[tuple[str, Node, Node, bool]]:
    declaration = statement.field("declaration")
    for name, function in _declared_in(statement) if declaration is not None else ():
        yield name, function.node, statement, False
    for clause in statement.named:
        for specifier in clause.named if clause.type == "export_clause" else ():
            local = specifier.the("name")
            yield (specifier.field("alias") or local).text, local, statement, False


def _declared_in(statement: Node) -> Iterator[tuple[str, Function]]:
    declaration = statement.the("declaration")
    if declaration.type == "function_declaration":
        yield declaration.the("name").text, Function(declaration, statement)
    for declarator in declaration.named:
        value = declarator.field("value")
        if declarator.type == "variable_declarator" and value is not None:
            yield declarator.the("name").text, Function(_unwrapped(value), statement)


def _assigned(assignment: Node, statement: Node) -> Iterator[tuple[str, Node, Node, bool]]:
    target, value = assignment.the("left").text, _unwrapped(assignment.the("right"))
    for prefix in ("exports.", "module.exports."):
        if target.startswith(prefix):
            yield target.removeprefix(prefix), value, statement, False
    if target == "module.exports" and value.type == "object":
        yield from _members(value)


def _members(value: Node) -> Iterator[tuple[str, Node, Node, bool]]:
    for member in value.named:
        if member.type == "pair":
            yield member.the("key").text.strip("'\""), member.the("value"), member, True
        elif member.type == "method_definition":
            yield member.the("name").text, member, member, True
        elif member.type == "shorthand_property_identifier":
            yield member.text, member, member, True


def _unwrapped(node: Node) -> Node:
    while node.type in _WRAPPERS and node.named:
        node = node.named[0]
    return node
