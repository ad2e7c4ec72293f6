"""A schema as named parts, each with what PostgreSQL's catalogues would say of it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from analyzers.postgres.operations import COMPUTED, Constraint, ConstraintKind, Name
from analyzers.postgres.schema import (
    DefinedType,
    Function,
    Index,
    Sequence,
    Table,
    TableColumn,
    Trigger,
    View,
)
from analyzers.postgres.spelling import spelled
from analyzers.struct import Struct, replace

MADE_AGAIN = 13
"""Since then, a key that one statement adds twice is made twice (measured)."""


class Part(NamedTuple):
    """What a part is called: its kind in PostgreSQL's words, its name, and whose it is."""

    kind: str
    name: str
    of: Name | None = None


Aspects: TypeAlias = Mapping[str, object]
"""What is said of a part. None: it isn't known. The words are for messages."""

NOTHING = ""
"""An aspect that a part surely doesn't have, such as a default."""

_OWN_INDEX = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE, ConstraintKind.EXCLUDE)


def whole(kind: str, name: Name) -> Part:
    """A part that belongs to no other."""
    return Part(kind, name.name, Name("", name.schema))


def of_table(table: Table) -> Iterator[tuple[Part, Aspects]]:
    """Everything that belongs to a table, the table itself aside."""
    for column in table.columns:
        yield Part("column", column.name, table.name), of_column(column)
    for constraint in table.constraints:
        if constraint.kind is not ConstraintKind.NOT_NULL:
            name = constraint.name or ""
            yield Part("constraint", name, table.name), of_constraint(constraint)
    for index in table.indexes:
        if not index.constraint or table.constraint(index.name) is None:
            yield Part("index", index.name, table.name), of_index(index)
    told = dict(table.settings)
    for trigger in table.triggers:
        state = told.get(f"trigger {trigger.name}", "enabled")
        yield Part("trigger", trigger.name, table.name), of_trigger(trigger, state)
    for policy in table.policies:
        yield Part("policy", policy.name, table.name), {"definition": policy.definition}


def table_itself(table: Table) -> Aspects:
    return {
        "row level security": table.row_security,
        "persistence": "unlogged" if table.unlogged else "permanent",
        "partition": (table.partition_of, table.default_partition),
        "partition key": (table.partition_by, table.partition_columns),
        "parents": frozenset(table.inherits),
        "settings": frozenset(
            (word, value)
            for word, value in table.settings
            if word not in {f"trigger {trigger.name}" for trigger in table.triggers}
        ),
    }


def of_column(column: TableColumn) -> Aspects:
    return {
        "type": column.type,
        "nullability": None if column.not_null is None else _null(column.not_null),
        "default": _default(column),
        "generation": column.generated or (NOTHING if column.type else None),
    }


def _null(not_null: bool) -> str:
    return "NOT NULL" if not_null else "NULL"


def _default(column: TableColumn) -> object:
    if column.generated in COMPUTED:
        return column.default
    if column.has_default is False:
        return NOTHING
    return column.default


def of_constraint(constraint: Constraint) -> Aspects:
    reference = constraint.reference
    unplaced = reference and replace(reference, at=None, on_delete_at=None)
    return {
        "kind": constraint.kind,
        "columns": () if constraint.check else constraint.columns,
        "reference": unplaced or NOTHING,
        "condition": constraint.check or NOTHING,
        "validity": "VALID" if constraint.valid else "NOT VALID",
        "options": (
            constraint.enforced,
            constraint.deferrable,
            constraint.no_inherit,
            constraint.nulls_not_distinct,
            constraint.includes,
            constraint.method,
        ),
    }


def of_index(index: Index) -> Aspects:
    return {
        "columns": (index.columns, index.uses, index.includes),
        "uniqueness": "unique" if index.unique else "not unique",
        "method": index.method,
        "condition": index.predicate or NOTHING,
        "expressions": " , ".join(spelled(e.sql) for e in index.expressions),
        "options": index.options,
        "validity": _VALIDITY[index.valid],
    }


_VALIDITY = {True: "valid", False: "invalid", None: None}


def of_trigger(trigger: Trigger, state: str) -> Aspects:
    return {
        "state": state,
        "function": trigger.function,
        "columns": trigger.update_of,
        "definition": trigger.definition,
    }


def of_view(view: View) -> Aspects:
    kind = "materialized" if view.materialized else "plain"
    query = view.definition
    return {
        "kind": kind,
        "sources": (view.sources, view.reads),
        "query": Outdated(query, view.renamed) if view.renamed else query,
    }


class Outdated(Struct, frozen=True):
    """A text that names what has other names by now."""

    text: str | None
    renamed: tuple[tuple[str, str], ...]


def of_type(defined: DefinedType) -> Aspects:
    return {
        "labels": defined.labels,
        "base type": defined.base or NOTHING,
        "nullability": _null(defined.not_null),
        "default": defined.default or NOTHING,
        "checks": frozenset(
            (check.name, spelled(check.check.sql)) for check in defined.checks if check.check
        ),
        "definition": defined.definition,
    }


def of_functions(function: Function) -> Iterator[tuple[Part, Aspects]]:
    """Each function of the name by its own arguments."""
    for arguments, text in function.overloads:
        name = f"{function.name.name}({', '.join(map(str, arguments))})"
        yield whole("function", Name(name, function.name.schema)), {"definition": text}


def of_sequence(sequence: Sequence) -> Aspects:
    return {"owner": sequence.owner or NOTHING, "options": sequence.options}
