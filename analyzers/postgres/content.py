"""A stable spelling of values, for digests that are equal wherever they are computed."""

from collections.abc import Mapping
from enum import Enum

from analyzers.struct import Struct, names


def canonical(value: object) -> bytes:
    """`value` as bytes: equal values give equal bytes, whatever the process's hash seed.

    For the plain values a schema is made of; their nesting is shallow and fixed.
    """
    if isinstance(value, Struct):
        parts = [canonical(getattr(value, name)) for name in names(type(value))]
        return b"%s(%s)" % (type(value).__name__.encode(), b",".join(parts))
    if isinstance(value, Mapping):
        pairs = sorted((canonical(key), canonical(item)) for key, item in value.items())
        return b"{%s}" % b",".join(key + b":" + item for key, item in pairs)
    if isinstance(value, frozenset):
        return b"<%s>" % b",".join(sorted(canonical(item) for item in value))
    if isinstance(value, tuple):
        return b"[%s]" % b",".join(canonical(item) for item in value)
    if isinstance(value, Enum):
        return value.name.encode()
    return repr(value).encode()
