"""How a difference between two schemas is told, and the lines of a `down` that would end it."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from analyzers.postgres.difference import Difference, How
from analyzers.postgres.operations import Expression, Name, Type
from analyzers.postgres.parts import Part
from analyzers.rules.wording import code, identifier, raw

MOST = 8
"""Differences named in one message; the rest are counted."""

_NESTED = frozenset({"column", "constraint", "index", "trigger", "policy", "rule", "privilege"})


def told(differences: Iterable[Difference]) -> str:
    """`left over: table a; missing: index b of c`, in that order."""
    every = list(differences)
    groups = (
        f"{how.value}: {', '.join(_called(one) for one in of)}"
        for how in How
        if (of := [one for one in every[:MOST] if one.how is how])
    )
    more = f"; and {len(every) - MOST} more" if len(every) > MOST else ""
    return "; ".join(groups) + more


def _called(one: Difference) -> str:
    aspects = ", ".join(_aspect(*aspect) for aspect in one.aspects)
    return called(one.part) + (f" ({aspects})" if aspects else "")


def called(part: Part) -> str:
    """The part in the user's own words: column `users.email`, index `i` of `users`."""
    if part.kind == "column" and part.of is not None:
        return f"column {code(_dotted(part.of, part.name))}"
    if part.kind in _NESTED and part.of is not None and part.of.name:
        return f"{part.kind} {code(part.name)} of {code(part.of)}"
    return f"{part.kind} {code(Name(part.name, part.of.schema if part.of else None))}"


def _dotted(table: Name, column: str) -> str:
    return f"{table.name if table.schema == 'public' else table}.{column}"


def _aspect(what: str, was: object, now: object) -> str:
    before, after = _value(was), _value(now)
    return what if before is None or after is None else f"{what} {after}, was {before}"


def _value(value: object) -> str | None:
    """An aspect in a few words; None for what has none."""
    match value:
        case "":
            return "none"
        case Type():
            return code(value)
        case Expression():
            return code(value.sql)
        case str() if len(value) < 40 and "\n" not in value:
            return value
        case _:
            return None


def restoring(differences: Iterable[Difference]) -> tuple[str, ...]:
    """Lines that undo the differences, as far as they can be worked out.

    What is left over while another of its kind is missing may be that one under a new name.
    """
    every = list(differences)
    missing = {one.part.kind for one in every if one.how is How.MISSING}
    safe = (one for one in every if one.part.kind not in missing or one.part.kind not in _FULL)
    ordered = sorted(safe, key=lambda one: _ORDER.get(one.part.kind, len(_ORDER)))
    return tuple(line for one in ordered for line in _lines(one))


_FULL = frozenset({"table", "column"})
"""Kinds of parts that hold data."""

_ORDER = {
    kind: place
    for place, kind in enumerate(
        ("trigger", "policy", "constraint", "index", "column", "view", "table", "function")
    )
}


def _lines(one: Difference) -> Iterator[str]:
    if one.how is How.LEFT and one.part.kind in _DROPS:
        yield raw(_DROPS[one.part.kind](one.part))
    elif one.how is How.CHANGED and one.part.kind == "column" and one.part.of is not None:
        column = f"ALTER TABLE {_table(one.part)} ALTER COLUMN {identifier(one.part.name)}"
        for what, was, _ in one.aspects:
            yield from (raw(f"{column} {change}") for change in _backwards(what, was))


def _backwards(what: str, was: object) -> Iterator[str]:
    if what == "type" and isinstance(was, Type):
        yield f"TYPE {was}"
    elif what == "nullability":
        yield "SET NOT NULL" if was == "NOT NULL" else "DROP NOT NULL"
    elif what == "default" and isinstance(was, Expression):
        yield f"SET DEFAULT {was.sql}"
    elif what == "default" and was == "":
        yield "DROP DEFAULT"


def _table(part: Part) -> str:
    return _short(part.of or Name(""))


def _short(name: Name) -> str:
    return identifier(name.name if name.schema == "public" else name)


def _own(part: Part) -> str:
    return _short(Name(part.name, part.of.schema if part.of else None))


def _signature(part: Part) -> str:
    name, bracket, arguments = part.name.partition("(")
    return _own(part._replace(name=name)) + bracket + arguments


def _of_table(word: str) -> Callable[[Part], str]:
    return lambda part: f"DROP {word} {identifier(part.name)} ON {_table(part)}"


def _whole(word: str) -> Callable[[Part], str]:
    return lambda part: f"DROP {word} {_own(part)}"


_DROPS: Mapping[str, Callable[[Part], str]] = {
    "table": _whole("TABLE"),
    "view": _whole("VIEW"),
    "type": _whole("TYPE"),
    "function": lambda part: f"DROP FUNCTION {_signature(part)}",
    "sequence": _whole("SEQUENCE"),
    "schema": _whole("SCHEMA"),
    "extension": _whole("EXTENSION"),
    "statistics": _whole("STATISTICS"),
    "index": _whole("INDEX"),
    "trigger": _of_table("TRIGGER"),
    "policy": _of_table("POLICY"),
    "rule": _of_table("RULE"),
    "column": lambda part: f"ALTER TABLE {_table(part)} DROP COLUMN {identifier(part.name)}",
    "constraint": lambda part: (
        f"ALTER TABLE {_table(part)} DROP CONSTRAINT {identifier(part.name)}"
    ),
}
