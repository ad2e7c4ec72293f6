"""An object of JavaScript's own that is no more than its members."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analyzers.javascript.values import Host, Unknown, Value
from analyzers.source import Span

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine


class Members(Host):
    """`Math`, `JSON`, `console`, a module of Node's: a fixed set of members."""

    missing_is_slip = False

    def __init__(self, members: Mapping[str, Value]) -> None:
        self.members = members

    def get(self, machine: "Machine", key: str, at: Span) -> Value:
        if key in self.members:
            return self.members[key]
        return Unknown(f"the member `{key}` is not followed", at)

    def set(self, machine: "Machine", key: str, value: Value, at: Span) -> None:
        """What a program changes of these objects is not followed."""
