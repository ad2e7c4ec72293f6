"""Statements that make or change objects other than tables."""

from collections.abc import Iterator

from analyzers.postgres.operations import (
    AddEnumValue,
    AlterDomain,
    AlterObject,
    CreateObject,
    DomainDetails,
    Expression,
    Name,
    ObjectKind,
    Operation,
    Range,
    RenameEnumValue,
    TriggerDetails,
    Type,
    ViewDetails,
)
from analyzers.postgres.syntax import Node
from analyzers.postgres.translate.columns import column as column_of
from analyzers.postgres.translate.columns import constraint
from analyzers.postgres.translate.reading import Reading, Translators
from analyzers.postgres.translate.terms import (
    expression,
    made_as,
    name,
    name_of,
    outputs,
    tables,
    type_of,
)

# Bits of a trigger's events, from catalog/pg_trigger.h.
_EVENTS = {4: "insert", 8: "delete", 16: "update", 32: "truncate"}
_DOMAIN_VERBS = {
    "T": "set default",
    "N": "drop not null",
    "O": "set not null",
    "C": "add constraint",
    "X": "drop constraint",
    "V": "validate",
}


def _view(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    relation, query = node.child("view"), node.child("query")
    if relation is None or query is None:
        return
    yield CreateObject(
        ObjectKind.VIEW,
        made_as(relation),
        or_replace=node.flag("replace"),
        sources=tables(query),
        details=ViewDetails(outputs(node.strings("aliases"), query), _read_columns(query)),
        at=reading.at,
    )


def _read_columns(query: Node) -> frozenset[str]:
    return expression(query, "").columns


def _enum(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    yield CreateObject(
        ObjectKind.ENUM,
        name_of(node.strings("type_name")),
        labels=node.strings("vals"),
        at=reading.at,
    )


def _alter_enum(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    type_name, old, new = (
        name_of(node.strings("type_name")),
        node.text("old_val"),
        node.text("new_val"),
    )
    if old:
        yield RenameEnumValue(type_name, old, new, at=reading.at)
    else:
        exists = node.flag("skip_if_new_val_exists")
        yield AddEnumValue(type_name, new, if_not_exists=exists, at=reading.at)


def _composite(reading: Reading) -> Iterator[Operation]:
    relation = reading.node.child("typevar")
    if relation is not None:
        columns = (column_of(reading, c).name for c in reading.node.children("coldeflist"))
        yield CreateObject(
            ObjectKind.COMPOSITE, name(relation), labels=tuple(columns), at=reading.at
        )


def _range(reading: Reading) -> Iterator[Operation]:
    made = name_of(reading.node.strings("type_name"))
    yield CreateObject(ObjectKind.TYPE, made, at=reading.at)


def _domain(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    base = node.child("type_name")
    constraints = node.children("constraints")
    found = (constraint(reading, c, _place(reading, c)) for c in constraints)
    defaults = [c for c in constraints if c.choice("contype") == "CONSTR_DEFAULT"]
    details = DomainDetails(
        type_of(base) if base else Type(""),
        any(c.choice("contype") == "CONSTR_NOTNULL" for c in constraints),
        _default(reading, defaults[0]) if defaults else None,
        tuple(c for c in found if c is not None and c.check is not None),
    )
    made = name_of(node.strings("domainname"))
    yield CreateObject(ObjectKind.DOMAIN, made, details=details, at=reading.at)


def _default(reading: Reading, node: Node) -> Expression | None:
    written = node.child("raw_expr")
    return None if written is None else expression(written, reading.sql(_place(reading, node)))


def _place(reading: Reading, node: Node) -> Range:
    start = node.location
    return reading.at if start is None else reading.extent(start)


def _alter_domain(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    definition = node.child("def")
    verb = _DOMAIN_VERBS.get(_subtype(node), "alter")
    added = None
    if verb == "add constraint" and definition is not None:
        added = constraint(reading, definition, _place(reading, definition))
    if verb == "set default" and definition is None:
        verb = "drop default"
    domain = name_of(node.strings("type_name"))
    lenient = node.flag("missing_ok")
    yield AlterDomain(
        domain, verb, added, node.text("name") or None, at=reading.at, lenient=lenient
    )


# TRIGGER_TYPE_BEFORE of PostgreSQL's pg_trigger.h.
_BEFORE = 1 << 1
_INSTEAD = 1 << 6


def _subtype(node: Node) -> str:
    """A letter in PostgreSQL 17 and before, an enum since."""
    descriptor = node.message.DESCRIPTOR.fields_by_name["subtype"]
    if descriptor.enum_type is None:
        return node.text("subtype")
    return _DOMAIN_LETTERS.get(node.choice("subtype"), "")


_DOMAIN_LETTERS = {
    "AD_AlterDefault": "T",
    "AD_DropNotNull": "N",
    "AD_SetNotNull": "O",
    "AD_AddConstraint": "C",
    "AD_DropConstraint": "X",
    "AD_ValidateConstraint": "V",
}


def _trigger(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    relation = node.child("relation")
    if relation is None:
        return
    events = node.number("events")
    details = TriggerDetails(
        name_of(node.strings("funcname")),
        frozenset(word for bit, word in _EVENTS.items() if events & bit),
        frozenset(node.strings("columns")),
        constraint=node.flag("isconstraint"),
        execute_function=reading.find("EXECUTE", "FUNCTION") is not None,
        for_each_row=node.flag("row"),
        before=bool(node.number("timing") & _BEFORE),
        instead=bool(node.number("timing") & _INSTEAD),
    )
    yield CreateObject(
        ObjectKind.TRIGGER,
        Name(node.text("trigname")),
        or_replace=node.flag("replace"),
        table=name(relation),
        details=details,
        at=reading.at,
    )


def _event_trigger(reading: Reading) -> Iterator[Operation]:
    made = Name(reading.node.text("trigname"))
    yield CreateObject(ObjectKind.EVENT_TRIGGER, made, at=reading.at)


def _policy(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    relation = node.child("table")
    if relation is not None:
        made, table = Name(node.text("policy_name")), name(relation)
        yield CreateObject(ObjectKind.POLICY, made, table=table, at=reading.at)


def _alter_policy(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    relation = node.child("table")
    if relation is not None:
        changed, table = Name(node.text("policy_name")), name(relation)
        yield AlterObject(ObjectKind.POLICY, changed, "policy", table=table, at=reading.at)


def _rule(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    relation = node.child("relation")
    if relation is not None:
        yield CreateObject(
            ObjectKind.RULE,
            Name(node.text("rulename")),
            or_replace=node.flag("replace"),
            table=name(relation),
            at=reading.at,
        )


def _extension(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    yield CreateObject(
        ObjectKind.EXTENSION,
        Name(node.text("extname")),
        if_not_exists=node.flag("if_not_exists"),
        at=reading.at,
    )


def _alter_extension(reading: Reading) -> Iterator[Operation]:
    changed = Name(reading.node.text("extname"))
    yield AlterObject(ObjectKind.EXTENSION, changed, "UPDATE", at=reading.at)


def _statistics(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    relations = [r for r in node.children("relations") if r.kind == "RangeVar"]
    names = node.strings("defnames")
    yield CreateObject(
        ObjectKind.STATISTICS,
        name_of(names) if names else Name(""),
        if_not_exists=node.flag("if_not_exists"),
        table=name(relations[0]) if relations else None,
        labels=tuple(element.text("name") for element in node.children("exprs")),
        at=reading.at,
    )


def _publication(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    yield CreateObject(
        ObjectKind.PUBLICATION,
        Name(node.text("pubname")),
        sources=tables(node),
        at=reading.at,
    )


def _alter_publication(reading: Reading) -> Iterator[Operation]:
    changed = Name(reading.node.text("pubname"))
    yield AlterObject(ObjectKind.PUBLICATION, changed, "tables or options", at=reading.at)


def _subscription(reading: Reading) -> Iterator[Operation]:
    made = Name(reading.node.text("subname"))
    yield CreateObject(ObjectKind.SUBSCRIPTION, made, at=reading.at)


def _role(reading: Reading) -> Iterator[Operation]:
    yield CreateObject(ObjectKind.ROLE, Name(reading.node.text("role")), at=reading.at)


def _alter_role(reading: Reading) -> Iterator[Operation]:
    role = reading.node.child("role")
    changed = Name(role.text("rolename") if role else "")
    yield AlterObject(ObjectKind.ROLE, changed, "options", at=reading.at)


def _database(reading: Reading) -> Iterator[Operation]:
    yield CreateObject(ObjectKind.DATABASE, Name(reading.node.text("dbname")), at=reading.at)


def _alter_database(reading: Reading) -> Iterator[Operation]:
    changed = Name(reading.node.text("dbname"))
    yield AlterObject(ObjectKind.DATABASE, changed, "options", at=reading.at)


def _tablespace(reading: Reading) -> Iterator[Operation]:
    made = Name(reading.node.text("tablespacename"))
    yield CreateObject(ObjectKind.TABLESPACE, made, at=reading.at)


def _definition(reading: Reading) -> Iterator[Operation]:
    """CREATE AGGREGATE, OPERATOR, TYPE …, COLLATION, TEXT SEARCH …."""
    kinds = {"OBJECT_AGGREGATE": ObjectKind.AGGREGATE, "OBJECT_TYPE": ObjectKind.TYPE}
    kind = kinds.get(reading.node.choice("kind"), ObjectKind.OTHER)
    yield CreateObject(kind, name_of(reading.node.strings("defnames")), at=reading.at)


def _other(reading: Reading) -> Iterator[Operation]:
    """Objects that no table depends on in a way that matters here."""
    yield CreateObject(ObjectKind.OTHER, Name(reading.node.kind), at=reading.at)


TRANSLATORS: Translators = {
    "ViewStmt": _view,
    "CreateEnumStmt": _enum,
    "AlterEnumStmt": _alter_enum,
    "CompositeTypeStmt": _composite,
    "CreateRangeStmt": _range,
    "CreateDomainStmt": _domain,
    "AlterDomainStmt": _alter_domain,
    "CreateTrigStmt": _trigger,
    "CreateEventTrigStmt": _event_trigger,
    "CreatePolicyStmt": _policy,
    "AlterPolicyStmt": _alter_policy,
    "RuleStmt": _rule,
    "CreateExtensionStmt": _extension,
    "AlterExtensionStmt": _alter_extension,
    "CreateStatsStmt": _statistics,
    "CreatePublicationStmt": _publication,
    "AlterPublicationStmt": _alter_publication,
    "CreateSubscriptionStmt": _subscription,
    "CreateRoleStmt": _role,
    "AlterRoleStmt": _alter_role,
    "AlterRoleSetStmt": _alter_role,
    "GrantRoleStmt": _other,
    "CreatedbStmt": _database,
    "AlterDatabaseStmt": _alter_database,
    "AlterDatabaseSetStmt": _alter_database,
    "CreateTableSpaceStmt": _tablespace,
    "DefineStmt": _definition,
    "CreateCastStmt": _other,
    "CreateForeignServerStmt": _other,
    "CreateFdwStmt": _other,
    "CreateUserMappingStmt": _other,
    "CreateOpClassStmt": _other,
    "CreateOpFamilyStmt": _other,
    "CreateConversionStmt": _other,
    "CreateAmStmt": _other,
    "CreateTransformStmt": _other,
    "CreatePLangStmt": _other,
}
