"""What is in a server's database, as far as invented statements need it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

import psycopg

Item = TypeVar("Item")

_TABLES = """
SELECT n.nspname, c.relname, c.relkind::text, c.relispartition, c.relpersistence::text,
  coalesce((SELECT json_agg(json_build_object('name', a.attname, 'not_null', a.attnotnull,
      'type', format_type(a.atttypid, a.atttypmod), 'identity', a.attidentity,
      'generated', coalesce(to_json(a)->>'attgenerated', ''), 'has_default', a.atthasdef)
      ORDER BY a.attnum)
    FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]'),
  coalesce((SELECT json_agg(json_build_object('name', o.conname, 'kind', o.contype,
      'columns', ARRAY(SELECT b.attname FROM unnest(o.conkey) k JOIN pg_attribute b
                       ON b.attrelid = o.conrelid AND b.attnum = k)) ORDER BY o.conname)
    FROM pg_constraint o WHERE o.conrelid = c.oid), '[]'),
  coalesce((SELECT json_agg(i.relname ORDER BY i.relname) FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid), '[]'),
  coalesce((SELECT json_agg(g.tgname ORDER BY g.tgname) FROM pg_trigger g
    WHERE g.tgrelid = c.oid AND NOT g.tgisinternal), '[]'),
  coalesce((SELECT json_agg(p.polname ORDER BY p.polname) FROM pg_policy p
    WHERE p.polrelid = c.oid), '[]'),
  coalesce((SELECT json_agg(h.inhrelid::regclass::text ORDER BY 1) FROM pg_inherits h
    WHERE h.inhparent = c.oid), '[]'::json)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('public', 'app') AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
ORDER BY n.nspname, c.relname
"""
_TYPES = """
SELECT n.nspname, t.typname, t.typtype::text,
  ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
  ARRAY(SELECT o.conname::text FROM pg_constraint o WHERE o.contypid = t.oid ORDER BY 1)
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname IN ('public', 'app') AND t.typtype IN ('e', 'd') ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    not_null: bool = False
    identity: str = ""
    generated: str = ""
    has_default: bool = False

    @property
    def written(self) -> bool:
        """Whether INSERT and UPDATE may give it a value."""
        return not self.generated and self.identity != "a"


@dataclass(frozen=True, slots=True)
class Constraint:
    name: str
    kind: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, view, materialized view or sequence; `kind` as in pg_class.relkind."""

    schema: str
    own_name: str
    kind: str
    partition: bool
    persistence: str
    columns: tuple[Column, ...]
    constraints: tuple[Constraint, ...]
    indexes: tuple[str, ...]
    triggers: tuple[str, ...]
    policies: tuple[str, ...]
    children: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.own_name if self.schema == "public" else f"{self.schema}.{self.own_name}"

    def beside(self, name: str) -> str:
        """The name of something in the same schema."""
        return name if self.schema == "public" else f"{self.schema}.{name}"

    @property
    def key(self) -> tuple[str, ...]:
        return next((c.columns for c in self.constraints if c.kind == "p"), ())


@dataclass(frozen=True, slots=True)
class Kind:
    """An enum type or a domain."""

    schema: str
    own_name: str
    kind: str
    labels: tuple[str, ...]
    constraints: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.own_name if self.schema == "public" else f"{self.schema}.{self.own_name}"


@dataclass(frozen=True, slots=True)
class World:
    """Everything in the two schemas that are used."""

    tables: tuple[Relation, ...]
    views: tuple[Relation, ...]
    materialized: tuple[Relation, ...]
    sequences: tuple[Relation, ...]
    enums: tuple[Kind, ...]
    domains: tuple[Kind, ...]


def world(connection: psycopg.Connection) -> World:
    every = [_relation(row) for row in connection.execute(_TABLES)]
    kinds = [Kind(s, n, k, tuple(labels), tuple(names))
             for s, n, k, labels, names in connection.execute(_TYPES)]  # fmt: skip
    return World(
        tables=tuple(one for one in every if one.kind in "rp"),
        views=tuple(one for one in every if one.kind == "v"),
        materialized=tuple(one for one in every if one.kind == "m"),
        sequences=tuple(one for one in every if one.kind == "S"),
        enums=tuple(one for one in kinds if one.kind == "e"),
        domains=tuple(one for one in kinds if one.kind == "d"),
    )


def _relation(row: tuple[Any, ...]) -> Relation:
    *plain, columns, constraints, indexes, triggers, policies, children = row
    return Relation(
        *plain,
        tuple(Column(**column) for column in columns),
        tuple(Constraint(c["name"], c["kind"], tuple(c["columns"])) for c in constraints),
        tuple(indexes),
        tuple(triggers),
        tuple(policies),
        tuple(children),
    )


@dataclass
class Dice:
    """Chance that can be had again: equal seeds give equal throws."""

    random: Random
    made: dict[str, int] = field(default_factory=dict)

    def one(self, items: Sequence[Item]) -> Item:
        return self.random.choice(items)

    def some(self, items: Iterable[Item], most: int) -> list[Item]:
        """One to `most` different ones."""
        every = list(dict.fromkeys(items))
        return self.random.sample(every, min(len(every), self.random.randint(1, most)))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def maybe(self, text: str, share: float = 0.5) -> str:
        return text if self.chance(share) else ""

    def new(self, prefix: str) -> str:
        """A name that nothing has yet."""
        self.made[prefix] = self.made.get(prefix, 0) + 1
        return f"{prefix}{self.made[prefix]}"
