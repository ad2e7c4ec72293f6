"""What sequences say of themselves: options that aren't the usual ones."""

from collections.abc import Mapping

from analyzers.postgres.operations import Type

_USUAL = frozenset(
    {("increment", "1"), ("minvalue", "1"), ("minvalue", ""), ("maxvalue", "")}
    | {("start", "1"), ("cache", "1"), ("cycle", "false"), ("as", "int8")}
)
# The largest number of each type, which is where a sequence ends unless it says otherwise.
_LARGEST = {"int2": "32767", "int4": "2147483647", "int8": "9223372036854775807"}


def unusual(options: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Options that say more than a sequence without any has. RESTART is no property of it."""
    largest = ("maxvalue", _LARGEST.get(options.get("as", "int8"), ""))
    told = (option for option in options.items() if option[0] != "restart")
    return frozenset(option for option in told if option not in _USUAL and option != largest)


def counting(kind: Type | None) -> frozenset[tuple[str, str]]:
    """The options of the sequence that a serial or identity column of this type brings along."""
    return unusual({"as": kind.name}) if kind is not None and kind.name in _LARGEST else frozenset()
