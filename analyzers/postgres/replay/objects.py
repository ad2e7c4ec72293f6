"""What everything else becomes of operations on it."""

import re
from collections.abc import Callable, Mapping
from itertools import count
from typing import TypeVar

from analyzers.postgres.operations import (
    FUNCTIONS,
    TYPES,
    VIEWS,
    AddEnumValue,
    AlterDomain,
    AlterObject,
    Constraint,
    ConstraintKind,
    CreateObject,
    DomainDetails,
    DropColumn,
    DropObject,
    DropTable,
    FunctionDetails,
    Name,
    ObjectKind,
    RenameEnumValue,
    SequenceDetails,
    SetSetting,
    Spelling,
    TriggerDetails,
    ViewDetails,
)
from analyzers.postgres.replay.columns import drop as drop_column
from analyzers.postgres.replay.edits import edit, without_counting, without_function
from analyzers.postgres.replay.numbers import unusual
from analyzers.postgres.replay.tables import drop as drop_table
from analyzers.postgres.schema import (
    DefinedType,
    Function,
    Policy,
    Schema,
    Sequence,
    Table,
    Trigger,
    View,
)
from analyzers.struct import replace

Item = TypeVar("Item")


def create(schema: Schema, operation: CreateObject) -> Schema:
    if operation.table is not None:
        return edit(schema, operation.table, lambda t: _with_part(t, operation))
    step = _CREATED.get(operation.kind)
    return schema if step is None else step(schema, operation)


def drop(schema: Schema, operation: DropObject) -> Schema:
    if operation.table is not None:
        return _drop_part(schema, operation.table, operation)
    step = _DROPPED.get(operation.kind)
    return schema if step is None else step(schema, operation)


def _new(schema: Schema, name: Name) -> Name:
    return schema.candidates(name)[-1] if name.schema else Name(name.name, _first(schema))


def _first(schema: Schema) -> str:
    return schema.search_path[0] if schema.search_path else "public"


def _full(schema: Schema, owner: tuple[Name, str] | None) -> tuple[Name, str] | None:
    return None if owner is None else (schema.full(owner[0]), owner[1])


def _create_view(schema: Schema, operation: CreateObject) -> Schema:
    details = operation.details if isinstance(operation.details, ViewDetails) else ViewDetails()
    name = _new(schema, operation.name)
    if operation.if_not_exists and name in schema.views:
        return schema
    view = View(
        name,
        frozenset(schema.full(source) for source in operation.sources),
        details.columns,
        details.outputs,
        operation.kind is ObjectKind.MATERIALIZED_VIEW,
        definition=_query(schema, operation),
    )
    return schema.with_view(view)


def _query(schema: Schema, operation: CreateObject) -> Spelling | None:
    """The query, and what its `*` stand for when the view is made: columns that come later don't
    appear in it."""
    if _STAR.search(operation.definition) is None:
        return operation.definition
    columns: list[str] = []
    for source in sorted(operation.sources, key=str):
        table, view = schema.table(source), schema.view(source)
        if table is not None and table.certain:
            columns.append(" ".join(column.name for column in table.columns))
        elif table is None and view is not None and view.outputs is not None:
            columns.append(" ".join(view.outputs))
        else:
            return None
    return Spelling("\n".join((operation.definition, *columns)))


_STAR = re.compile(r"(?:\b(?:select|distinct|all)|,|\.) \*")


def _create_type(schema: Schema, operation: CreateObject) -> Schema:
    name = _new(schema, operation.name)
    if operation.if_not_exists and name in schema.types:
        return schema
    plain = operation.kind is not ObjectKind.ENUM and operation.kind is not ObjectKind.DOMAIN
    text = operation.definition if plain else Spelling()
    made = DefinedType(name, operation.kind, operation.labels, definition=text)
    if isinstance(operation.details, DomainDetails):
        details = operation.details
        made = replace(
            made,
            base=details.base,
            checks=_named(name, (), details.checks),
            not_null=details.not_null,
            default=details.default,
        )
    return replace(schema, types=schema.types.having(name, made))


def _create_function(schema: Schema, operation: CreateObject) -> Schema:
    name = _new(schema, operation.name)
    details = operation.details
    details = details if isinstance(details, FunctionDetails) else FunctionDetails()
    there = schema.functions.get(name)
    others = tuple(o for o in there.overloads if o[0] != details.arguments) if there else ()
    overloads = (*others, (details.arguments, str(operation.definition)))
    ordered = tuple(sorted(overloads, key=str))
    made = Function(name, details.volatility, details.returns, ordered)
    return replace(schema, functions=schema.functions.having(name, made))


def _with_part(table: Table, operation: CreateObject) -> Table:
    """A trigger, policy or rule of a table."""
    name = operation.name.name
    if operation.kind is ObjectKind.RULE:
        return replace(table, rules=table.rules | {name})
    if operation.kind is ObjectKind.POLICY:
        others = tuple(p for p in table.policies if p.name != name)
        return replace(table, policies=(*others, Policy(name, operation.definition)))
    if operation.kind is ObjectKind.TRIGGER and isinstance(operation.details, TriggerDetails):
        kept = tuple(t for t in table.triggers if t.name != name)
        details = operation.details
        made = Trigger(
            name, details.function, details.update_of, operation.definition, details.for_each_row
        )
        return replace(table, triggers=(*kept, made))
    return table


def _create_sequence(schema: Schema, operation: CreateObject) -> Schema:
    details = operation.details
    details = details if isinstance(details, SequenceDetails) else SequenceDetails()
    name = _new(schema, operation.name)
    if operation.if_not_exists and schema.has_relation(name):
        return schema
    made = Sequence(name, _full(schema, details.owner), unusual(dict(details.options)))
    return schema.with_sequence(made)


def _create_namespace(schema: Schema, operation: CreateObject) -> Schema:
    return replace(schema, namespaces=schema.namespaces | {operation.name.name})


def _create_extension(schema: Schema, operation: CreateObject) -> Schema:
    return replace(schema, extensions=schema.extensions | {operation.name.name})


def _drop_view(schema: Schema, operation: DropObject) -> Schema:
    return schema.without_view(found(schema, schema.views, operation.name))


def _drop_sequence(schema: Schema, operation: DropObject) -> Schema:
    name = found(schema, schema.sequences, operation.name)
    gone = schema.sequences.get(name)
    schema = schema.without_sequence(name)
    return without_counting(schema, [gone]) if gone and operation.cascade else schema


def _drop_extension(schema: Schema, operation: DropObject) -> Schema:
    return replace(schema, extensions=schema.extensions - {operation.name.name})


def found(schema: Schema, items: Mapping[Name, Item], name: Name) -> Name:
    candidates = schema.candidates(name)
    return next((n for n in candidates if n in items), candidates[0])


def _drop_part(schema: Schema, table: Name, operation: DropObject) -> Schema:
    if schema.table(table) is None:
        return schema
    name = operation.name.name

    def without(table: Table) -> Table:
        return replace(
            table,
            rules=table.rules - {name} if operation.kind is ObjectKind.RULE else table.rules,
            policies=tuple(
                p
                for p in table.policies
                if p.name != name or operation.kind is not ObjectKind.POLICY
            ),
            triggers=tuple(
                t
                for t in table.triggers
                if t.name != name or operation.kind is not ObjectKind.TRIGGER
            ),
        )

    return edit(schema, table, without)


def _drop_type(schema: Schema, operation: DropObject) -> Schema:
    """CASCADE takes the columns of the type along, and the views that read them."""
    gone = found(schema, schema.types, operation.name)
    schema = replace(schema, types=schema.types.without(gone))
    if not operation.cascade:
        return schema
    for table in tuple(schema.tables.values()):
        for column in table.columns:
            if column.type is None or column.type.name != gone.name:
                continue
            if column.type.schema in (None, gone.schema):
                schema = drop_column(schema, DropColumn(table.name, column.name, cascade=True))
    return schema


def _drop_function(schema: Schema, operation: DropObject) -> Schema:
    gone = found(schema, schema.functions, operation.name)
    left = _other_overloads(schema.functions.get(gone), operation)
    functions = schema.functions
    functions = functions.without(gone) if left is None else functions.having(gone, left)
    schema = replace(schema, functions=functions)
    if not operation.cascade:
        return schema
    for table in tuple(schema.tables.values()):
        left_of_it = without_function(table, gone.name)
        if left_of_it != table:
            schema = schema.with_table(left_of_it)
    return schema


def _other_overloads(function: Function | None, operation: DropObject) -> Function | None:
    """What is left of the functions of one name after one of them is dropped."""
    if function is None or operation.arguments is None:
        return None
    left = tuple(o for o in function.overloads if o[0] != operation.arguments)
    return replace(function, overloads=left) if left else None


def _drop_namespace(schema: Schema, operation: DropObject) -> Schema:
    gone = operation.name.name
    for name in tuple(schema.tables):
        if name.schema == gone:
            schema = drop_table(schema, DropTable(name, cascade=True))
    for name in tuple(schema.views):
        if name.schema == gone:
            schema = schema.without_view(name)
    counters = [s for name, s in schema.sequences.items() if name.schema == gone]
    for sequence in counters:
        schema = schema.without_sequence(sequence.name)
    schema = without_counting(schema, counters)
    for name in [name for name in schema.types if name.schema == gone]:
        schema = _drop_type(schema, DropObject(ObjectKind.TYPE, name, cascade=True))
    for name in [name for name in schema.functions if name.schema == gone]:
        schema = _drop_function(schema, DropObject(ObjectKind.FUNCTION, name, cascade=True))
    return replace(schema, namespaces=schema.namespaces - {gone})


def alter(schema: Schema, operation: AlterObject) -> Schema:
    details = operation.details
    if isinstance(details, SequenceDetails):
        return _alter_sequence(schema, operation.name, details)
    if operation.kind is not ObjectKind.POLICY or operation.table is None:
        return schema
    name = operation.name.name

    def altered(table: Table) -> Table:
        policies = (replace(p, definition=None) if p.name == name else p for p in table.policies)
        return replace(table, policies=tuple(policies))

    return edit(schema, operation.table, altered)


def _alter_sequence(schema: Schema, altered: Name, details: SequenceDetails) -> Schema:
    name = found(schema, schema.sequences, altered)
    there = schema.sequences.get(name) or Sequence(name)
    kept = None if details.disowned else there.owner
    owner = _full(schema, details.owner) if details.owner is not None else kept
    options = unusual({**dict(there.options), **dict(details.options)})
    if details.owner is None and name not in schema.sequences:
        return schema
    return schema.with_sequence(Sequence(name, owner, options))


def add_enum_value(schema: Schema, operation: AddEnumValue) -> Schema:
    def added(labels: tuple[str, ...]) -> tuple[str, ...]:
        return labels if operation.value in labels else (*labels, operation.value)

    return _on_labels(schema, operation.type, added)


def rename_enum_value(schema: Schema, operation: RenameEnumValue) -> Schema:
    def renamed(labels: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(operation.to if label == operation.value else label for label in labels)

    return _on_labels(schema, operation.type, renamed)


def _on_labels(
    schema: Schema, name: Name, change: Callable[[tuple[str, ...]], tuple[str, ...]]
) -> Schema:
    full = found(schema, schema.types, name)
    if full not in schema.types:
        return schema
    changed = replace(schema.types[full], labels=change(schema.types[full].labels))
    return replace(schema, types=schema.types.having(full, changed))


def alter_domain(schema: Schema, operation: AlterDomain) -> Schema:
    name = found(schema, schema.types, operation.domain)
    domain = schema.types.get(name)
    if domain is None:
        return schema
    match operation.verb:
        case "add constraint" if _is_not_null(operation):
            domain = replace(domain, not_null=True)
        case "add constraint" if operation.constraint is not None:
            domain = replace(domain, checks=_named(name, domain.checks, (operation.constraint,)))
        case "drop constraint":
            kept = tuple(c for c in domain.checks if c.name != operation.name)
            # Since 17 NOT NULL is a constraint, too.
            freed = schema.major >= 17 and kept == domain.checks
            domain = replace(domain, checks=kept, not_null=domain.not_null and not freed)
        case "rename constraint":
            checks = (replace(c, name=operation.to) if c.name == operation.name else c
                      for c in domain.checks)  # fmt: skip
            domain = replace(domain, checks=tuple(checks))
        case "set not null":
            domain = replace(domain, not_null=True)
        case "drop not null":
            domain = replace(domain, not_null=False)
    return replace(schema, types=schema.types.having(name, domain))


def _is_not_null(operation: AlterDomain) -> bool:
    added = operation.constraint
    return added is not None and added.kind is ConstraintKind.NOT_NULL


def _named(
    domain: Name, there: tuple[Constraint, ...], more: tuple[Constraint, ...]
) -> tuple[Constraint, ...]:
    """The checks of a domain; those that were left nameless are numbered."""
    for check in more:
        taken = {one.name for one in there}
        names = (f"{domain.name}_check{number or ''}" for number in count())
        given = check.name or next(name for name in names if name not in taken)
        there = (*there, replace(check, name=given))
    return there


def set_setting(schema: Schema, operation: SetSetting) -> Schema:
    """Only the search path says how names are to be read."""
    if operation.setting not in ("search_path", "all"):
        return schema
    if operation.value is None:
        return replace(schema, search_path=("public",))
    named = (part.strip().strip('"') for part in operation.value.split(","))
    return replace(schema, search_path=tuple(n for n in named if n and n != "$user"))


_CREATED: Mapping[ObjectKind, Callable[[Schema, CreateObject], Schema]] = {
    **dict.fromkeys(VIEWS, _create_view),
    **dict.fromkeys(TYPES, _create_type),
    **dict.fromkeys(FUNCTIONS, _create_function),
    ObjectKind.SEQUENCE: _create_sequence,
    ObjectKind.SCHEMA: _create_namespace,
    ObjectKind.EXTENSION: _create_extension,
}

_DROPPED: Mapping[ObjectKind, Callable[[Schema, DropObject], Schema]] = {
    **dict.fromkeys(VIEWS, _drop_view),
    **dict.fromkeys(TYPES, _drop_type),
    **dict.fromkeys(FUNCTIONS, _drop_function),
    ObjectKind.SEQUENCE: _drop_sequence,
    ObjectKind.SCHEMA: _drop_namespace,
    ObjectKind.EXTENSION: _drop_extension,
}
