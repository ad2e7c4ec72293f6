"""What constraints become of VALIDATE CONSTRAINT and ALTER CONSTRAINT."""

from analyzers.postgres.operations import Constraint, ConstraintKind, ValidateConstraint
from analyzers.postgres.replay.attached import share_of
from analyzers.postgres.replay.constraints import implied_name, keyed
from analyzers.postgres.replay.edits import edit, edit_family, known, with_constraint
from analyzers.postgres.schema import Schema, Table
from analyzers.struct import replace


def validate(schema: Schema, operation: ValidateConstraint) -> Schema:
    table = known(schema, operation.table)
    found = table.constraint(operation.constraint)

    def validated(table: Table) -> Table:
        share = share_of(table, found) if found is not None else None
        if share is None:
            return table
        kept = (replace(c, valid=True) if c is share else c for c in table.constraints)
        return replace(table, constraints=tuple(kept))

    to_heirs = found is not None and found.kind in (ConstraintKind.CHECK, ConstraintKind.NOT_NULL)
    edited = edit_family if to_heirs or table.partition_by is not None else edit
    return edited(schema, operation.table, validated)


def alter(schema: Schema, table: Table, name: str, asked: dict[str, str | None]) -> Schema:
    """ALTER CONSTRAINT: `asked` is "true" or "false" for each of what it sets."""
    found = table.constraint(name)
    if "inherit" in asked:
        return _passing_on(schema, table, name, alone=asked["inherit"] == "false")
    if found is None or found.reference is None:
        return schema
    set_to = {word: value == "true" for word, value in asked.items()}
    enforced = set_to.get("enforced", found.enforced)
    changed = replace(
        found,
        deferrable=set_to.get("deferrable", found.deferrable),
        enforced=enforced,
        valid=found.valid if enforced is found.enforced else enforced,
    )

    def altered(table: Table) -> Table:
        share = share_of(table, found)
        kept = tuple(_as(changed, c) if c is share else c for c in table.constraints)
        return table if share is None else replace(table, constraints=kept)

    return (edit if table.partition_by is None else edit_family)(schema, table.name, altered)


def _passing_on(schema: Schema, table: Table, name: str, *, alone: bool) -> Schema:
    """What heirs had of a NOT NULL becomes their own, or they get it."""
    found = table.constraint(name)
    columns = found.columns if found is not None else _named_by(table, name)
    if not columns:
        return schema
    made = found or Constraint(ConstraintKind.NOT_NULL, columns, name)
    schema = schema.with_table(with_constraint(table, replace(made, no_inherit=alone)))
    for heir in () if alone else tuple(schema.partitions(table.name)):
        schema = edit_family(schema, heir.name, lambda t: keyed(t, columns))
    return schema


def _named_by(table: Table, name: str) -> tuple[str, ...]:
    """The column whose NOT NULL has a name that nobody gave it."""
    return tuple(c.name for c in table.columns if implied_name(table, c.name) == name)[:1]


def _as(changed: Constraint, share: Constraint) -> Constraint:
    deferrable, enforced = changed.deferrable, changed.enforced
    return replace(share, deferrable=deferrable, enforced=enforced, valid=changed.valid)
