"""The calls of Knex's schema builder that send exactly what an operation says."""

import re
from collections.abc import Iterator

from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    At,
    Column,
    Constraint,
    ConstraintKind,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropNotNull,
    DropTable,
    Expression,
    Name,
    Operation,
    RenameColumn,
    RenameTable,
    SetNotNull,
    Type,
)
from analyzers.postgres.schema import Schema
from analyzers.struct import names

_TYPES = {
    "bool": "boolean",
    "bytea": "binary",
    "date": "date",
    "float4": "float",
    "float8": "double",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigInteger",
    "json": "json",
    "jsonb": "jsonb",
    "text": "text",
    "timestamptz": "timestamp",
    "uuid": "uuid",
}
_SERIAL = {"serial": "increments", "bigserial": "bigIncrements"}
_DROPPING = {
    ConstraintKind.FOREIGN_KEY: "dropForeign",
    ConstraintKind.PRIMARY_KEY: "dropPrimary",
    ConstraintKind.UNIQUE: "dropUnique",
}
_NOW = {"now()", "current_timestamp"}
_UNUSUAL = (
    "if_not_exists", "cascade", "temporary", "unlogged", "like", "inherits", "partition_of",
    "partition_by", "from_query", "concurrently", "predicate", "expressions", "includes", "only",
    "nulls_not_distinct", "options", "conditional", "lenient", "using_index", "check",
    "deferrable", "no_inherit",
)  # fmt: skip
"""Parts of operations and constraints that no call stands for, where they are there."""


def builder_call(operation: Operation, schema: Schema) -> str | None:
    """A line of a migration that does the same; None where the schema builder can't."""
    if _is_unusual(operation):
        return None
    match operation:
        case CreateTable():
            return _create_table(operation)
        case DropTable(together=together) if len(together) == 1:
            method = "dropTableIfExists" if operation.if_exists else "dropTable"
            return f"{_schema(operation.table)}.{method}({_text(operation.table.name)});"
        case RenameTable(table=table, to=to):
            return f"{_schema(table)}.renameTable({_text(table.name)}, {_text(to)});"
        case DropIndex():
            return _drop_index(operation, schema)
    call = _table_call(operation, schema)
    altered = getattr(operation, "table", None)
    return _altering(altered, call) if isinstance(altered, Name) and call else None


def _drop_index(drop: DropIndex, schema: Schema) -> str | None:
    owner = schema.owner(drop.index)
    if owner is None or drop.if_exists:
        return None
    table = Name(owner.name.name, drop.index.schema)
    return _altering(table, f"table.dropIndex([], {_text(drop.index.name)})")


def _is_unusual(part: At | Constraint) -> bool:
    return any(name in _UNUSUAL and getattr(part, name) for name in names(type(part)))


def _altering(table: Name, call: str) -> str:
    return f"{_schema(table)}.alterTable({_text(table.name)}, (table) => {call});"


def _schema(name: Name) -> str:
    within = f".withSchema({_text(name.schema)})" if name.schema else ""
    return f"await knex.schema{within}"


def _create_table(create: CreateTable) -> str | None:
    calls = [*map(_column, create.columns), *map(_constraint, create.constraints)]
    if None in calls or not create.columns:
        return None
    lines = "".join(f"\n  {call};" for call in calls)
    name = _text(create.table.name)
    return f"{_schema(create.table)}.createTable({name}, (table) => {{{lines}\n}});"


def _table_call(operation: Operation, schema: Schema) -> str | None:
    match operation:
        case AddColumn(column=column):
            return _column(column)
        case AddConstraint(constraint=constraint):
            return _constraint(constraint)
        case DropConstraint(if_exists=False):
            return _drop_constraint(operation, schema)
        case CreateIndex():
            return _index(operation)
    return _column_call(operation)


def _column_call(operation: Operation) -> str | None:
    match operation:
        case DropColumn(column=name, if_exists=False):
            return f"table.dropColumn({_text(name)})"
        case RenameColumn(column=name, to=to):
            return f"table.renameColumn({_text(name)}, {_text(to)})"
        case SetNotNull(column=name):
            return f"table.dropNullable({_text(name)})"
        case DropNotNull(column=name):
            return f"table.setNullable({_text(name)})"
    return None


def _drop_constraint(drop: DropConstraint, schema: Schema) -> str | None:
    table = schema.table(drop.table)
    constraint = table.constraint(drop.constraint) if table else None
    method = _DROPPING.get(constraint.kind) if constraint else None
    return f"table.{method}([], {_text(drop.constraint)})" if method else None


def _index(index: CreateIndex) -> str | None:
    if index.name is None or index.keys != index.columns:
        return None
    columns, name = _list(index.columns), _text(index.name)
    if index.unique:
        plain = index.method == "btree"
        options = f"{{ indexName: {name}, useConstraint: false }}"
        return f"table.unique({columns}, {options})" if plain else None
    method = "" if index.method == "btree" else f", {_text(index.method)}"
    return f"table.index({columns}, {name}{method})"


def _constraint(constraint: Constraint) -> str | None:
    if _is_unusual(constraint) or not constraint.valid or not constraint.enforced:
        return None
    columns, name = _list(constraint.columns), constraint.name
    match constraint.kind:
        case ConstraintKind.UNIQUE:
            options = f", {{ indexName: {_text(name)} }}" if name else ""
            return f"table.unique({columns}{options})"
        case ConstraintKind.PRIMARY_KEY:
            options = f", {{ constraintName: {_text(name)} }}" if name else ""
            return f"table.primary({columns}{options})"
        case ConstraintKind.FOREIGN_KEY:
            named = f", {_text(name)}" if name else ""
            return f"table.foreign({columns}{named}){_references(constraint)}"
    return None


def _references(constraint: Constraint) -> str:
    reference = constraint.reference
    if reference is None:
        return ""
    columns = _list(reference.columns or ("id",))
    far = f".references({columns}).inTable({_text(str(reference.table))})"
    for event, action in (("Delete", reference.on_delete), ("Update", reference.on_update)):
        far += f".on{event}({_text(action)})" if action != "NO ACTION" else ""
    return far


def _column(column: Column) -> str | None:
    keys = [constraint.kind for constraint in column.constraints]
    typed = _typed(column, is_key=ConstraintKind.PRIMARY_KEY in keys)
    if typed is None or column.generated:
        return None
    call = typed + (".notNullable()" if column.not_null else "")
    if column.default is not None:
        call += f".defaultTo({_value(column.default)})"
    for part in _of_column(column):
        if part is None:
            return None
        call += part
    return call


def _typed(column: Column, *, is_key: bool) -> str | None:
    kind, name = column.type, _text(column.name)
    if kind.array or kind.schema or kind.collation:
        return None
    match kind:
        case Type(name="varchar", modifiers=(length,)):
            return f"table.string({name}, {length})"
        case Type(name="numeric", modifiers=(precision, scale)):
            return f"table.decimal({name}, {precision}, {scale})"
        case Type(name="timestamp", modifiers=()):
            return f"table.timestamp({name}, {{ useTz: false }})"
    method = _SERIAL.get(kind.name) if is_key else _TYPES.get(kind.name)
    method = method or _TYPES.get(kind.name)
    return f"table.{method}({name})" if method and not kind.modifiers else None


def _of_column(column: Column) -> Iterator[str | None]:
    """What follows the type; None for what can't be said."""
    for constraint in column.constraints:
        if _is_unusual(constraint) or not constraint.valid or not constraint.enforced:
            yield None
        elif constraint.kind is ConstraintKind.PRIMARY_KEY:
            yield "" if column.type.name in _SERIAL else ".primary()"
        elif constraint.kind is ConstraintKind.UNIQUE:
            yield ".unique()"
        else:
            yield _references(constraint) or None


def _value(default: Expression) -> str:
    sql = default.sql
    if sql.lower() in _NOW:
        return "knex.fn.now()"
    if re.fullmatch(r"'[^'\\]*'|-?\d+(?:\.\d+)?|true|false", sql):
        return sql
    return f"knex.raw({_text(sql)})"


def _list(names: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_text, names))}]"


def _text(value: str | None) -> str:
    escaped = (value or "").replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"
