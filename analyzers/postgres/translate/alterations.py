"""ALTER TABLE: one operation for each of its commands."""

from collections.abc import Callable, Iterator, Mapping

from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    AlterIndex,
    AlterObject,
    AttachPartition,
    ChangeTable,
    ConstraintKind,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropDefault,
    DropGenerated,
    DropNotNull,
    Expression,
    Name,
    ObjectKind,
    Opaque,
    Operation,
    Range,
    SetDefault,
    SetGenerated,
    SetNotNull,
    TableChange,
    ValidateConstraint,
)
from analyzers.postgres.syntax import Node
from analyzers.postgres.translate.columns import column, constraint
from analyzers.postgres.translate.reading import STAR, Reading, Translators
from analyzers.postgres.translate.terms import (
    bound_strategy,
    constant,
    expression,
    is_only,
    name,
    partition_place,
    strings,
    type_of,
)
from analyzers.postgres.translate.together import together
from analyzers.struct import Struct, replace

_NOT_TABLES = {
    "OBJECT_VIEW": ObjectKind.VIEW,
    "OBJECT_MATVIEW": ObjectKind.MATERIALIZED_VIEW,
    "OBJECT_SEQUENCE": ObjectKind.SEQUENCE,
    "OBJECT_TYPE": ObjectKind.COMPOSITE,
}


class _Command(Struct, frozen=True):
    """One command of an ALTER TABLE."""

    reading: Reading
    node: Node
    table: Name
    at: Range

    @property
    def name(self) -> str:
        return self.node.text("name")

    @property
    def cascade(self) -> bool:
        return self.node.choice("behavior") == "DROP_CASCADE"

    @property
    def missing_ok(self) -> bool:
        return self.node.flag("missing_ok")

    @property
    def definition(self) -> Node | None:
        return self.node.child("def")

    def expression(self, node: Node, *keywords: str) -> Expression:
        """`node`, which stands after `keywords`, to the end of the command."""
        keyword = self.reading.find(*keywords, within=self.at)
        start = keyword.end if keyword else self.at.start
        return expression(node, self.reading.sql(Range(start, self.at.end)))


def _alter(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    relation = node.child("relation")
    if relation is None:
        return
    commands = node.children("cmds")
    places = _places(reading, relation, len(commands))
    found = [
        _operation(node, _Command(reading, command, name(relation), at))
        for command, at in zip(commands, places, strict=True)
    ]
    lenient, alone = node.flag("missing_ok"), is_only(relation)
    for one in together(found):
        yield replace(one, lenient=lenient, alone=alone) if lenient or alone else one


def _operation(node: Node, command: _Command) -> Operation:
    kind = node.choice("objtype")
    if kind == "OBJECT_INDEX":
        return _alter_index(command)
    if kind in _NOT_TABLES:
        change = command.node.choice("subtype")
        return AlterObject(_NOT_TABLES[kind], command.table, change, at=command.at)
    subtype = command.node.choice("subtype")
    if subtype in _CHANGES:
        return _changed(command, _CHANGES[subtype])
    translated = _COMMANDS[subtype](command) if subtype in _COMMANDS else None
    return translated or Opaque(subtype, frozenset({command.table}), at=command.at)


def _places(reading: Reading, relation: Node, count: int) -> tuple[Range, ...]:
    """The range of each command: what commas separate after the table's name."""
    start = reading.after_name(relation.location or reading.at.start)
    rest = reading.parts(Range(start, reading.at.end))
    if len(rest) != count:
        return (reading.at,) * count
    star = reading.find(STAR, within=rest[0])
    if star is not None and reading.sql(Range(start, star.start)).strip() == "":
        rest = (reading.parts(Range(star.end, rest[0].end))[0], *rest[1:])
    return rest if count > 1 else (reading.at,)


def _add_column(command: _Command) -> Operation | None:
    node = command.definition
    if node is None:
        return None
    made = column(command.reading, node)
    return AddColumn(command.table, made, if_not_exists=command.missing_ok, at=command.at)


def _drop_column(command: _Command) -> Operation:
    return DropColumn(
        command.table,
        command.name,
        if_exists=command.missing_ok,
        cascade=command.cascade,
        at=command.at,
    )


def _alter_type(command: _Command) -> Operation | None:
    node = command.definition
    written = node.child("type_name") if node else None
    if node is None or written is None:
        return None
    target = type_of(written)
    collation = node.child("coll_clause")
    if collation is not None:
        target = replace(target, collation=".".join(collation.strings("collname")))
    using = node.child("raw_default")
    return AlterColumnType(
        command.table,
        command.name,
        target,
        command.expression(using, "USING") if using else None,
        at=command.at,
    )


def _default(command: _Command) -> Operation:
    node = command.definition
    if node is None:
        return DropDefault(command.table, command.name, at=command.at)
    value = command.expression(node, "SET", "DEFAULT")
    return SetDefault(command.table, command.name, value, at=command.at)


def _add_constraint(command: _Command) -> Operation | None:
    node = command.definition
    if node is None:
        return None
    start = node.location
    at = command.at if start is None else command.reading.extent(start, command.at.end)
    made = constraint(command.reading, node, at)
    if made is None:
        return None
    if made.kind is ConstraintKind.NOT_NULL and not made.columns:
        return None
    return AddConstraint(command.table, made, at=command.at)


def _drop_constraint(command: _Command) -> Operation:
    return DropConstraint(
        command.table,
        command.name,
        if_exists=command.missing_ok,
        cascade=command.cascade,
        at=command.at,
    )


def _attach(command: _Command) -> Operation | None:
    node = command.definition
    child = node.child("name") if node else None
    bound = node.child("bound") if node else None
    if child is None:
        return None
    default = bound is not None and bound.flag("is_default")
    strategy = bound_strategy(bound)
    bounds = tuple(_bounds(bound)) if bound is not None else ()
    place = partition_place(bound)
    return AttachPartition(
        command.table, name(child), default, strategy, bounds, place, at=command.at
    )


def _bounds(bound: Node) -> Iterator[str | None]:
    for field in ("listdatums", "lowerdatums", "upperdatums"):
        for datum in bound.children(field):
            if datum.kind != "ColumnRef":  # MINVALUE and MAXVALUE
                yield constant(datum)


def _detach(command: _Command) -> Operation | None:
    node = command.definition
    child = node.child("name") if node else None
    if node is None or child is None:
        return None
    return DetachPartition(command.table, name(child), node.flag("concurrent"), at=command.at)


def _is_always(node: Node | None) -> bool | None:
    """GENERATED ALWAYS or BY DEFAULT, as ADD and SET spell it."""
    if node is None:
        return None
    if node.kind == "Constraint":
        return node.text("generated_when") == "a"
    for option in node.find("DefElem"):
        how = option.child("arg") if option.text("defname") == "generated" else None
        if how is not None:
            return how.number("ival") == ord("a")
    return None


def _set_expression(command: _Command) -> Operation:
    node = command.definition
    value = command.expression(node, "AS") if node else None
    return SetGenerated(command.table, command.name, "expression", expression=value, at=command.at)


def _changed(command: _Command, change: TableChange) -> Operation:
    node = command.definition
    other = name(node) if node is not None and node.kind == "RangeVar" else None
    subject = command.name or None
    if change is TableChange.STORAGE_PARAMETERS and node is not None:
        subject = ", ".join(e.text("defname") for e in node.find("DefElem")) or None
        subject = None if command.node.choice("subtype") == "AT_ResetRelOptions" else subject
    if change is TableChange.REPLICA_IDENTITY and node is not None:
        subject = node.text("name") or None
    if change is TableChange.ALTER_CONSTRAINT and node is not None:
        subject = node.text("conname") or None
        return ChangeTable(command.table, change, subject, other, _altered(node), at=command.at)
    options = tuple(_options(node)) if change in _WITH_OPTIONS and node is not None else ()
    if command.node.choice("subtype") in ("AT_EnableTrigUser", "AT_DisableTrigUser"):
        options = (("which", "user"),)
    return ChangeTable(command.table, change, subject, other, options, at=command.at)


def _altered(node: Node) -> tuple[tuple[str, str | None], ...]:
    """What ALTER CONSTRAINT asks for."""
    asked = {
        "deferrable": ("alter_deferrability", node.flag("deferrable")),
        "enforced": ("alter_enforceability", node.flag("is_enforced")),
        "inherit": ("alter_inheritability", not node.flag("noinherit")),
    }
    return tuple((w, str(to).lower()) for w, (alters, to) in asked.items() if node.flag(alters))


_WITH_OPTIONS = frozenset({TableChange.STORAGE_PARAMETERS, TableChange.COLUMN_OPTIONS})


def _options(node: Node) -> Iterator[tuple[str, str | None]]:
    for option in node.find("DefElem"):
        value = option.child("arg")
        yield option.text("defname"), None if value is None else _written(value)


def _written(value: Node) -> str:
    match value.kind:
        case "Integer":
            return str(value.number("ival"))
        case "Float":
            return value.text("fval")
        case _:
            return " ".join(strings(value))


def _alter_index(command: _Command) -> Operation:
    subtype = command.node.choice("subtype")
    node = command.definition
    child = node.child("name") if subtype == "AT_AttachPartition" and node else None
    return AlterIndex(
        command.table,
        _INDEX_CHANGES.get(subtype, subtype),
        name(child) if child else None,
        command.name if subtype == "AT_SetTableSpace" else None,
        at=command.at,
    )


_INDEX_CHANGES = {
    "AT_SetRelOptions": "options",
    "AT_ResetRelOptions": "options",
    "AT_AttachPartition": "attach",
    "AT_SetStatistics": "statistics",
    "AT_SetTableSpace": "tablespace",
}

_COMMANDS: Mapping[str, Callable[[_Command], Operation | None]] = {
    "AT_AddColumn": _add_column,
    "AT_DropColumn": _drop_column,
    "AT_AlterColumnType": _alter_type,
    "AT_ColumnDefault": _default,
    "AT_SetNotNull": lambda c: SetNotNull(c.table, c.name, at=c.at),
    "AT_DropNotNull": lambda c: DropNotNull(c.table, c.name, at=c.at),
    "AT_AddIdentity": lambda c: SetGenerated(
        c.table, c.name, "identity", add=True, always=_is_always(c.definition), at=c.at
    ),
    "AT_SetIdentity": lambda c: SetGenerated(
        c.table, c.name, "identity", always=_is_always(c.definition), at=c.at
    ),
    "AT_DropIdentity": lambda c: DropGenerated(
        c.table, c.name, "identity", if_exists=c.missing_ok, at=c.at
    ),
    "AT_SetExpression": _set_expression,
    "AT_DropExpression": lambda c: DropGenerated(
        c.table, c.name, "expression", if_exists=c.missing_ok, at=c.at
    ),
    "AT_AddConstraint": _add_constraint,
    "AT_ValidateConstraint": lambda c: ValidateConstraint(c.table, c.name, at=c.at),
    "AT_DropConstraint": _drop_constraint,
    "AT_AttachPartition": _attach,
    "AT_DetachPartition": _detach,
}

_CHANGES = {
    "AT_ChangeOwner": TableChange.OWNER,
    "AT_SetRelOptions": TableChange.STORAGE_PARAMETERS,
    "AT_ResetRelOptions": TableChange.STORAGE_PARAMETERS,
    "AT_SetStatistics": TableChange.STATISTICS,
    "AT_SetOptions": TableChange.COLUMN_OPTIONS,
    "AT_ResetOptions": TableChange.COLUMN_OPTIONS,
    "AT_SetStorage": TableChange.COLUMN_STORAGE,
    "AT_SetCompression": TableChange.COMPRESSION,
    "AT_SetLogged": TableChange.LOGGED,
    "AT_SetUnLogged": TableChange.UNLOGGED,
    "AT_SetTableSpace": TableChange.TABLESPACE,
    "AT_SetAccessMethod": TableChange.ACCESS_METHOD,
    "AT_ReplicaIdentity": TableChange.REPLICA_IDENTITY,
    "AT_EnableTrig": TableChange.ENABLE_TRIGGER,
    "AT_EnableAlwaysTrig": TableChange.ENABLE_TRIGGER,
    "AT_EnableReplicaTrig": TableChange.ENABLE_TRIGGER,
    "AT_EnableTrigAll": TableChange.ENABLE_TRIGGER,
    "AT_EnableTrigUser": TableChange.ENABLE_TRIGGER,
    "AT_DisableTrig": TableChange.DISABLE_TRIGGER,
    "AT_DisableTrigAll": TableChange.DISABLE_TRIGGER,
    "AT_DisableTrigUser": TableChange.DISABLE_TRIGGER,
    "AT_EnableRule": TableChange.RULE,
    "AT_EnableAlwaysRule": TableChange.RULE,
    "AT_EnableReplicaRule": TableChange.RULE,
    "AT_DisableRule": TableChange.RULE,
    "AT_EnableRowSecurity": TableChange.ENABLE_ROW_SECURITY,
    "AT_DisableRowSecurity": TableChange.DISABLE_ROW_SECURITY,
    "AT_ForceRowSecurity": TableChange.FORCE_ROW_SECURITY,
    "AT_NoForceRowSecurity": TableChange.NO_FORCE_ROW_SECURITY,
    "AT_ClusterOn": TableChange.CLUSTER_ON,
    "AT_DropCluster": TableChange.WITHOUT_CLUSTER,
    "AT_AddInherit": TableChange.INHERIT,
    "AT_DropInherit": TableChange.NO_INHERIT,
    "AT_AlterConstraint": TableChange.ALTER_CONSTRAINT,
    "AT_AddOf": TableChange.OF_TYPE,
    "AT_DropOf": TableChange.OF_TYPE,
    "AT_DropOids": TableChange.WITHOUT_OIDS,
    "AT_GenericOptions": TableChange.FOREIGN_OPTIONS,
}

TRANSLATORS: Translators = {"AlterTableStmt": _alter}
