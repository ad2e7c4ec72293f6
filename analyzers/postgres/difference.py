"""What two schemas have that the other one hasn't, or has otherwise."""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import TypeVar

from analyzers.postgres.layered import Layered
from analyzers.postgres.operations import Expression, Name, Spelling, Type
from analyzers.postgres.parts import (
    Aspects,
    Outdated,
    Part,
    of_functions,
    of_index,
    of_sequence,
    of_table,
    of_type,
    of_view,
    table_itself,
    whole,
)
from analyzers.postgres.schema import TEMPORARY, Function, Schema, Table, View
from analyzers.postgres.spelling import spelled, words
from analyzers.struct import Struct, field, names

Item = TypeVar("Item")


class How(Enum):
    """What became of a part between the two schemas."""

    LEFT = "left over"
    MISSING = "missing"
    CHANGED = "changed"


class Difference(Struct, frozen=True):
    """One part that differs. `aspects`: what of it, each as it was and as it is."""

    how: How
    part: Part
    aspects: tuple[tuple[str, object, object], ...] = ()


class Doubt(Struct, frozen=True):
    """A part of which it isn't known whether it differs; `reason` is a clause for users."""

    part: Part
    reason: str


class Compared(Struct, frozen=True):
    differences: tuple[Difference, ...]
    doubts: tuple[Doubt, ...]


class Between(Struct, frozen=True):
    """What is known of the way from one schema to the other, where the first is known in part.

    `complete`: what the schema before doesn't list wasn't there. `made`: parts that surely
    weren't there before; `lost`: those that surely were; `open`: those that may have been.
    """

    complete: bool = False
    made: frozenset[Part] = field(default_factory=frozenset)
    lost: frozenset[Part] = field(default_factory=frozenset)
    open: frozenset[Part] = field(default_factory=frozenset)


def compare(before: Schema, after: Schema, between: Between) -> Compared:
    """All differences; the parts of what comes or goes as a whole, rows and columns' order aside.

    It costs what differs: what the two schemas share isn't looked at.
    """
    found: list[Difference | Doubt] = [
        *_tables(before, after, between),
        *_others(before, after, between),
        *_forgotten(after, between),
    ]
    kept = tuple(one for one in dict.fromkeys(found) if not _goes_along(one, found, before, after))
    return Compared(
        tuple(one for one in kept if isinstance(one, Difference)),
        tuple(one for one in kept if isinstance(one, Doubt)),
    )


def _tables(before: Schema, after: Schema, between: Between) -> Iterator[Difference | Doubt]:
    for name in sorted(before.tables.differing(after.tables)):
        old, new = before.tables.get(name), after.tables.get(name)
        if old is not new and not (old or new or Table(name)).temporary:
            yield from _table(before, old, new, name, between)
    for name in sorted(after.absent - before.absent):
        part = whole("table", name)
        if name in before.tables or part in between.made or between.complete:
            continue
        yield Doubt(part, "it may have been there") if part in between.open else _missing(part)


def _table(
    before: Schema, old: Table | None, new: Table | None, name: Name, between: Between
) -> Iterator[Difference | Doubt]:
    part = whole("table", name)
    if new is None:
        if old is not None and old.exists:
            yield _missing(part)
        elif old is not None:
            yield Doubt(part, "it may not have been there")
        return
    if not new.exists and (old is None or old.exists):
        yield Doubt(part, "whether it is there is decided while the migration runs")
        return
    absent = between.complete or name in before.absent or part in between.made
    if old is None and absent:
        yield _left(part)
        return
    if old is not None and _identical(old, new):
        return
    closed = old is not None and old.certain and old.exists
    was = old or Table(name, certain=False)
    yield from _parts(dict(of_table(was)), dict(of_table(new)), closed, between)
    if old is not None:
        yield from _same_part(part, table_itself(old), table_itself(new))
    elif table_itself(new) != table_itself(was):
        yield Doubt(part, "what it was before isn't known")


def _identical(old: Table, new: Table) -> bool:
    """Whether nothing has been touched but what is known of its rows and of what is new."""
    return all(getattr(old, name) is getattr(new, name) for name in _TOUCHED)


_TOUCHED = tuple(name for name in names(Table) if name not in ("rows", "added"))


def _others(before: Schema, after: Schema, between: Between) -> Iterator[Difference | Doubt]:
    yield from _items("view", before.views, after.views, of_view, between)
    yield from _items("type", before.types, after.types, of_type, between)
    yield from _functions(before.functions, after.functions, between)
    yield from _items("sequence", before.sequences, after.sequences, of_sequence, between)
    for name in sorted(before.views.differing(after.views)):
        old, new = before.views.get(name), after.views.get(name)
        if old is not None and new is not None and old.indexes is not new.indexes:
            yield from _parts(_indexes(old), _indexes(new), True, between)
    for kind, old_names, new_names in (
        ("schema", before.namespaces, after.namespaces),
        ("extension", before.extensions, after.extensions),
    ):
        was: dict[Part, Aspects] = {Part(kind, name): {} for name in old_names - new_names}
        now: dict[Part, Aspects] = {Part(kind, name): {} for name in new_names - old_names}
        yield from _parts(was, now, between.complete, between)


def _indexes(view: View) -> Mapping[Part, Aspects]:
    return {Part("index", index.name, view.name): of_index(index) for index in view.indexes}


def _items(
    kind: str,
    before: Layered[Name, Item],
    after: Layered[Name, Item],
    aspects: Callable[[Item], Aspects],
    between: Between,
) -> Iterator[Difference | Doubt]:
    was: dict[Part, Aspects] = {}
    now: dict[Part, Aspects] = {}
    for name in sorted(before.differing(after)):
        old, new = before.get(name), after.get(name)
        if old is new or name.schema == TEMPORARY:
            continue
        if old is not None:
            was[whole(kind, name)] = aspects(old)
        if new is not None and not getattr(new, "exists", True):
            was.pop(whole(kind, name), None)
            yield Doubt(whole(kind, name), "whether it is there is decided while it runs")
        elif new is not None:
            now[whole(kind, name)] = aspects(new)
    yield from _parts(was, now, between.complete, between)


def _functions(
    before: Layered[Name, Function], after: Layered[Name, Function], between: Between
) -> Iterator[Difference | Doubt]:
    changed = [n for n in sorted(before.differing(after)) if before.get(n) is not after.get(n)]
    was, now = (
        dict(part for name in changed if name in of for part in of_functions(of[name]))
        for of in (before, after)
    )
    yield from _parts(was, now, between.complete, between)


def _parts(
    before: Mapping[Part, Aspects], after: Mapping[Part, Aspects], closed: bool, between: Between
) -> Iterator[Difference | Doubt]:
    """`closed`: there was nothing but `before`."""
    for part in before:
        if part not in after:
            yield _missing(part)
    for part, now in after.items():
        if part in before:
            yield from _same_part(part, before[part], now)
        elif closed or part in between.made:
            yield _left(part)
        elif any(value is not None for value in now.values()) or not now:
            yield Doubt(part, "what it was before isn't known")


def _same_part(part: Part, before: Aspects, after: Aspects) -> Iterator[Difference | Doubt]:
    answers = {what: _same(before[what], now) for what, now in after.items()}
    changed = tuple((w, before[w], after[w]) for w, answer in answers.items() if answer is False)
    if changed:
        yield Difference(How.CHANGED, part, changed)
    for what, answer in answers.items():
        if answer is None:
            yield Doubt(part, f"whether its {what} is the same as before isn't known")


def _same(one: object, other: object) -> bool | None:
    """None: they are written otherwise and may mean the same, or one of them isn't known."""
    if one == other:
        return True
    if one is None or other is None or isinstance(one, Outdated) or isinstance(other, Outdated):
        return None
    if isinstance(one, Type) and isinstance(other, Type):
        return _same_type(one, other)
    if isinstance(one, Expression) and isinstance(other, Expression):
        return _same_expression(one, other)
    if isinstance(one, Spelling) and isinstance(other, Spelling):
        return False if words(one) != words(other) else None
    return False


def _same_type(one: Type, other: Type) -> bool:
    schemas = {one.schema, other.schema} - {None}
    plain = (t.name for t in (one, other))
    return (
        len(set(plain)) == 1
        and (one.modifiers, one.array, one.collation)
        == (other.modifiers, other.array, other.collation)
        and len(schemas) < 2
    )


def _same_expression(one: Expression, other: Expression) -> bool | None:
    mine, theirs = spelled(one.sql), spelled(other.sql)
    if mine == theirs:
        return True
    if one.constant and other.constant:
        return _value(mine) == _value(theirs)
    return False if words(mine) != words(theirs) else None


def _value(constant: str) -> str:
    """The value of a literal, as far as no type is needed to tell."""
    bare = constant[1:-1] if constant.startswith("'") else constant
    bare = {"t": "true", "f": "false"}.get(bare, bare)
    return re.sub(r"^(-?\d+)\.0+$", r"\1", bare)


def _forgotten(after: Schema, between: Between) -> Iterator[Difference | Doubt]:
    """What the way here dropped without the history having known it."""
    for part in sorted(between.lost, key=str):
        if not _is_there(after, part):
            yield _missing(part)
    for part in sorted(between.open, key=str):
        if part.kind != "table" and not _is_there(after, part):
            yield Doubt(part, "it may have been there")


def _is_there(schema: Schema, part: Part) -> bool:
    own = part.of or Name("")
    match part.kind:
        case "index":
            return schema.owner(Name(part.name, own.schema)) is not None
        case "view" | "type" | "function" | "sequence":
            items = getattr(schema, f"{part.kind}s")
            return any(name in items for name in schema.candidates(Name(part.name, own.schema)))
        case "extension":
            return part.name in schema.extensions
        case "schema":
            return part.name in schema.namespaces
    table = schema.tables.get(own)
    return table is not None and any(p == part for p, _ in of_table(table))


def _goes_along(
    one: Difference | Doubt, found: list[Difference | Doubt], before: Schema, after: Schema
) -> bool:
    """Whether it is the sequence of a table or column that differs itself."""
    if one.part.kind != "sequence" or one.part.of is None:
        return False
    name = Name(one.part.name, one.part.of.schema)
    owners = {
        sequence.owner
        for sequence in (before.sequences.get(name), after.sequences.get(name))
        if sequence is not None
    }
    whose = {whole("table", owner[0]) for owner in owners if owner is not None}
    whose |= {Part("column", owner[1], owner[0]) for owner in owners if owner is not None}
    return any(other.part in whose for other in found if isinstance(other, Difference))


def _left(part: Part) -> Difference:
    return Difference(How.LEFT, part)


def _missing(part: Part) -> Difference:
    return Difference(How.MISSING, part)
