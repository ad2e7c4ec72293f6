"""What a new table gets from those above it, and from those that it is like."""

from analyzers.postgres.operations import Constraint, ConstraintKind
from analyzers.postgres.replay.columns import numbered
from analyzers.postgres.replay.edits import with_column
from analyzers.postgres.schema import Schema, Table
from analyzers.struct import replace

_NOT_NULL = (ConstraintKind.NOT_NULL,)
_TO_HEIRS = (ConstraintKind.CHECK, *_NOT_NULL)


def shares_identity(schema: Schema) -> bool:
    """https://www.postgresql.org/docs/17/release-17.html"""
    return schema.major >= 17


def passed_down(parent: Table, *, identity: bool) -> Table:
    """The parent with its columns as its children get them."""
    alone = {c.columns for c in parent.constraints if c.no_inherit and c.kind in _NOT_NULL}
    columns = [
        replace(
            column,
            inherited=True,
            sequence=None,
            not_null=False if (column.name,) in alone else column.not_null,
        )
        for column in parent.columns
    ]
    if not identity:
        columns = [
            replace(column, generated=None, always=False)
            if column.generated == "identity"
            else column
            for column in columns
        ]
    return replace(parent, columns=tuple(columns))


def inherit(table: Table, parent: Table, *, partition: bool) -> Table:
    for column in parent.columns:
        table = with_column(table, column)
    passed = tuple(
        replace(c, valid=_is_valid_anew(c), copies=())
        for c in parent.constraints
        if not c.no_inherit
        and (c.kind in _TO_HEIRS or (partition and c.kind is ConstraintKind.FOREIGN_KEY))
    )
    return replace(
        table,
        constraints=(*table.constraints, *passed),
        partition_of=parent.name if partition else None,
        inherits=table.inherits if partition else (*table.inherits, parent.name),
        certain=table.certain and parent.certain,
    )


def _is_valid_anew(constraint: Constraint) -> bool:
    """What an empty table gets from another is valid; its share of a foreign key is as that is."""
    whole = constraint.valid or constraint.kind is not ConstraintKind.FOREIGN_KEY
    return whole and constraint.enforced


def copy(
    schema: Schema, table: Table, source: Table, options: frozenset[str]
) -> tuple[Schema, Table]:
    """LIKE copies columns and NOT NULL; the rest only where INCLUDING says so."""
    for column in source.columns:
        kept = replace(column, inherited=False, sequence=None)
        if column.generated and _OPTIONS[column.generated] not in options:
            kept = replace(kept, generated=None, default=None, always=False)
        if not column.generated and "defaults" not in options:
            kept = replace(kept, default=None, has_default=False)
        if kept.generated == "identity":
            schema, kept = numbered(schema, table.name, kept)
        table = with_column(table, kept)
    named = tuple(c for c in source.constraints if c.kind in _NOT_NULL)
    table = replace(table, constraints=(*table.constraints, *named))
    if "constraints" in options:
        checks = tuple(
            replace(c, valid=c.enforced)
            for c in source.constraints
            if c.kind is ConstraintKind.CHECK
        )
        table = replace(table, constraints=(*table.constraints, *checks))
    return schema, replace(table, certain=table.certain and source.certain)


_OPTIONS = {"identity": "identity", "stored": "generated", "virtual": "generated"}
