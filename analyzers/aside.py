"""Where an audit may have work done at the same time."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class Aside(Protocol):
    """A place to work beside the audit: another process, say."""

    def begin(self, work: Iterable[Callable[[], T]], kind: type[T]) -> Iterator[T]:
        """What each piece of work gives, in order. It ends early where the other place fails."""


class Nowhere:
    """For an audit that has one process only."""

    def begin(self, work: Iterable[Callable[[], T]], kind: type[T]) -> Iterator[T]:
        return iter(())


NOWHERE = Nowhere()
