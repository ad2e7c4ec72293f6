"""`import` and `export`, and the top level of a file."""

from typing import TYPE_CHECKING

from analyzers.javascript.completion import Step, Steps
from analyzers.javascript.convert import plainly
from analyzers.javascript.evaluation.blocks import hoist, names_in, run_statements, variables
from analyzers.javascript.evaluation.functions import make_function
from analyzers.javascript.evaluation.literals import literal
from analyzers.javascript.evaluation.names import named
from analyzers.javascript.modules import Source
from analyzers.javascript.scope import Frame, Scope
from analyzers.javascript.table import evaluate, execute, expression, statement
from analyzers.javascript.values import (
    UNDEFINED,
    Evaluation,
    Native,
    Object,
    Outcome,
    Undefined,
    Unknown,
    Value,
)
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.syntax import Node

DECLARED = ("function_declaration", "generator_function_declaration")
CLASSES = ("class_declaration", "abstract_class_declaration")


def run_top_level(machine: "Machine", source: Source, require: Native) -> Evaluation:
    """Evaluates a file from its first statement to its last."""
    path, whole = source.file.path, source.file.whole()
    frame = Frame(source, source.exports)
    scope = Scope(None, frame, is_function=True)
    directory = path.rpartition("/")[0]
    scope.variables.update(
        {
            "module": source.module,
            "exports": source.exports,
            "require": require,
            "__filename": Text.of("/" + path, whole),
            "__dirname": Text.of("/" + directory, whole),
        }
    )
    source.module.properties["id"] = Text.of(path, whole)
    root = source.tree.root
    inner = scope.block()
    inner.is_function = True
    for name in variables(root):
        inner.variables[name] = UNDEFINED
    hoist(machine, root, inner)
    for node in root.named:
        if node.type == "export_statement":
            export_hoisted(source, node, inner)
    last = [node for node in root.named if names_exports(node)]
    yield run_statements(machine, [node for node in root.named if node not in last], inner)
    yield run_statements(machine, last, inner)
    return UNDEFINED


def names_exports(node: "Node") -> bool:
    """Whether it is `export { … }`, which means what the names hold when the file has ended."""
    if node.type != "export_statement" or node.field("source") is not None:
        return False
    return any(child.type == "export_clause" for child in node.named)


def export_hoisted(source: Source, node: "Node", scope: Scope) -> None:
    """Exports a function before the first statement runs: others may import this file meanwhile."""
    declaration = node.field("declaration")
    if declaration is None or declaration.type not in DECLARED or "default" in node.tokens:
        return
    name = declaration.field("name")
    if name is not None:
        export(source, name.text, scope.variables[name.text], node.span)


def export(source: Source, name: str, value: Value, at: Span) -> None:
    exports = source.exports
    if isinstance(exports, Object):
        exports.properties[name] = value
        source.spans.setdefault(name, at)


@expression("meta_property")
def meta_property(machine: "Machine", node: "Node", scope: Scope) -> Outcome:
    if node.text.startswith("new"):
        return scope.frame.new_target
    path = scope.frame.source.file.path
    return Object(
        {
            "url": Text.of("file:///" + path, node.span),
            "filename": Text.of("/" + path, node.span),
            "dirname": Text.of("/" + path.rpartition("/")[0], node.span),
        }
    )


@statement("import_statement")
def import_statement(machine: "Machine", node: "Node", scope: Scope) -> Steps:
    if "type" in node.tokens or "typeof" in node.tokens:
        return None
    clause = next((c for c in node.named if c.type.startswith("import_")), None)
    wanted = node.field("source")
    if clause is not None and clause.type == "import_require_clause":
        wanted = clause.field("source")
    if wanted is None:
        return None
    imported: Value = yield machine.require(literal(wanted).string, node.span, scope.frame.source)
    if clause is None:
        return None
    if clause.type == "import_require_clause":
        scope.variables[clause.named[0].text] = imported
        return None
    for part in clause.named:
        yield import_part(machine, part, imported, scope)
    return None


def import_part(machine: "Machine", part: "Node", imported: Value, scope: Scope) -> Evaluation:
    if part.type == "identifier":
        scope.variables[part.text] = yield default_of(machine, imported, part.span)
    elif part.type == "namespace_import":
        scope.variables[part.named[0].text] = imported
    elif part.type == "named_imports":
        for specifier in part.named:
            if "type" in specifier.tokens:
                continue
            name = name_of(specifier.the("name"))
            alias = specifier.field("alias") or specifier.the("name")
            scope.variables[alias.text] = yield member_of(machine, imported, name, specifier.span)
    return UNDEFINED


def name_of(node: "Node") -> str:
    return literal(node).string if node.type == "string" else node.text


def default_of(machine: "Machine", imported: Value, at: Span) -> Evaluation:
    """What `import name from` gives: the default export, or all of a CommonJS module."""
    if isinstance(imported, Unknown):
        return plainly(imported)
    if isinstance(imported, Object) and "default" in imported.properties:
        return (yield machine.get(imported, "default", at))
    return imported


def member_of(machine: "Machine", imported: Value, name: str, at: Span) -> Evaluation:
    if name == "default":
        return (yield default_of(machine, imported, at))
    if imported is None or isinstance(imported, Undefined):
        return UNDEFINED
    value: Value = yield machine.get(imported, name, at)
    if isinstance(value, Undefined) and isinstance(imported, Object):
        return machine.missing_import(imported, name, at)
    return value


@statement("export_statement")
def export_statement(machine: "Machine", node: "Node", scope: Scope) -> Step:
    source = scope.frame.source
    tokens = node.tokens
    declaration, value = node.field("declaration"), node.field("value")
    if "type" in tokens and declaration is None and value is None:
        return None
    if node.field("source") is not None:
        return reexport(machine, node, scope)
    if "default" in tokens:
        return export_default(machine, node, scope)
    if declaration is not None:
        return export_declaration(machine, node, declaration, scope)
    if "=" in tokens:
        return export_assignment(machine, node, scope)
    return export_names(node, scope, source)


def export_declaration(
    machine: "Machine", node: "Node", declaration: "Node", scope: Scope
) -> Steps:
    source = scope.frame.source
    yield execute(machine, declaration, scope)
    for name, at in declared(declaration, node):
        if name in scope.variables:
            export(source, name, scope.variables[name], at)
    return None


def declared(declaration: "Node", node: "Node") -> "list[tuple[str, Span]]":
    own = declaration.field("name")
    if own is not None:
        return [(own.text, node.span)]
    found: list[tuple[str, Span]] = []
    declarators = [d for d in declaration.named if d.type == "variable_declarator"]
    for declarator in declarators:
        at = node.span if len(declarators) == 1 else declarator.span
        found.extend((name, at) for name in names_in(declarator.the("name")))
    return found


def export_default(machine: "Machine", node: "Node", scope: Scope) -> Steps:
    exported = node.field("declaration") or node.field("value")
    if exported is None:
        return None
    if exported.type in DECLARED:
        value: Value = make_function(exported, scope)
        name = exported.field("name")
        if name is not None:
            value = scope.variables.setdefault(name.text, value)
    elif exported.type in CLASSES and exported.field("name") is not None:
        yield execute(machine, exported, scope)
        value = scope.variables[exported.the("name").text]
    else:
        value = named((yield evaluate(machine, exported, scope)), "default")
    export(scope.frame.source, "default", value, node.span)
    return None


def export_assignment(machine: "Machine", node: "Node", scope: Scope) -> Steps:
    """TypeScript's `export = value`."""
    value: Value = yield evaluate(machine, node.named[0], scope)
    machine.export_all(scope.frame.source, value, node)
    return None


def export_names(node: "Node", scope: Scope, source: Source) -> Step:
    """`export { a, b as c }`: what the names hold when the file has ended."""
    exports = source.exports
    for clause in node.named:
        if clause.type != "export_clause" or not isinstance(exports, Object):
            continue
        for specifier in clause.named:
            local = specifier.the("name")
            alias = name_of(specifier.field("alias") or local)
            holder = scope.holder(local.text)
            if holder is not None and "type" not in specifier.tokens:
                export(source, alias, holder.variables[local.text], specifier.span)
    return None


def reexport(machine: "Machine", node: "Node", scope: Scope) -> Steps:
    source = scope.frame.source
    imported: Value = yield machine.require(literal(node.the("source")).string, node.span, source)
    clause = next((c for c in node.named if c.type in ("export_clause", "namespace_export")), None)
    if clause is None:
        export_everything(source, imported, node.span)
    elif clause.type == "namespace_export":
        export(source, name_of(clause.named[0]), imported, node.span)
    else:
        for specifier in clause.named:
            name = name_of(specifier.the("name"))
            alias = name_of(specifier.field("alias") or specifier.the("name"))
            value: Value = yield member_of(machine, imported, name, specifier.span)
            export(source, alias, value, specifier.span)
    return None


def export_everything(source: Source, imported: Value, at: Span) -> None:
    """`export * from`"""
    exports = source.exports
    if isinstance(imported, Object):
        for name, value in imported.properties.items():
            if name != "default":
                export(source, name, value, at)
        imported_open = imported.open
    else:
        imported_open = plainly(imported) if isinstance(imported, Unknown) else None
    if isinstance(exports, Object) and imported_open is not None:
        exports.open = imported_open
