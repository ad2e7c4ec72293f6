"""Keeps what replaying a history gave, so that an audit costs what it adds."""

import io
import pickle
from enum import Enum
from typing import Any, Protocol, TypeVar

Kept = TypeVar("Kept")


class Store(Protocol):
    """Bytes by key, kept between audits. To lose them costs time and nothing else."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, value: bytes) -> None: ...


class Forgetful:
    """A `Store` that keeps nothing."""

    def get(self, key: str) -> bytes | None:
        return None

    def put(self, key: str, value: bytes) -> None:
        pass


def frozen(value: object) -> bytes:
    content = io.BytesIO()
    _Pickler(content, protocol=5).dump(value)
    return content.getvalue()


def thawed(content: bytes, kind: type[Kept]) -> Kept | None:
    """What `frozen` made; None for anything else, whoever wrote it."""
    try:
        value = _Unpickler(io.BytesIO(content)).load()
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError):
        return None
    return value if isinstance(value, kind) else None


class _Pickler(pickle.Pickler):
    """Writes a member of an enum by its value. Before Python 3.11.4 enums did it by `getattr`."""

    def reducer_override(self, value: object) -> Any:
        return (type(value), (value.value,)) if isinstance(value, Enum) else NotImplemented


class _Unpickler(pickle.Unpickler):
    """Makes values of this package's own dataclasses and enums, and calls nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        ours = module.startswith("analyzers.") and "." not in name and name[:1].isupper()
        if ours or (module, name) in _HARMLESS:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not kept")


_HARMLESS = frozenset({("builtins", "frozenset"), ("builtins", "set")})
