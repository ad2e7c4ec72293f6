"""What a database looks like after an operation, by PostgreSQL's own rules."""

from collections.abc import Callable, Mapping
from typing import Any

from analyzers.postgres import operations as o
from analyzers.postgres.replay import (
    altered_constraints,
    archives,
    columns,
    constraints,
    emptying,
    not_null,
    objects,
    renames,
    tables,
)
from analyzers.postgres.replay.doubt import either
from analyzers.postgres.schema import Schema

__all__ = ["apply"]


def apply(schema: Schema, operation: o.Operation, *, conditional: bool = False) -> Schema:
    """The schema after `operation`.

    `conditional`: it may not run; what it touches is then uncertain, not known. An operation is
    taken at its word: a table that it adds a column to is there, whether or not the history
    ever made it, and one that it makes is as it says.
    """
    step = _STEPS.get(type(operation))
    if step is None or (operation.lenient and _surely_missing(schema, operation)):
        return schema
    after = step(schema, operation)
    return either(schema, after) if conditional or operation.conditional else after


def _surely_missing(schema: Schema, operation: o.Operation) -> bool:
    table = getattr(operation, "table", None)
    return isinstance(table, o.Name) and schema.has_table(table) is False


# Each takes the operation of its key; what that is, the type of a table can't say.
_STEPS: Mapping[type[o.Operation], Callable[[Schema, Any], Schema]] = {
    o.CreateTable: tables.create,
    o.DropTable: tables.drop,
    o.RenameTable: renames.rename_relation,
    o.ChangeTable: tables.change,
    o.AttachPartition: tables.attach,
    o.DetachPartition: tables.detach,
    o.AddColumn: columns.add,
    o.DropColumn: columns.drop,
    o.RenameColumn: columns.rename,
    o.AlterColumnType: columns.alter_type,
    o.SetNotNull: not_null.set_not_null,
    o.DropNotNull: not_null.drop_not_null,
    o.SetDefault: columns.set_default,
    o.DropDefault: columns.drop_default,
    o.SetGenerated: columns.set_generated,
    o.DropGenerated: columns.drop_generated,
    o.AddConstraint: constraints.add,
    o.ValidateConstraint: altered_constraints.validate,
    o.AlterIndex: constraints.alter_index,
    o.DropConstraint: constraints.drop,
    o.RenameConstraint: constraints.rename,
    o.CreateIndex: constraints.create_index,
    o.DropIndex: constraints.drop_index,
    o.RenameIndex: renames.rename_relation,
    o.Truncate: emptying.truncate,
    o.Delete: emptying.delete,
    o.Insert: tables.insert,
    o.Update: archives.update,
    o.Merge: tables.insert,
    o.Copy: tables.insert,
    o.CreateObject: objects.create,
    o.DropObject: objects.drop,
    o.RenameObject: renames.rename,
    o.MoveObject: renames.move,
    o.AlterObject: objects.alter,
    o.AddEnumValue: objects.add_enum_value,
    o.RenameEnumValue: objects.rename_enum_value,
    o.AlterDomain: objects.alter_domain,
    o.SetSetting: objects.set_setting,
}
