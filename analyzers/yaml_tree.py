"""YAML as a tree in which every key and every value knows its place."""

from typing import TypeAlias

from analyzers.source import SourceFile, Span
from analyzers.struct import Struct


class Scalar(Struct, frozen=True):
    """A text as it is written, quotes and escapes resolved.

    `plain`: without quotes, so that a reader of YAML gives `off` or `12` a type of its own, which
    hangs on the version of YAML that it speaks.
    """

    span: Span
    text: str
    plain: bool
    tag: str | None = None

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in ("", "~", "null", "Null", "NULL")


class Listing(Struct, frozen=True):
    span: Span
    items: tuple["Node", ...]
    tag: str | None = None


class Table(Struct, frozen=True):
    """Keys and values as they are written: a key may be there twice."""

    span: Span
    items: tuple[tuple["Node", "Node"], ...]
    tag: str | None = None


class Alias(Struct, frozen=True):
    """`*name`. It is not followed: a few of them can stand for a document of any size."""

    span: Span
    name: str
    tag: str | None = None


Node: TypeAlias = Scalar | Listing | Table | Alias


class InvalidYaml(Exception):
    """Why a text is no YAML document that is read here, for users, and where."""

    def __init__(self, span: Span, reason: str) -> None:
        super().__init__(reason)
        self.span = span
        self.reason = reason


def tree_of(file: SourceFile) -> Node | None:
    """The one document of a file; None where there is none. Raises `InvalidYaml`.

    The parser is loaded only now: most audits have nothing for it to read.
    """
    from analyzers.yaml_reading import read

    return read(file)
