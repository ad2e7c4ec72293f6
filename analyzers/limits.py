"""How much of one file is looked at, so that nothing in it can stall or exhaust us."""

MAX_FILE_BYTES = 2_000_000
"""A migration beyond this is refused in words; real ones stay far below 200 kB."""
