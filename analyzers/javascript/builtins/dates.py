"""`Date`: the present is unknown; what is written down is computed, as far as no time zone counts.

A date is either a moment (`Date.UTC`, `'2024-01-01'`) or what a clock on the wall shows
(`new Date(2024, 0, 1)`): only the machine's time zone makes one of the other.
"""

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from analyzers.javascript.builtins.arguments import argument, unknown_of
from analyzers.javascript.convert import to_number
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Host,
    Native,
    Outcome,
    Undefined,
    Unknown,
    Value,
)
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

NOW = "it depends on the time at which it runs"
ZONE = "it depends on the time zone of the machine"
DATE = "what a date gives is not followed"

FIELDS = ("FullYear", "Month", "Date", "Hours", "Minutes", "Seconds", "Milliseconds")
_UNITS = (3_600_000, 60_000, 1_000, 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
    r"(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?(?:(Z)|([+-])(\d\d):(\d\d))?)?"
)


class Date(Host):
    """A date made at `at`. `state`: milliseconds since 1970, on the wall's clock where `local`."""

    missing_is_slip = False

    def __init__(self, milliseconds: int | Unknown, at: Span, *, local: bool = False) -> None:
        self.state = Array([milliseconds])
        self.at = at
        self.local = local

    def get(self, machine: "Machine", key: str, at: Span) -> Value:
        if key in ("getTime", "valueOf"):
            return Native(key, lambda machine, arguments, at: self._moment(at))
        if key in ("toISOString", "toJSON"):
            return Native(key, lambda machine, arguments, at: self._written(at))
        if key in GETTERS:
            return Native(key, lambda machine, arguments, at: self._part(key, at))
        if key in SETTERS:
            return Native(
                key, lambda machine, arguments, at: self._set(machine, key, arguments, at)
            )
        if key.startswith(("get", "to", "set")):
            return Native(key, lambda machine, arguments, at: self._changed(machine, key, at))
        return UNDEFINED

    def number(self, machine: "Machine") -> int | float | Unknown | None:
        return self._moment(self.at)

    def text(self, machine: "Machine", at: Span) -> Text | Unknown:
        known = self.known(at)
        return known if isinstance(known, Unknown) else Unknown(ZONE, at, varies=True)

    def known(self, at: Span) -> int | Unknown:
        value = self.state.items[0] if len(self.state.items) == 1 else UNDEFINED
        if isinstance(value, int | Unknown):
            return value
        return Unknown(DATE, at)

    def _moment(self, at: Span) -> int | Unknown:
        known = self.known(at)
        return Unknown(ZONE, at, varies=True) if self.local and isinstance(known, int) else known

    def _written(self, at: Span) -> Text | Unknown:
        moment = self._moment(at)
        if isinstance(moment, Unknown):
            return moment
        written = _when(moment).isoformat(timespec="milliseconds")
        return Text.of(written.removesuffix("+00:00") + "Z", at)

    def _part(self, key: str, at: Span) -> int | Unknown:
        known = self.known(at)
        if isinstance(known, Unknown):
            return known
        if self.local is not _is_local(key):
            return Unknown(ZONE, at, varies=True)
        return GETTERS[key](_when(known))

    def _set(
        self, machine: "Machine", key: str, arguments: Sequence[Value], at: Span
    ) -> int | Unknown:
        self._put(machine, self._after(key, arguments, at))
        return self._moment(at)

    def _after(self, key: str, arguments: Sequence[Value], at: Span) -> int | Unknown:
        known, numbers = self.known(at), _integers(arguments, at)
        if isinstance(known, Unknown) or isinstance(numbers, Unknown) or not numbers:
            return _first_unknown(at, known, numbers)
        if self.local is not _is_local(key):
            return Unknown(ZONE, at, varies=True)
        first, most = SETTERS[key]
        fields = _fields(_when(known))
        fields[first : first + len(numbers[:most])] = numbers[:most]
        return _milliseconds(fields, at)

    def _changed(self, machine: "Machine", key: str, at: Span) -> Unknown:
        """What other methods give, and leave, is not followed."""
        if key.startswith("set"):
            self._put(machine, Unknown(DATE, at))
        return Unknown(DATE, at)

    def _put(self, machine: "Machine", value: int | Unknown) -> None:
        machine.note_items(self.state)
        self.state.items[:] = [value]


def _is_local(key: str) -> bool:
    return not key[3:].startswith("UTC")


def _when(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _fields(when: datetime) -> list[int]:
    own = (when.year, when.month - 1, when.day, when.hour, when.minute, when.second)
    return [*own, when.microsecond // 1000]


def _milliseconds(fields: Sequence[int], at: Span) -> int | Unknown:
    """Fields may overflow into the next one, as in `new Date(2024, 12, 1)`."""
    year, month = fields[0] + fields[1] // 12, fields[1] % 12
    try:
        days = date(year, month + 1, 1).toordinal() - _EPOCH.toordinal() + fields[2] - 1
    except (ValueError, OverflowError):
        return Unknown(DATE, at)
    clock = sum(count * unit for count, unit in zip(fields[3:], _UNITS, strict=True))
    return _followed(days * 86_400_000 + clock, at)


def _followed(milliseconds: int, at: Span) -> int | Unknown:
    """JavaScript's dates go further than the years 1 to 9999."""
    try:
        _when(milliseconds)
    except OverflowError:
        return Unknown(DATE, at)
    return milliseconds


def _integers(arguments: Sequence[Value], at: Span) -> list[int] | Unknown:
    unknown = unknown_of(arguments)
    if unknown is not None:
        return unknown
    numbers = [to_number(value) for value in arguments]
    known = [number for number in numbers if isinstance(number, int | float)]
    if len(known) < len(numbers) or not all(map(math.isfinite, known)):
        return Unknown(DATE, at)
    return [int(number) for number in known]


def _first_unknown(at: Span, *values: object) -> Unknown:
    return next((value for value in values if isinstance(value, Unknown)), Unknown(DATE, at))


def _of_fields(arguments: Sequence[Value], at: Span) -> int | Unknown:
    """Milliseconds of `(year, month, day, …)`: a year below 100 is one of the twentieth century."""
    numbers = _integers(arguments[: len(FIELDS)], at)
    if isinstance(numbers, Unknown) or not numbers:
        return _first_unknown(at, numbers)
    fields = [*numbers, *(0, 0, 1, 0, 0, 0, 0)[len(numbers) :]]
    fields[0] += 1900 if 0 <= fields[0] <= 99 else 0
    return _milliseconds(fields, at)


def _parsed(written: str, at: Span) -> Date:
    """A day alone is one of UTC; with a time of day it is the wall's, where no offset is said."""
    match = _ISO.fullmatch(written)
    if match is None:
        return Date(Unknown(DATE, at), at)
    year, month, day, *time = match.groups()
    hours, minutes, seconds, fraction, utc, sign, ahead, minutes_ahead = time
    if max(int(hours or 0), int(ahead or 0)) > 23 or int(minutes_ahead or 0) > 59:
        return Date(Unknown(DATE, at), at)
    if int(minutes or 0) > 59 or int(seconds or 0) > 59:
        return Date(Unknown(DATE, at), at)
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return Date(Unknown(DATE, at), at)
    fields = [int(year), int(month or 1) - 1, int(day or 1), int(hours or 0), int(minutes or 0)]
    found = _milliseconds([*fields, int(seconds or 0), int((fraction or "0").ljust(3, "0"))], at)
    if isinstance(found, int) and sign:
        offset = (int(ahead) * 60 + int(minutes_ahead)) * 60_000
        found = _followed(found - offset if sign == "+" else found + offset, at)
    return Date(found, at, local=hours is not None and not utc and not sign)


def construct(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    """`new Date(…)`"""
    if not arguments or isinstance(arguments[0], Undefined):
        return Unknown(NOW, at, varies=True)
    if isinstance(arguments[0], Unknown):
        return arguments[0]
    if len(arguments) > 1:
        return Date(_of_fields(arguments, at), at, local=True)
    return _copied(arguments[0], at)


def _copied(value: Value, at: Span) -> Date:
    if isinstance(value, Date):
        return Date(value.known(at), at, local=value.local)
    if isinstance(value, Text):
        return _parsed(value.string, at)
    number = _integers([value], at)
    if isinstance(number, Unknown) or not isinstance(value, int | float):
        return Date(_first_unknown(at, number), at)
    return Date(_milliseconds([1970, 0, 1, 0, 0, 0, number[0]], at), at)


def now(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return Unknown(NOW, at, varies=True)


def utc(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    """`Date.UTC(…)`"""
    return _of_fields(arguments, at)


def parse(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    """`Date.parse(…)`"""
    written = argument(arguments, 0)
    if isinstance(written, Unknown):
        return written
    return _parsed(written.string, at).number(machine) if isinstance(written, Text) else math.nan


def _getter(field: int) -> Callable[[datetime], int]:
    return lambda when: _fields(when)[field]


GETTERS: dict[str, Callable[[datetime], int]] = {
    **{f"get{zone}{name}": _getter(i) for i, name in enumerate(FIELDS) for zone in ("", "UTC")},
    **{f"get{zone}Day": lambda when: when.isoweekday() % 7 for zone in ("", "UTC")},
}

_MOST = (3, 2, 1, 4, 3, 2, 1)
SETTERS: dict[str, tuple[int, int]] = {
    f"set{zone}{name}": (i, _MOST[i]) for i, name in enumerate(FIELDS) for zone in ("", "UTC")
}
"""The first field that each sets, and how many it may set."""

DATE_CLASS = Native(
    "Date",
    now,
    construct=construct,
    members={"now": Native("now", now), "UTC": Native("UTC", utc), "parse": Native("parse", parse)},
)
