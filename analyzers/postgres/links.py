"""Which relations have to do with a name: found at once, without looking at all of them."""

from collections.abc import Iterable
from typing import TypeAlias, TypeVar

from analyzers.postgres.layered import Layered
from analyzers.postgres.operations import Name
from analyzers.postgres.relations import Index, Sequence, Table, View
from analyzers.struct import Struct, field, replace

Key = TypeVar("Key")
Linked: TypeAlias = Layered[Key, tuple[Name, ...]]

_NO_TABLE = Table(Name(""))
_NO_VIEW = View(Name(""))


class Links(Struct, frozen=True):
    """Full names by what they are found by, in the order in which they came to be.

    `owners`: the table or materialized view of each index. By the name of a table: `heirs`, its
    partitions and heirs; `referrers`, the tables whose foreign keys point at it; `readers`, the
    views that read it; `owned`, its sequences. `namesakes`: the tables with a constraint of that
    name; `counters`: those with a default that holds that text.
    """

    owners: Layered[Name, Name] = field(default_factory=Layered)
    heirs: Linked[Name] = field(default_factory=Layered)
    referrers: Linked[Name] = field(default_factory=Layered)
    readers: Linked[Name] = field(default_factory=Layered)
    owned: Linked[Name] = field(default_factory=Layered)
    namesakes: Linked[Name] = field(default_factory=Layered)
    counters: Linked[str] = field(default_factory=Layered)

    def with_table(self, name: Name, before: Table | None, after: Table | None) -> "Links":
        """The same, now that a table is `after` instead of `before`."""
        old, new = before or _NO_TABLE, after or _NO_TABLE
        owners = _owned(self.owners, name, old.indexes, new.indexes)
        heirs = _linked(self.heirs, name, old.parents, new.parents)
        referrers, namesakes, counters = self.referrers, self.namesakes, self.counters
        # Most changes are of either: what is the same needs no look.
        if old.constraints is not new.constraints:
            referrers = _linked(referrers, name, old.targets, new.targets)
            namesakes = _linked(namesakes, name, old.constraint_names, new.constraint_names)
        if old.columns is not new.columns:
            counters = _linked(counters, name, old.default_texts, new.default_texts)
        return Links(owners, heirs, referrers, self.readers, self.owned, namesakes, counters)

    def with_view(self, name: Name, before: View | None, after: View | None) -> "Links":
        old, new = before or _NO_VIEW, after or _NO_VIEW
        return replace(
            self,
            owners=_owned(self.owners, name, old.indexes, new.indexes),
            readers=_linked(self.readers, name, old.sources, new.sources),
        )

    def with_sequence(self, name: Name, before: Sequence | None, after: Sequence | None) -> "Links":
        return replace(self, owned=_linked(self.owned, name, _owner(before), _owner(after)))


def _owner(sequence: Sequence | None) -> frozenset[Name]:
    return frozenset({sequence.owner[0]} if sequence and sequence.owner else ())


def _linked(
    links: Linked[Key], name: Name, before: frozenset[Key], after: frozenset[Key]
) -> Linked[Key]:
    """`links` with `name` under all of `after`, and no longer under the rest of `before`."""
    if before == after:
        return links
    for key in before - after:
        left = tuple(other for other in links.get(key, ()) if other != name)
        links = links.having(key, left) if left else links.without(key)
    for key in after - before:
        links = links.having(key, (*links.get(key, ()), name))
    return links


def _owned(
    owners: Layered[Name, Name],
    relation: Name,
    before: Iterable[Index],
    after: Iterable[Index],
) -> Layered[Name, Name]:
    if before is after:
        return owners
    old, new = (frozenset(index.name for index in indexes) for indexes in (before, after))
    for gone in old - new:
        owners = owners.without(Name(gone, relation.schema))
    for made in new - old:
        owners = owners.having(Name(made, relation.schema), relation)
    return owners
