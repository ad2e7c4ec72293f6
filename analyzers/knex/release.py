"""Knex releases, and what differs between them in the SQL that they send to PostgreSQL."""

import re
from typing import Final, TypeAlias

from analyzers.struct import Struct

Version: TypeAlias = tuple[int, int, int]


class Since:
    """What differs between releases, each with the first release that has it.

    From Knex's change log, and measured on 0.95.15, 1.0.7, 2.5.1, 3.1.0 and 3.3.0.
    """

    CHECKS: Final = (1, 0, 0)
    ALTER_OPTIONS: Final = (1, 0, 0)
    OPTIONAL_VIEW_COLUMNS: Final = (1, 0, 0)
    OR_REPLACE_VIEW: Final = (1, 0, 0)
    CAMEL_CASE_TIMESTAMPS: Final = (1, 0, 0)
    COLUMNS_ON_TABLE_LIKE: Final = (1, 0, 0)
    INCREMENTS_YIELD_TO_PRIMARY: Final = (1, 0, 0)
    MATERIALIZED_WITH: Final = (1, 0, 0)
    DELETE_USING: Final = (1, 0, 0)
    RAW_CONFLICT_TARGET: Final = (1, 0, 0)
    ORDER_NULLS_LAST: Final = (1, 0, 0)
    PARENTHESIZED_UNIONS: Final = (1, 0, 0)
    JSON_QUERIES: Final = (1, 0, 0)
    LIKE_QUERIES: Final = (1, 0, 0)
    FROM_RAW: Final = (1, 0, 0)
    DEFERRABLE_LAST: Final = (1, 0, 2)
    CONCURRENT_REFRESH: Final = (2, 1, 0)
    INLINE_PRIMARY_KEY: Final = (2, 2, 0)
    UUID_PRIMARY_KEY: Final = (2, 2, 0)
    PARTIAL_UNIQUE_INDEX: Final = (2, 4, 0)
    STORAGE_ENGINE_INDEX_TYPE: Final = (2, 5, 0)
    UPDATE_FROM: Final = (2, 5, 0)
    UUID_FUNCTION: Final = (2, 5, 0)
    QUERY_COMMENTS: Final = (2, 5, 0)
    EXCEPT: Final = (2, 5, 0)
    MODULE_MIGRATIONS: Final = (2, 5, 0)
    DROP_IF_EXISTS: Final = (3, 2, 0)
    REFUSES_LIMIT_ON_DELETE: Final = (3, 2, 0)
    DEFAULT_TIMESTAMP_PRECISION: Final = (3, 2, 0)
    QUOTED_WINDOW_ALIAS: Final = (3, 3, 0)
    LOCKED_TABLES_KEEP_THEIR_SCHEMA: Final = (3, 3, 0)


class Release(Struct, frozen=True, order=True):
    """One release of Knex."""

    version: Version = (3, 3, 0)

    def has(self, since: Version | None) -> bool:
        """Whether the release has what came in `since`; None came before all of them."""
        return since is None or self.version >= since

    def __str__(self) -> str:
        return ".".join(map(str, self.version))


LATEST = Release()

NEWEST_OF_LINE: dict[tuple[int, ...], Version] = {
    (0, 95): (0, 95, 15),
    (1,): (1, 0, 7),
    (2,): (2, 5, 1),
    (3, 0): (3, 0, 1),
    (3, 1): (3, 1, 0),
    (3, 2): (3, 2, 10),
    (3,): (3, 3, 0),
}
"""The last release of each line: what a fresh installation of a range like `^2.4.0` gets."""

LINES = ("0.95", "1", "1.0", "2", *(f"2.{minor}" for minor in range(6)), "3",
         *(f"3.{minor}" for minor in range(4)))  # fmt: skip
"""The lines that there are, as people write them."""

OLDEST: Version = (0, 95, 0)
_RANGE = re.compile(r"([~^>=v\s]*)(\d+)(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?")


def release_of(range_: str | None) -> Release:
    """The release that a range of package.json means; the newest where it says nothing.

    A repository installs what its lock file says: the newest release that its range allows is
    the best guess that needs no lock file. Releases before 0.95 count as 0.95.
    """
    match = _RANGE.search((range_ or "").split("||")[-1])
    if match is None:
        return LATEST
    operator, *numbers = match.groups()
    written = tuple(int(n) for n in numbers if n and n.isdigit())
    if operator.strip().startswith(">"):
        return LATEST
    exact: Version = (written[0], *(*written[1:], 0, 0)[:2])  # type: ignore[assignment]
    line = _line(written, operator.strip())
    if line is None:
        return Release(max(exact, OLDEST))
    newest = NEWEST_OF_LINE.get(line)
    return Release(max(exact, newest or exact, OLDEST))


def _line(written: tuple[int, ...], operator: str) -> tuple[int, ...] | None:
    """The numbers that a range holds fixed; None where it names one release."""
    if operator == "~" and len(written) > 1:
        return written[:2]
    if operator == "^" or len(written) == 1:
        return written[:1] if written[0] else written[:2]
    return written[:2] if len(written) == 2 else None
