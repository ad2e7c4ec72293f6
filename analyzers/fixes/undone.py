"""The calls that undo what `up` did, from its replayed operations."""

from collections.abc import Iterator, Sequence

from analyzers.fixes.style import Style
from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    Comment,
    Constraint,
    ConstraintKind,
    CreateIndex,
    CreateObject,
    CreateTable,
    DropDefault,
    DropNotNull,
    LockTable,
    Name,
    ObjectKind,
    RenameColumn,
    RenameTable,
    Select,
    SetDefault,
    SetNotNull,
    SetSetting,
)
from analyzers.postgres.replay import apply
from analyzers.postgres.schema import TableColumn
from analyzers.rules.context import Step
from analyzers.rules.wording import identifier
from analyzers.struct import Struct

_LEFT_ALONE = (SetSetting, Select, Comment, LockTable)
_OBJECTS = {
    ObjectKind.VIEW: "VIEW",
    ObjectKind.MATERIALIZED_VIEW: "MATERIALIZED VIEW",
    ObjectKind.ENUM: "TYPE",
    ObjectKind.DOMAIN: "DOMAIN",
    ObjectKind.COMPOSITE: "TYPE",
    ObjectKind.SEQUENCE: "SEQUENCE",
    ObjectKind.SCHEMA: "SCHEMA",
    ObjectKind.EXTENSION: "EXTENSION",
}
_DROPPING = {
    ConstraintKind.FOREIGN_KEY: ("dropForeign", "foreign"),
    ConstraintKind.UNIQUE: ("dropUnique", "unique"),
}


class Call(Struct, frozen=True):
    """A call of the schema builder, or of a `table` of it, or SQL."""

    text: str
    table: Name | None = None
    is_sql: bool = False


class NoWayBack(Exception):
    """An operation that only people can undo."""


class Undoing(Struct):
    """Collects what undoes the steps. `made`: tables of theirs; `added`: their new columns."""

    style: Style
    made: set[Name]
    added: set[tuple[Name, str]]

    @classmethod
    def of(cls, style: Style, steps: Sequence[Step]) -> "Undoing":
        made, added = set[Name](), set[tuple[Name, str]]()
        for step in steps:
            match step.operation:
                case CreateTable(table=table, temporary=False):
                    made.add(step.schema.full(table))
                case AddColumn(table=table, column=column):
                    added.add((step.schema.full(table), column.name))
        return cls(style, made, added)

    def calls(self, steps: Sequence[Step]) -> list[Call]:
        """The calls in their order. Raises `NoWayBack`."""
        return [call for step in reversed(steps) for call in self._of(step)]

    def _of(self, step: Step) -> Iterator[Call]:
        operation = step.operation
        if isinstance(operation, _LEFT_ALONE) or self._goes_along(step):
            return
        if step.statement.conditional or step.statement.repeated or operation.conditional:
            raise NoWayBack
        match operation:
            case CreateTable(table=table, temporary=False, if_not_exists=False):
                yield Call(f"{_within(table, self.style)}dropTable({self._name(table)})")
            case RenameTable(table=table, to=to):
                names = f"{self.style.string(to)}, {self._name(table)}"
                yield Call(f"{_within(table, self.style)}renameTable({names})")
            case CreateObject(kind=kind, name=name, or_replace=False) if kind in _OBJECTS:
                yield Call(f"DROP {_OBJECTS[kind]} {identifier(name)}", is_sql=True)
            case CreateIndex():
                yield self._index(operation)
            case AddConstraint():
                yield self._constraint(operation, step)
            case _:
                yield self._column(step)

    def _goes_along(self, step: Step) -> bool:
        """Whether it ends with a table or column of the migration's own."""
        operation, table = step.operation, getattr(step.operation, "table", None)
        if not isinstance(table, Name):
            return False
        full = step.schema.full(table)
        if full in self.made:
            return not isinstance(operation, CreateTable)
        columns = tuple[str, ...]()
        match operation:
            case CreateIndex(columns=columns):
                pass
            case AddConstraint(constraint=Constraint(columns=columns)):
                pass
            case SetNotNull(column=column) | SetDefault(column=column):
                columns = (column,)
        return any((full, column) in self.added for column in columns)

    def _column(self, step: Step) -> Call:
        match step.operation:
            case AddColumn(table=table, column=column, if_not_exists=False):
                return self._on(table, f"dropColumn({self.style.string(column.name)})")
            case RenameColumn(table=table, column=old, to=to):
                names = f"{self.style.string(to)}, {self.style.string(old)}"
                return self._on(table, f"renameColumn({names})")
            case SetNotNull(table=table, column=name):
                return self._on(table, f"setNullable({self.style.string(name)})")
            case DropNotNull(table=table, column=name):
                return self._on(table, f"dropNullable({self.style.string(name)})")
            case SetDefault(table=table, column=name) | DropDefault(table=table, column=name):
                return _altered(table, name, _default(_before(step, table, name)))
            case AlterColumnType(table=table, column=name):
                kind = _before(step, table, name).type
                if kind is not None:
                    return _altered(table, name, f"TYPE {kind}")
        raise NoWayBack

    def _index(self, index: CreateIndex) -> Call:
        name = index.name
        if name is None or index.if_not_exists:
            raise NoWayBack
        if index.concurrently:
            full = identifier(Name(name, index.table.schema))
            return Call(f"DROP INDEX CONCURRENTLY IF EXISTS {full}", is_sql=True)
        named = self._named(index.table, index.columns, name, "index")
        return self._on(index.table, f"dropIndex({named})")

    def _named(self, table: Name, columns: tuple[str, ...], name: str, suffix: str) -> str:
        """The columns, and the name where it isn't the one that Knex makes of them."""
        listed = ", ".join(map(self.style.string, columns))
        usual = "_".join((table.name, *columns, suffix)).lower()
        named = "" if name == usual else f", {self.style.string(name)}"
        return f"[{listed}]{named}"

    def _constraint(self, added: AddConstraint, step: Step) -> Call:
        after = apply(step.schema, added).table(added.table)
        before = step.schema.table(added.table)
        known = {c.name for c in before.constraints} if before is not None else set()
        made = [c for c in after.constraints if c.name not in known] if after is not None else []
        if len(made) != 1 or made[0].name is None:
            raise NoWayBack
        method = _DROPPING.get(made[0].kind)
        if method is None:
            constraint = identifier(made[0].name)
            alter = f"ALTER TABLE {identifier(added.table)}"
            return Call(f"{alter} DROP CONSTRAINT {constraint}", is_sql=True)
        drop, suffix = method
        named = self._named(added.table, made[0].columns, made[0].name, suffix)
        return self._on(added.table, f"{drop}({named})")

    def _on(self, table: Name, call: str) -> Call:
        return Call(call, table)

    def _name(self, table: Name) -> str:
        return self.style.string(table.name)


def _within(table: Name, style: Style) -> str:
    return f"withSchema({style.string(table.schema)})." if table.schema else ""


def _altered(table: Name, column: str, change: str) -> Call:
    sql = f"ALTER TABLE {identifier(table)} ALTER COLUMN {identifier(column)} {change}"
    return Call(sql, is_sql=True)


def _before(step: Step, table: Name, column: str) -> TableColumn:
    known = step.schema.table(table)
    found = known.column(column) if known is not None else None
    if found is None:
        raise NoWayBack
    return found


def _default(column: TableColumn) -> str:
    if column.has_default is False:
        return "DROP DEFAULT"
    if column.default is None:
        raise NoWayBack
    return f"SET DEFAULT {column.default.sql}"
