"""Invented statements over what a database has at the moment.

Each maker gives one statement of its kind, or None where the database has nothing for it. Many
of them fail on purpose: names that aren't there, types that don't convert, rows in the way.
"""

from collections.abc import Callable
from typing import TypeAlias

from tests.conformance.servers.changes import CHANGES, alteration
from tests.conformance.servers.others import OTHERS
from tests.conformance.servers.rows import ROWS
from tests.conformance.servers.world import Dice, World

Maker: TypeAlias = Callable[[Dice, World], str | None]

MAKERS: tuple[tuple[Maker, int], ...] = (*CHANGES, *OTHERS, *ROWS)
_WEIGHTS = [weight for _, weight in MAKERS]


def statement(dice: Dice, world: World) -> str:
    """One statement of any kind."""
    while True:
        ((maker, _),) = dice.random.choices(MAKERS, _WEIGHTS)
        made = maker(dice, world)
        if made is not None:
            return made


__all__ = ["MAKERS", "alteration", "statement"]
