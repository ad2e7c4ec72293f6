"""Operations that keep tables in shape without changing what they say."""

from analyzers.postgres.operations.objects import ObjectKind
from analyzers.postgres.operations.terms import At, Name


class Vacuum(At, frozen=True):
    """VACUUM and ANALYZE. No `table`: all tables."""

    table: Name | None = None
    vacuum: bool = True
    analyze: bool = False
    full: bool = False


class Cluster(At, frozen=True):
    table: Name | None = None
    index: str | None = None


class Reindex(At, frozen=True):
    """`kind`: INDEX, TABLE, SCHEMA or DATABASE."""

    kind: ObjectKind
    name: Name
    concurrently: bool = False


class Refresh(At, frozen=True):
    """REFRESH MATERIALIZED VIEW."""

    view: Name
    concurrently: bool = False
    with_data: bool = True
