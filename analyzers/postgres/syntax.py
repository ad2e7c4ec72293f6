"""Nodes and tokens of PostgreSQL's parse tree, with typed access and positions in characters."""

from array import array
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any

from analyzers.struct import Struct

# What protobuf's generated classes are made of; they are untyped here (see `parser`). Their lists
# are copied before they are walked: the end of a walk is an error, raised and formatted.
Message = Any


class Positions(Struct, frozen=True, dict=True):
    """The characters of a text by the bytes of its UTF-8 form, in which PostgreSQL counts.

    `base`: where the text begins in a longer one, in whose characters the answers are.
    `inserted`: offsets of characters that the text gained before it was parsed.
    """

    text: str
    base: int = 0
    inserted: tuple[int, ...] = ()

    def character(self, byte: int) -> int:
        """The character of the original text at `byte` of the parsed one."""
        table = self._table
        if table is None:
            return self.base + min(max(byte, 0), len(self.text))
        return table[min(max(byte, 0), len(table) - 1)]

    def told(self, cursor: int) -> int:
        """The same for the cursor of an error message, which counts characters from 1."""
        index = min(max(cursor - 1, 0), len(self.text))
        return self.base + index - sum(offset < index for offset in self.inserted)

    @cached_property
    def _table(self) -> "array[int] | None":
        if self.text.isascii() and not self.inserted:
            return None
        inserted = frozenset(self.inserted)
        table = array("L")
        original = self.base
        for offset, character in enumerate(self.text):
            table.extend([original] * len(character.encode()))
            original += offset not in inserted
        table.append(original)
        return table


class Token(Struct, frozen=True):
    """A token: its kind as PostgreSQL's grammar names it (`IDENT`, `SCONST`, `ON`, `ASCII_44`)."""

    kind: str
    start: int
    end: int


class Node(Struct, eq=False):
    """A node of the parse tree. Fields are spelt as in PostgreSQL's `parsenodes.h`."""

    message: Message
    positions: Positions
    _inner: "tuple[Node, ...] | None" = None

    @property
    def kind(self) -> str:
        """The node's type: `AlterTableStmt`."""
        return type(self.message).__name__

    def text(self, field: str) -> str:
        """A string field; empty where it isn't set."""
        value: str = getattr(self.message, field)
        return value

    def flag(self, field: str) -> bool:
        value: bool = getattr(self.message, field)
        return value

    def number(self, field: str) -> int:
        value: int = getattr(self.message, field)
        return value

    def choice(self, field: str) -> str:
        """The name of an enum's value: `AT_AddColumn`."""
        kind: Message = type(self.message)
        return _choices(kind, field)[getattr(self.message, field)]

    def child(self, field: str) -> "Node | None":
        """The node in a field, if there is one."""
        if not self.message.HasField(field):
            return None
        return self._wrap(getattr(self.message, field))

    def children(self, field: str) -> "tuple[Node, ...]":
        """The nodes of a list; empty places are left out."""
        wrap = self._wrap
        listed = getattr(self.message, field)[:]
        return tuple([node for each in listed if (node := wrap(each)) is not None])

    def is_list(self, field: str) -> bool:
        repeated: bool = self.message.DESCRIPTOR.fields_by_name[field].is_repeated
        return repeated

    @property
    def location(self) -> int | None:
        """Where it begins, in characters of the whole text. Many kinds of nodes don't tell."""
        kind: Message = type(self.message)
        if not _tells_location(kind):
            return None
        byte: int = self.message.location
        return None if byte < 0 else self.positions.character(byte)

    def walk(self) -> "tuple[Node, ...]":
        """This node and all below it, parents first."""
        if self._inner is None:
            self._inner = tuple(self._walked())
        return (self, *self._inner)

    def find(self, *kinds: str) -> "Iterator[Node]":
        """The nodes of these kinds among this one and all below it."""
        return (node for node in self.walk() if node.kind in kinds)

    def strings(self, field: str) -> tuple[str, ...]:
        """The texts of a list of String nodes."""
        listed = getattr(self.message, field)[:]
        return tuple([node.string.sval for node in listed if node.WhichOneof("node") == "string"])

    def _walked(self) -> "Iterator[Node]":
        """All below it: a node that kept itself would keep PostgreSQL's tree in memory."""
        waiting = self._below()[::-1]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node._below())

    def _below(self) -> "list[Node]":
        found: list[Node | None] = []
        for descriptor, value in self.message.ListFields():
            if descriptor.message_type is not None:
                found += map(self._wrap, value[:] if descriptor.is_repeated else (value,))
        return [node for node in found if node is not None]

    def _wrap(self, message: Message) -> "Node | None":
        if type(message).__name__ != "Node":
            return Node(message, self.positions)
        which = message.WhichOneof("node")
        return None if which is None else Node(getattr(message, which), self.positions)


@cache
def _choices(kind: Message, field: str) -> dict[int, str]:
    values = kind.DESCRIPTOR.fields_by_name[field].enum_type.values
    return {value.number: value.name for value in values}


@cache
def _tells_location(kind: Message) -> bool:
    return "location" in kind.DESCRIPTOR.fields_by_name
