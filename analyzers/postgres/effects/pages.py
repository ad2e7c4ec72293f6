"""The page of PostgreSQL's documentation about each operation."""

from collections.abc import Mapping

from analyzers.postgres import operations as o
from analyzers.postgres.effects.documentation import COMMANDS
from analyzers.postgres.operations import ObjectKind, Operation


def page(operation: Operation) -> str:
    """Where the effects of `operation` are from, if from no other page."""
    verb = _VERBS.get(type(operation))
    kind = getattr(operation, "kind", None)
    if verb is not None and isinstance(kind, ObjectKind):
        usual = "{}" + kind.value.replace(" ", "")
        return f"{COMMANDS}-{_OBJECTS.get(kind, usual).format(verb)}.html"
    return f"{COMMANDS}-{_COMMANDS.get(type(operation), 'commands')}.html"


_COMMANDS: Mapping[type[Operation], str] = {
    o.CreateTable: "createtable",
    o.DropTable: "droptable",
    o.Truncate: "truncate",
    **dict.fromkeys(
        (
            o.RenameTable,
            o.ChangeTable,
            o.AttachPartition,
            o.DetachPartition,
            o.AddColumn,
            o.DropColumn,
            o.RenameColumn,
            o.AlterColumnType,
            o.SetNotNull,
            o.DropNotNull,
            o.SetDefault,
            o.DropDefault,
            o.SetGenerated,
            o.DropGenerated,
            o.AddConstraint,
            o.ValidateConstraint,
            o.DropConstraint,
            o.RenameConstraint,
        ),
        "altertable",
    ),
    o.CreateIndex: "createindex",
    o.DropIndex: "dropindex",
    o.RenameIndex: "alterindex",
    o.AlterIndex: "alterindex",
    o.Insert: "insert",
    o.Update: "update",
    o.Delete: "delete",
    o.Merge: "merge",
    o.Copy: "copy",
    o.Select: "select",
    o.SetSetting: "set",
    o.ControlTransaction: "savepoint",
    o.LockTable: "lock",
    o.AddEnumValue: "altertype",
    o.RenameEnumValue: "altertype",
    o.AlterDomain: "alterdomain",
    o.Comment: "comment",
    o.Grant: "grant",
    o.Vacuum: "vacuum",
    o.Cluster: "cluster",
    o.Reindex: "reindex",
    o.Refresh: "refreshmaterializedview",
}
_VERBS: Mapping[type[Operation], str] = {
    o.CreateObject: "create",
    o.DropObject: "drop",
    o.RenameObject: "alter",
    o.MoveObject: "alter",
    o.AlterObject: "alter",
}
_OBJECTS: Mapping[ObjectKind, str] = {
    ObjectKind.ENUM: "{}type",
    ObjectKind.COMPOSITE: "{}type",
    ObjectKind.COLUMN: "altertable",
    ObjectKind.CONSTRAINT: "altertable",
    ObjectKind.OWNED: "drop-owned",
    ObjectKind.OTHER: "commands",
}
