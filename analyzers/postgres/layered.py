"""An immutable mapping of which each change costs little, however large it is."""

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from typing import Any, Generic, TypeVar

Key = TypeVar("Key")
Item = TypeVar("Item")

_UNCHANGED: Any = object()


class Layered(Mapping[Key, Item], Generic[Key, Item]):
    """Keys stand in the order in which a dictionary would hold them after the same changes.

    `_below` is shared between all that is made from one mapping; `_above` holds what changed
    since, None for what is gone. It stays as small as the square root of the whole, so that
    neither copying it nor laying it down now and then is ever much.
    """

    __slots__ = ("_above", "_below", "_size")

    def __init__(self, items: Mapping[Key, Item] | None = None) -> None:
        self._below: dict[Key, Item] = dict(items or {})
        self._above: dict[Key, Item | None] = {}
        self._size = len(self._below)

    def having(self, key: Key, item: Item) -> "Layered[Key, Item]":
        """The same with `item` under `key`, new or instead of another."""
        there = key in self
        if not there and key in self._above:
            # It comes back, and stands last from then on.
            return _made(self._whole(), {key: item}, self._size + 1)
        return _made(self._below, {**self._above, key: item}, self._size + (not there))

    def without(self, key: Key) -> "Layered[Key, Item]":
        if key not in self:
            return self
        return _made(self._below, {**self._above, key: None}, self._size - 1)

    def differing(self, other: "Layered[Key, Item]") -> Iterator[Key]:
        """The keys under which the two may hold different items, found without all the others."""
        if self._below is other._below:
            return iter({**self._above, **other._above})
        return iter({**self._whole(), **other._whole()})

    def __getitem__(self, key: Key) -> Item:
        if key in self._above:
            item = self._above[key]
            if item is None:
                raise KeyError(key)
            return item
        return self._below[key]

    def get(self, key: Key, default: Any = None) -> Any:
        """As `Mapping.get`, which raises and catches an error for each key that isn't there."""
        item = self._above.get(key, _UNCHANGED)
        if item is _UNCHANGED:
            return self._below.get(key, default)
        return default if item is None else item

    def __contains__(self, key: object) -> bool:
        if key in self._above:
            return self._above[key] is not None
        return key in self._below

    def __iter__(self) -> Iterator[Key]:
        return iter(self._whole())

    def __len__(self) -> int:
        return self._size

    def items(self) -> ItemsView[Key, Item]:
        return self._whole().items()

    def values(self) -> ValuesView[Item]:
        return self._whole().values()

    def __repr__(self) -> str:
        return f"Layered({self._whole()!r})"

    def _whole(self) -> dict[Key, Item]:
        if not self._above:
            return self._below
        whole = {**self._below, **self._above}
        for gone in [key for key, item in self._above.items() if item is None]:
            del whole[gone]
        return whole  # type: ignore[return-value]


def _made(below: dict[Key, Item], above: dict[Key, Item | None], size: int) -> Layered[Key, Item]:
    made: Layered[Key, Item] = Layered()
    made._below, made._above, made._size = below, above, size
    if len(above) ** 2 > len(below):
        made._below, made._above = made._whole(), {}
    return made
