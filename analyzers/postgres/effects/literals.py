"""What PostgreSQL cannot read as a value of a type.

https://www.postgresql.org/docs/current/datatype.html; the SQLSTATEs are measured.
"""

import calendar
import json
import re
from collections.abc import Callable, Mapping

from analyzers.postgres.effects.known_types import base_type, defined
from analyzers.postgres.operations import Type
from analyzers.postgres.schema import Schema
from analyzers.struct import replace

_NOT_READ = "22P02"
_OUT_OF_RANGE = "22003"
_NO_DATE, _NO_SUCH_DAY = "22007", "22008"
_ANY_CASE = re.IGNORECASE
_BITS = {"int2": 15, "int4": 31, "int8": 63}
_WHOLE = re.compile(r"\s*([+-]?[0-9]+)\s*")
_OTHER_BASE = re.compile(
    r"\s*[+-]?(0x[0-9a-f_]+|0o[0-7_]+|0b[01_]+|[0-9][0-9_]*)\s*", re.IGNORECASE
)
_NUMBER = re.compile(
    r"\s*[+-]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(e[+-]?[0-9]+)?\s*", _ANY_CASE
)
_SPECIAL_NUMBERS = frozenset({"nan", "infinity", "inf"})
_TRUTHS = ("true", "false", "yes", "no", "on", "off", "1", "0")
_AMBIGUOUS = "o"  # the beginning of on and off
_UUID = re.compile(r"(?:[0-9a-f]{4}-?){7}[0-9a-f]{4}", re.IGNORECASE)
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WORDS = re.compile(r"[A-Za-z_\s]*")
_SPECIAL_TIMES = re.compile(
    r"now|today|tomorrow|yesterday|epoch|infinity|allballs|noon|midnight", re.IGNORECASE
)
_BASES_SINCE = 16
_WITHOUT_CURRENT = 12  # before, "current" was a word for a time that had been given up


def unreadable(text: str, kind: Type, schema: Schema) -> str | None:
    """The SQLSTATE that the literal `text` surely raises as a `kind`; None: it may be one."""
    if kind.array:
        return _array(text, replace(kind, array=False), schema)
    own = base_type(kind, schema)
    there = defined(own, schema)
    if there is not None and there.labels:
        return None if text in there.labels else _NOT_READ
    if own.array:
        return _array(text, replace(own, array=False), schema)
    if there is not None:
        return None
    if own.name in _BITS:
        return _whole(text, _BITS[own.name], schema.major)
    read = _READERS.get(own.name)
    code = read(text) if read is not None else None
    ancient = code == _NO_DATE and schema.major < _WITHOUT_CURRENT
    return "0A000" if ancient and "current" in text.lower() else code


def _whole(text: str, bits: int, major: int) -> str | None:
    found = _WHOLE.fullmatch(text)
    if found is None:
        other = major >= _BASES_SINCE and _OTHER_BASE.fullmatch(text) is not None
        return None if other else _NOT_READ
    if len(found[1]) > _LONG:
        return _OUT_OF_RANGE
    return None if -(2**bits) <= int(found[1]) < 2**bits else _OUT_OF_RANGE


_LONG = 40  # digits that are no integer of PostgreSQL's, leading zeros aside


def _number(text: str) -> str | None:
    special = text.strip().lstrip("+-").lower() in _SPECIAL_NUMBERS
    return None if special or _NUMBER.fullmatch(text) else _NOT_READ


def _truth(text: str) -> str | None:
    word = text.strip().lower()
    found = word and word != _AMBIGUOUS and any(truth.startswith(word) for truth in _TRUTHS)
    return None if found else _NOT_READ


def _uuid(text: str) -> str | None:
    bare = text[1:-1] if text[:1] == "{" and text[-1:] == "}" else text
    return None if _UUID.fullmatch(bare) else _NOT_READ


def _json(text: str) -> str | None:
    try:
        json.loads(text, parse_constant=_no_constant, parse_int=str, parse_float=str)
    except ValueError:
        return _NOT_READ
    except RecursionError:
        return None
    return None


def _no_constant(word: str) -> None:
    raise ValueError(word)


def _date(text: str) -> str | None:
    found = _DAY.fullmatch(text.strip())
    if found is not None:
        year, month, day = map(int, found.groups())
        return None if year and _is_day(year, month, day) else _NO_SUCH_DAY
    return _time(text)


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= month <= _DECEMBER and 1 <= day <= calendar.monthrange(year, month)[1]


_DECEMBER = 12


def _time(text: str) -> str | None:
    """Nothing but words, none of which stands for a time."""
    plain = _WORDS.fullmatch(text) is not None and not _SPECIAL_TIMES.search(text)
    return _NO_DATE if plain else None


def _array(text: str, element: Type, schema: Schema) -> str | None:
    bare = text.strip()
    if not bare.startswith("{"):
        return None if re.match(r"\[\s*[+-]?\d", bare) else _NOT_READ
    simple = re.fullmatch(r"\{([^{}\"\\]*)\}", bare)
    if simple is None or not simple[1].strip():
        return None
    for item in simple[1].split(","):
        word = item.strip()
        code = _NOT_READ if not word else None if word.lower() == "null" else ""
        code = unreadable(word, element, schema) if code == "" else code
        if code is not None:
            return code
    return None


_READERS: Mapping[str, Callable[[str], str | None]] = {
    "numeric": _number,
    "float4": _number,
    "float8": _number,
    "bool": _truth,
    "uuid": _uuid,
    "json": _json,
    "jsonb": _json,
    "date": _date,
    "timestamp": _date,
    "timestamptz": _date,
    "time": _time,
    "timetz": _time,
    "interval": _time,
}
