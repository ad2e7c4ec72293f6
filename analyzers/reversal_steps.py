"""What the statements of `up` and `down` tell of parts that the two schemas alone don't show."""

from collections.abc import Iterable, Iterator

from analyzers.postgres.difference import Between, Difference, How
from analyzers.postgres.operations import (
    FUNCTIONS,
    TYPES,
    VIEWS,
    AddColumn,
    AddConstraint,
    AlterDomain,
    AlterIndex,
    AlterObject,
    AttachPartition,
    ChangeTable,
    Cluster,
    Comment,
    ControlTransaction,
    Copy,
    CreateIndex,
    CreateObject,
    CreateTable,
    Delete,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropObject,
    Grant,
    Insert,
    LockTable,
    Merge,
    MoveObject,
    Name,
    ObjectKind,
    Opaque,
    Operation,
    Refresh,
    Reindex,
    RenameColumn,
    RenameConstraint,
    RenameIndex,
    RenameObject,
    RenameTable,
    Select,
    SetGenerated,
    SetSetting,
    TableChange,
    Truncate,
    Update,
    Vacuum,
)
from analyzers.postgres.parts import Part, of_functions, of_table, whole
from analyzers.postgres.schema import Schema, Table
from analyzers.rules.context import Replay, Step

LEAVES_THE_SCHEMA = (
    Select,
    Insert,
    Update,
    Delete,
    Merge,
    Copy,
    Truncate,
    SetSetting,
    ControlTransaction,
    LockTable,
    Comment,
    Vacuum,
    Cluster,
    Reindex,
    Refresh,
)
"""Operations on rows and sessions."""

_MAKING = (
    CreateTable,
    AddColumn,
    AddConstraint,
    CreateIndex,
    CreateObject,
    AttachPartition,
    RenameTable,
    RenameColumn,
    RenameConstraint,
    RenameIndex,
    RenameObject,
    MoveObject,
    SetGenerated,
)

_WITHOUT_EFFECT = frozenset(
    {"NOTIFY", "LISTEN", "UNLISTEN", "CHECKPOINT", "DISCARD", "PREPARE", "DEALLOCATE"}
    | {"DECLARE", "FETCH", "CLOSE", "SET", "LOAD"}
)
_MODELLED_CHANGES = frozenset(
    {
        TableChange.ENABLE_ROW_SECURITY,
        TableChange.DISABLE_ROW_SECURITY,
        TableChange.LOGGED,
        TableChange.UNLOGGED,
        TableChange.INHERIT,
        TableChange.NO_INHERIT,
        TableChange.ENABLE_TRIGGER,
        TableChange.DISABLE_TRIGGER,
        TableChange.FORCE_ROW_SECURITY,
        TableChange.NO_FORCE_ROW_SECURITY,
        TableChange.STORAGE_PARAMETERS,
        TableChange.COLUMN_OPTIONS,
        TableChange.OWNER,
    }
)
_KINDS = {
    **dict.fromkeys(VIEWS, "view"),
    **dict.fromkeys(TYPES, "type"),
    **dict.fromkeys(FUNCTIONS, "function"),
    ObjectKind.SEQUENCE: "sequence",
    ObjectKind.SCHEMA: "schema",
    ObjectKind.EXTENSION: "extension",
    ObjectKind.TRIGGER: "trigger",
    ObjectKind.POLICY: "policy",
}
"""Kinds of objects that a schema holds, as its parts are called."""


def on_the_way(up: Replay, *, complete: bool) -> Between:
    """What `up` tells of the schema before it: what it made wasn't there, what it dropped was."""
    if complete:
        return Between(complete=True)
    made, lost, unsure = set[Part](), set[Part](), set[Part]()
    for step, after in _moments(up):
        gone = _dropped_unknown(step)
        if gone is not None and gone not in made:
            (unsure if _may_do_nothing(step) else lost).add(gone)
        made.update(part for part in _made(step, after) if part not in lost | unsure)
    unsure.update(_perhaps_made(up))
    return Between(made=frozenset(made), lost=frozenset(lost), open=frozenset(unsure))


def drops_unknown(up: Replay) -> bool:
    """Whether it drops what the history doesn't know: somebody else has made it."""
    return any(_dropped_unknown(step) and not _may_do_nothing(step) for step in up.steps)


def _may_do_nothing(step: Step) -> bool:
    conditional = step.statement.conditional or step.operation.conditional
    return conditional or getattr(step.operation, "if_exists", False)


def _moments(replay: Replay) -> Iterator[tuple[Step, Schema]]:
    """Each step with the schema after it."""
    following = (*(step.schema for step in replay.steps[1:]), replay.after)
    return zip(replay.steps, following, strict=False)


def _made(step: Step, after: Schema) -> Iterator[Part]:
    operation, before = step.operation, step.schema
    forgiving = getattr(operation, "if_not_exists", False) or getattr(
        operation, "or_replace", False
    )
    if not isinstance(operation, _MAKING) or forgiving:
        return
    for name in before.tables.differing(after.tables):
        old, new = before.tables.get(name), after.tables.get(name)
        if new is None or old is new:
            continue
        if old is None and isinstance(operation, CreateTable | RenameTable | MoveObject):
            yield whole("table", name)
        known = dict(of_table(old or Table(name)))
        yield from (part for part, _ in of_table(new) if part not in known)
    for name in after.functions.differing(before.functions):
        there, now = (_overloads(schema, name) for schema in (before, after))
        yield from (part for part in now if part not in there)
    for kind in ("view", "type", "sequence"):
        old_ones, new_ones = getattr(before, f"{kind}s"), getattr(after, f"{kind}s")
        yield from (whole(kind, name) for name in new_ones.differing(old_ones) if name in new_ones)
    yield from (Part("schema", name) for name in after.namespaces - before.namespaces)
    yield from (Part("extension", name) for name in after.extensions - before.extensions)


def _overloads(schema: Schema, name: Name) -> tuple[Part, ...]:
    function = schema.functions.get(name)
    return () if function is None else tuple(part for part, _ in of_functions(function))


def _perhaps_made(up: Replay) -> Iterator[Part]:
    for step in up.steps:
        operation = step.operation
        if isinstance(operation, CreateTable) and operation.if_not_exists:
            yield whole("table", step.schema.full(operation.table))


def _dropped_unknown(step: Step) -> Part | None:
    """A part that is dropped and that the history doesn't know."""
    schema = step.schema
    match step.operation:
        case DropIndex(index=index) if schema.owner(index) is None:
            return whole("index", schema.full(index))
        case DropColumn(table=table, column=column):
            if schema.table(table) is None or schema.has_column(table, column) is None:
                return Part("column", column, schema.full(table))
        case DropConstraint(table=table, constraint=name):
            known = schema.table(table)
            if known is None or (not known.certain and known.constraint(name) is None):
                return Part("constraint", name, schema.full(table))
        case DropObject(kind=kind, name=name, table=table) if kind in _KINDS:
            part = _part(schema, _KINDS[kind], name, table)
            return None if _is_known(schema, part) else part
    return None


def _part(schema: Schema, kind: str, name: Name, table: Name | None) -> Part:
    if table is not None:
        return Part(kind, name.name, schema.full(table))
    if kind in ("schema", "extension"):
        return Part(kind, name.name)
    return whole(kind, schema.candidates(name)[-1])


def _is_known(schema: Schema, part: Part) -> bool:
    if part.kind in ("schema", "extension"):
        names = schema.namespaces if part.kind == "schema" else schema.extensions
        return part.name in names
    own = part.of or Name("")
    if part.kind in ("trigger", "policy"):
        table = schema.tables.get(own)
        return table is not None and any(p == part for p, _ in of_table(table))
    return Name(part.name, own.schema) in getattr(schema, f"{part.kind}s")


def unmodelled(step: Step) -> str | None:
    """What the step changes and no schema holds, as a clause for users."""
    operation = step.operation
    if isinstance(operation, Opaque):
        reason = f": {operation.reason}" if operation.reason else ""
        unknown = operation.kind not in _WITHOUT_EFFECT
        return f"{operation.kind}, which is not understood{reason}" if unknown else None
    what = _not_held(operation)
    return None if what is None else f"{what}, which is not compared"


def _not_held(operation: Operation) -> str | None:
    match operation:
        case ChangeTable(change=change, table=table) if change not in _MODELLED_CHANGES:
            return f"{change.value} of {table}"
        case AlterObject(kind=kind, name=name, change=change) if (
            kind not in (ObjectKind.SEQUENCE, ObjectKind.POLICY) and change != "OWNER TO"
        ):
            return f"ALTER of the {kind.value} {name}"
        case AlterIndex(index=index):
            return f"ALTER INDEX {index}"
        case AlterDomain(domain=domain, verb="set default" | "drop default" | "alter"):
            return f"ALTER DOMAIN {domain}"
        case CreateObject(kind=kind, name=name) | DropObject(kind=kind, name=name) if (
            kind is ObjectKind.OTHER
        ):
            return f"an object of a kind ({name})"
    return None


def counted(steps: Iterable[Step], before: Schema, after: Schema) -> tuple[Difference, ...]:
    """Objects and privileges that no schema holds, balanced over both directions."""
    made, lost = dict[Part, Name | None](), dict[Part, Name | None]()
    for step in steps:
        for part, table, comes in _comings(step):
            gone, come = (lost, made) if comes else (made, lost)
            if part in gone:
                del gone[part]
            elif comes or not getattr(step.operation, "if_exists", False):
                come[part] = table
    return tuple(
        Difference(how, part)
        for how, parts in ((How.LEFT, made), (How.MISSING, lost))
        for part, table in parts.items()
        if table is None or (table in before.tables and table in after.tables)
    )


def _comings(step: Step) -> Iterator[tuple[Part, Name | None, bool]]:
    """The parts that a step makes (True) or takes away, each with the table it goes along with."""
    schema = step.schema
    match step.operation:
        case CreateObject(kind=kind, name=name, table=table) if _is_counted(kind):
            of = schema.full(table) if table else None
            yield _named(schema, kind, name, of), of, True
        case DropObject(kind=kind, name=name, table=table) if _is_counted(kind):
            of = schema.full(table) if table else None
            yield _named(schema, kind, name, of), of, False
        case Grant(revoke=revoke, privileges=privileges, roles=roles, tables=tables):
            what = ", ".join(sorted(p.upper() for p in privileges)) or "ALL"
            for role in roles:
                for table in tables or (Name(""),):
                    of = schema.full(table) if table.name else None
                    yield Part("privilege", f"{what} of {role}", of), of, not revoke


def _is_counted(kind: ObjectKind) -> bool:
    return kind not in _KINDS and kind is not ObjectKind.OTHER


def _named(schema: Schema, kind: ObjectKind, name: Name, table: Name | None) -> Part:
    """Statistics have names of their own, a rule has one for its table."""
    if kind is ObjectKind.STATISTICS:
        return whole(kind.value, schema.candidates(name)[-1])
    return Part(kind.value, name.name, table)
