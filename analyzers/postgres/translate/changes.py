"""DROP, RENAME, SET SCHEMA, OWNER TO, COMMENT and GRANT, of whatever object."""

from collections.abc import Iterator

from analyzers.postgres.operations import (
    AlterDomain,
    AlterObject,
    ChangeTable,
    Comment,
    DropIndex,
    DropObject,
    DropTable,
    Grant,
    MoveObject,
    Name,
    ObjectKind,
    Opaque,
    Operation,
    Range,
    RenameColumn,
    RenameConstraint,
    RenameIndex,
    RenameObject,
    RenameTable,
    TableChange,
    Type,
)
from analyzers.postgres.syntax import Node
from analyzers.postgres.translate.reading import Reading, Translators
from analyzers.postgres.translate.routines import altered
from analyzers.postgres.translate.terms import name, name_of, strings, type_of
from analyzers.struct import replace

_KINDS = {
    "OBJECT_TABLE": ObjectKind.TABLE,
    "OBJECT_FOREIGN_TABLE": ObjectKind.TABLE,
    "OBJECT_INDEX": ObjectKind.INDEX,
    "OBJECT_COLUMN": ObjectKind.COLUMN,
    "OBJECT_TABCONSTRAINT": ObjectKind.CONSTRAINT,
    "OBJECT_VIEW": ObjectKind.VIEW,
    "OBJECT_MATVIEW": ObjectKind.MATERIALIZED_VIEW,
    "OBJECT_SEQUENCE": ObjectKind.SEQUENCE,
    "OBJECT_TYPE": ObjectKind.TYPE,
    "OBJECT_DOMAIN": ObjectKind.DOMAIN,
    "OBJECT_SCHEMA": ObjectKind.SCHEMA,
    "OBJECT_FUNCTION": ObjectKind.FUNCTION,
    "OBJECT_PROCEDURE": ObjectKind.PROCEDURE,
    "OBJECT_ROUTINE": ObjectKind.FUNCTION,
    "OBJECT_AGGREGATE": ObjectKind.AGGREGATE,
    "OBJECT_TRIGGER": ObjectKind.TRIGGER,
    "OBJECT_EVENT_TRIGGER": ObjectKind.EVENT_TRIGGER,
    "OBJECT_POLICY": ObjectKind.POLICY,
    "OBJECT_RULE": ObjectKind.RULE,
    "OBJECT_EXTENSION": ObjectKind.EXTENSION,
    "OBJECT_PUBLICATION": ObjectKind.PUBLICATION,
    "OBJECT_SUBSCRIPTION": ObjectKind.SUBSCRIPTION,
    "OBJECT_STATISTIC_EXT": ObjectKind.STATISTICS,
    "OBJECT_ROLE": ObjectKind.ROLE,
    "OBJECT_DATABASE": ObjectKind.DATABASE,
    "OBJECT_TABLESPACE": ObjectKind.TABLESPACE,
}
# Their names end with the name of the table they belong to.
_OF_TABLES = frozenset(
    {ObjectKind.TRIGGER, ObjectKind.POLICY, ObjectKind.RULE, ObjectKind.CONSTRAINT}
)


def _drop(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    kind = _KINDS.get(node.choice("remove_type"), ObjectKind.OTHER)
    objects = node.children("objects")
    together = frozenset(name_of(strings(o)) for o in objects if strings(o))
    for place, dropped in zip(_places(reading, len(objects)), objects, strict=True):
        operation = _dropped(node, kind, strings(dropped) or ("",), together, place)
        if isinstance(operation, DropObject) and dropped.kind == "ObjectWithArgs":
            operation = replace(operation, arguments=_arguments(dropped))
        yield operation


def _arguments(dropped: Node) -> tuple[Type, ...] | None:
    """The types in brackets after a function's name; None where there are no brackets."""
    if dropped.flag("args_unspecified"):
        return None
    return tuple(type_of(written) for written in dropped.children("objargs"))


def _dropped(
    node: Node, kind: ObjectKind, parts: tuple[str, ...], together: frozenset[Name], at: Range
) -> Operation:
    if_exists, cascade = node.flag("missing_ok"), node.choice("behavior") == "DROP_CASCADE"
    if kind is ObjectKind.TABLE:
        return DropTable(name_of(parts), if_exists, cascade, together, at=at)
    if kind is ObjectKind.INDEX:
        return DropIndex(name_of(parts), node.flag("concurrent"), if_exists, cascade, at=at)
    if kind in _OF_TABLES and len(parts) > 1:
        table = name_of(parts[:-1])
        return DropObject(kind, Name(parts[-1]), if_exists, cascade, table, at=at)
    return DropObject(kind, name_of(parts), if_exists, cascade, at=at)


def _places(reading: Reading, count: int) -> tuple[Range, ...]:
    """Each object's own name where there are several, the whole statement for one."""
    parts = reading.parts(reading.at)
    if count == 1 or len(parts) != count:
        return (reading.at,) * count
    words = [token for token in reading.tokens if token.start < parts[0].end]
    if_exists = reading.find("IF_P", "EXISTS", within=parts[0])
    start = if_exists.end if if_exists else words[1].end
    rest = reading.parts(Range(start, parts[0].end))
    return (*rest, *parts[1:]) if len(rest) == 1 else (reading.at,) * count


def _drop_roles(reading: Reading) -> Iterator[Operation]:
    for role in reading.node.children("roles"):
        gone = Name(role.text("rolename"))
        if_exists = reading.node.flag("missing_ok")
        yield DropObject(ObjectKind.ROLE, gone, if_exists, at=reading.at)


def _drop_owned(reading: Reading) -> Iterator[Operation]:
    cascade = reading.node.choice("behavior") == "DROP_CASCADE"
    for role in reading.node.children("roles"):
        gone = Name(role.text("rolename"))
        yield DropObject(ObjectKind.OWNED, gone, cascade=cascade, at=reading.at)


def _drop_database(reading: Reading) -> Iterator[Operation]:
    gone = Name(reading.node.text("dbname"))
    if_exists = reading.node.flag("missing_ok")
    yield DropObject(ObjectKind.DATABASE, gone, if_exists, at=reading.at)


def _rename(reading: Reading) -> Iterator[Operation]:
    operation = _renamed(reading, reading.node)
    relation = reading.node.child("relation")
    alone = relation is not None and not relation.flag("inh")
    yield replace(operation, lenient=reading.node.flag("missing_ok"), alone=alone)


def _renamed(reading: Reading, node: Node) -> Operation:
    kind = _KINDS.get(node.choice("rename_type"), ObjectKind.OTHER)
    relation, to, at = node.child("relation"), node.text("newname"), reading.at
    if relation is None:
        return _renamed_object(node, kind, to, at)
    table, part = name(relation), node.text("subname")
    if kind is ObjectKind.TABLE:
        return RenameTable(table, to, at=at)
    if kind is ObjectKind.INDEX:
        return RenameIndex(table, to, at=at)
    if part:
        return _renamed_part(node, kind, RenameObject(kind, Name(part), to, table, at=at))
    return RenameObject(kind, table, to, at=at)


def _renamed_part(node: Node, kind: ObjectKind, part: RenameObject) -> Operation:
    """A column or constraint of a table has an operation of its own."""
    of = _KINDS.get(node.choice("relation_type"), ObjectKind.TABLE)
    if part.table is None or of is not ObjectKind.TABLE:
        return part
    if kind is ObjectKind.COLUMN:
        return RenameColumn(part.table, part.name.name, part.to, at=part.at)
    if kind is ObjectKind.CONSTRAINT:
        return RenameConstraint(part.table, part.name.name, part.to, at=part.at)
    return part


def _renamed_object(node: Node, kind: ObjectKind, to: str, at: Range) -> Operation:
    renamed = node.child("object")
    parts = strings(renamed) if renamed else ()
    if not parts and node.text("subname"):
        parts = (node.text("subname"),)
    if node.choice("rename_type") == "OBJECT_DOMCONSTRAINT":
        verb, old = "rename constraint", node.text("subname")
        return AlterDomain(name_of(parts or ("",)), verb, name=old, to=to, at=at)
    return RenameObject(kind, name_of(parts or ("",)), to, at=at)


def _move(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    kind = _KINDS.get(node.choice("object_type"), ObjectKind.OTHER)
    relation, moved = node.child("relation"), node.child("object")
    parts = strings(moved) if moved else ()
    found = name(relation) if relation else name_of(parts or ("",))
    lenient = node.flag("missing_ok")
    yield MoveObject(kind, found, node.text("newschema"), at=reading.at, lenient=lenient)


def _owner(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    kind = _KINDS.get(node.choice("object_type"), ObjectKind.OTHER)
    relation, owned = node.child("relation"), node.child("object")
    if relation is not None:
        yield ChangeTable(name(relation), TableChange.OWNER, at=reading.at)
        return
    parts = strings(owned) if owned else ()
    yield AlterObject(kind, name_of(parts or ("",)), "OWNER TO", at=reading.at)


def _alter_function(reading: Reading) -> Iterator[Operation]:
    function = reading.node.child("func")
    parts = strings(function) if function else ()
    found = name_of(parts or ("",))
    yield AlterObject(
        ObjectKind.FUNCTION, found, "options", details=altered(reading.node), at=reading.at
    )


def _comment(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    kind = _KINDS.get(node.choice("objtype"), ObjectKind.OTHER)
    subject = node.child("object")
    parts = (strings(subject) if subject else ()) or ("",)
    if (kind in _OF_TABLES or kind is ObjectKind.COLUMN) and len(parts) > 1:
        yield Comment(kind, Name(parts[-1]), name_of(parts[:-1]), at=reading.at)
    else:
        yield Comment(kind, name_of(parts), at=reading.at)


def _grant(reading: Reading) -> Iterator[Operation]:
    yield _granted(reading, reading.node)


def _default_privileges(reading: Reading) -> Iterator[Operation]:
    action = reading.node.child("action")
    if action is not None:
        yield _granted(reading, action, future=True)


def _granted(reading: Reading, node: Node, *, future: bool = False) -> Operation:
    relations = (o for o in node.children("objects") if o.kind == "RangeVar")
    return Grant(
        not node.flag("is_grant"),
        _KINDS.get(node.choice("objtype"), ObjectKind.OTHER),
        tuple(p.text("priv_name") for p in node.children("privileges")),
        tuple(_role(r) for r in node.children("grantees")),
        tuple(name(relation) for relation in relations),
        future,
        at=reading.at,
    )


def _role(role: Node) -> str:
    kind = role.choice("roletype").removeprefix("ROLESPEC_")
    return role.text("rolename") if kind == "CSTRING" else kind


def _enter(reading: Reading) -> Iterator[Operation]:
    """Statements that change nothing a schema or its locks would show, under their own names."""
    yield Opaque(_UNMODELLED[reading.node.kind], at=reading.at)


_UNMODELLED = {
    "NotifyStmt": "NOTIFY",
    "ListenStmt": "LISTEN",
    "UnlistenStmt": "UNLISTEN",
    "DiscardStmt": "DISCARD",
    "CheckPointStmt": "CHECKPOINT",
    "PrepareStmt": "PREPARE",
    "ExecuteStmt": "EXECUTE",
    "DeallocateStmt": "DEALLOCATE",
    "DeclareCursorStmt": "DECLARE",
    "FetchStmt": "FETCH",
    "ClosePortalStmt": "CLOSE",
    "CallStmt": "CALL",
    "AlterSystemStmt": "ALTER SYSTEM",
    "ReassignOwnedStmt": "REASSIGN OWNED",
    "SecLabelStmt": "SECURITY LABEL",
    "LoadStmt": "LOAD",
    "ImportForeignSchemaStmt": "IMPORT FOREIGN SCHEMA",
    "AlterTableMoveAllStmt": "ALTER TABLE ALL IN TABLESPACE",
}

TRANSLATORS: Translators = {
    "DropStmt": _drop,
    "DropRoleStmt": _drop_roles,
    "DropOwnedStmt": _drop_owned,
    "DropdbStmt": _drop_database,
    "RenameStmt": _rename,
    "AlterObjectSchemaStmt": _move,
    "AlterOwnerStmt": _owner,
    "AlterFunctionStmt": _alter_function,
    "CommentStmt": _comment,
    "GrantStmt": _grant,
    "AlterDefaultPrivilegesStmt": _default_privileges,
    **dict.fromkeys(_UNMODELLED, _enter),
}
