"""GitHub's documented limits, by name."""

from dataclasses import dataclass

PER_PAGE = 30
MAX_PER_PAGE = 100
MAX_PULL_FILES = 3_000
MAX_COMPARE_FILES = 300
MAX_COMPARE_COMMITS = 250

MAX_ANNOTATION_BYTES = 64 * 1024
MAX_COMMENT_CHARACTERS = 65_536

MAX_CONTENTS_BYTES = 1_000_000
MAX_RAW_CONTENTS_BYTES = 100_000_000
MAX_DIRECTORY_ENTRIES = 1_000
MAX_BLOB_BYTES = 100_000_000
MAX_GRAPHQL_BLOB_BYTES = 512_000

TOKEN_SECONDS = 3_600
MAX_JWT_SECONDS = 600
WEBHOOK_SECONDS = 10
MAX_WEBHOOK_BYTES = 25_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What GitHub changes from plan to plan, and what a test may make smaller to reach it.

    https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api and
    https://docs.github.com/repositories/creating-and-managing-repositories/repository-limits
    """

    requests_per_hour: int = 5_000
    points_per_minute: int = 900
    content_per_minute: int = 80
    content_per_hour: int = 500
    diff_lines: int = 20_000
    diff_bytes: int = 1_000_000
    file_diff_lines: int = 20_000
    file_diff_bytes: int = 500_000
    tree_entries: int = 100_000
    pull_files: int = MAX_PULL_FILES

    @classmethod
    def unlimited(cls) -> "Limits":
        """No rate limits (a GitHub Enterprise Server's default); sizes stay as they are."""
        many = 10**9
        return cls(
            requests_per_hour=many,
            points_per_minute=many,
            content_per_minute=many,
            content_per_hour=many,
        )
