"""Reads YAML, with every key and every value in its place."""

from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)
from ruamel.yaml.reader import ReaderError

from analyzers.source import SourceFile, Span
from analyzers.struct import Struct, field, replace
from analyzers.yaml_tree import Alias, InvalidYaml, Listing, Node, Scalar, Table

MAX_DEPTH = 20
"""Lists and mappings within each other; the scanner takes minutes over thousands."""


def read(file: SourceFile) -> Node | None:
    """The one document of a file; None where there is none. Raises `InvalidYaml`."""
    documents: list[Node] = []
    nesting: list[_Open] = []
    for event in _events(file):
        span = _span(file, event)
        if isinstance(event, DocumentStartEvent) and documents:
            raise InvalidYaml(span, "a second document begins here")
        node = _completed(event, span, nesting)
        if node is not None:
            (nesting[-1].children if nesting else documents).append(node)
    return documents[0] if documents else None


class _Open(Struct):
    """A list or a mapping whose end has not come yet."""

    span: Span
    tag: str | None
    is_table: bool
    children: list[Node] = field(default_factory=list)

    def closed(self) -> Node:
        if not self.is_table:
            return Listing(self.span, tuple(self.children), self.tag)
        pairs = zip(self.children[::2], self.children[1::2], strict=True)
        return Table(self.span, tuple((key, _beside(key, value)) for key, value in pairs), self.tag)


def _beside(key: Node, value: Node) -> Node:
    """A value of which nothing is written stands after its key, not where the parser noticed."""
    if isinstance(value, Scalar) and value.plain and not value.text and isinstance(key, Scalar):
        return replace(value, span=Span(key.span.path, key.span.end, key.span.end))
    return value


def _completed(event: Event, span: Span, nesting: list[_Open]) -> Node | None:
    """The node that ends with this event."""
    match event:
        case ScalarEvent():
            plain, _ = event.implicit
            return Scalar(span, event.value, plain, _tag(event))
        case AliasEvent():
            return Alias(span, event.anchor)
        case CollectionStartEvent():
            if len(nesting) >= MAX_DEPTH:
                raise InvalidYaml(span, f"it is nested more than {MAX_DEPTH} deep")
            nesting.append(_Open(span, _tag(event), isinstance(event, MappingStartEvent)))
        case CollectionEndEvent():
            return nesting.pop().closed()
    return None


def _events(file: SourceFile) -> Iterator[Event]:
    """The parser's events, one by one, so that nothing is built before its depth is known.

    Numbers that no Python value can hold (`"\\UFFFFFFFF"`) leave it as bare errors.
    """
    end = 0
    try:
        for event in YAML(typ="rt", pure=True).parse(file.text):
            end = event.end_mark.index
            yield event
    except ReaderError as error:
        at = error.position
        raise InvalidYaml(Span(file.path, at, at + 1), "YAML takes no such character") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = mark.index if mark else end
        raise InvalidYaml(Span(file.path, at, at), _reason(error)) from None
    except (YAMLError, ValueError, OverflowError):
        raise InvalidYaml(Span(file.path, end, end), "a number is too large") from None


def _reason(error: MarkedYAMLError) -> str:
    said = (error.context, error.problem)
    return ": ".join(str(part).replace("\n", " ").strip() for part in said if part)


def _span(file: SourceFile, event: Event) -> Span:
    return Span(file.path, event.start_mark.index, event.end_mark.index)


def _tag(event: ScalarEvent | CollectionStartEvent) -> str | None:
    return None if event.tag is None else str(event.tag)
