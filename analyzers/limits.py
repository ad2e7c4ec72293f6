"""How much of one pull request is looked at, so that nothing in it can stall or exhaust us."""

MAX_FILE_BYTES = 2_000_000
"""A migration beyond this is refused in words; real ones stay far below 200 kB."""

MAX_NESTING = 500
"""Brackets within brackets. tree-sitter's parser crashes the process at some 20,000."""

MAX_ADDED_MIGRATIONS = 1_000
"""Migrations of one pull request that are analysed; more are an incomplete audit."""
