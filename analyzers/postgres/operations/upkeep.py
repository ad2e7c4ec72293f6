"""Operations that keep tables in shape without changing what they say."""

from dataclasses import dataclass

from analyzers.postgres.operations.objects import ObjectKind
from analyzers.postgres.operations.terms import At, Name


@dataclass(frozen=True, slots=True)
class Vacuum(At):
    """VACUUM and ANALYZE. No `table`: all tables."""

    table: Name | None = None
    vacuum: bool = True
    analyze: bool = False
    full: bool = False


@dataclass(frozen=True, slots=True)
class Cluster(At):
    table: Name | None = None
    index: str | None = None


@dataclass(frozen=True, slots=True)
class Reindex(At):
    """`kind`: INDEX, TABLE, SCHEMA or DATABASE."""

    kind: ObjectKind
    name: Name
    concurrently: bool = False


@dataclass(frozen=True, slots=True)
class Refresh(At):
    """REFRESH MATERIALIZED VIEW."""

    view: Name
    concurrently: bool = False
    with_data: bool = True
