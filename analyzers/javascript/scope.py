"""Names and what they stand for."""


class Scope:
    """The names of a block, within the names around it."""
