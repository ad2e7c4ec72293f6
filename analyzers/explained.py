"""Settings as people read them: one line each, and what differs between two of them."""

from collections.abc import Iterator, Mapping
from enum import Enum

from analyzers.configuration import KEYS
from analyzers.result import SettingChange
from analyzers.settings import CommentPolicy, Override, Settings
from analyzers.struct import Struct, names

NEVER = {"fail_on": "never", "comments.severity": "never"}


def lines(settings: Settings) -> Mapping[str, str]:
    """Each setting under its name in the file, as it is written there; of variables, no value."""
    return {name: _text(name, value) for name, value in _values(settings)}


def differences(before: Settings, after: Settings) -> tuple[SettingChange, ...]:
    """What one says and the other says differently or not at all."""
    old, new = dict(_values(before)), dict(_values(after))
    return tuple(
        SettingChange(name, _shown(name, old), _shown(name, new))
        for name in dict.fromkeys((*old, *new))
        if name not in old or name not in new or old[name] != new[name]
    )


def _values(settings: Settings) -> Iterator[tuple[str, object]]:
    for key in KEYS:
        value = getattr(settings, key.field or key.name)
        if isinstance(value, Mapping):
            yield from ((f"{key.name}.{name}", one) for name, one in value.items())
        elif isinstance(value, CommentPolicy):
            yield f"{key.name}.severity", value.severity
            yield f"{key.name}.limit", value.limit
            yield f"{key.name}.drafts", value.drafts
        elif key.name == "overrides":
            for number, override in enumerate(value, 1):
                yield f"{key.name}[{number}]", override
        else:
            yield key.name, value


def _shown(name: str, values: Mapping[str, object]) -> str | None:
    return _text(name, values[name]) if name in values else None


def _text(name: str, value: object) -> str:
    if name.startswith("env."):
        return "(set)"
    if value is None:
        return NEVER.get(name, "off") if name != "knex" else "what package.json says"
    if isinstance(value, Override):
        rules = ", ".join(f"{rule}: {_text('', one)}" for rule, one in value.severities.items())
        return f"{', '.join(value.paths)}: {rules}"
    return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return ", ".join(str(one) or "." for one in value) or "none"
    if isinstance(value, Struct):
        told = {name: getattr(value, name) for name in names(type(value))}
        return ", ".join(f"{one}: {_plain(said)}" for one, said in told.items() if said)
    return str(value)
