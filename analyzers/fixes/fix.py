"""What a fix is: a pure function from a finding to edits, and what it may change."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation
from analyzers.postgres.difference import Difference, How
from analyzers.struct import Struct

Rewrite: TypeAlias = Callable[[Situation], Iterable[Edit]]
Meant: TypeAlias = Callable[[Difference], bool]


def nothing(difference: Difference) -> bool:
    """The schema stays as it was meant without the fix."""
    return False


def types(difference: Difference) -> bool:
    """Columns have another type, or take their numbers from elsewhere."""
    of_column = {what for what, _, _ in difference.aspects} <= {"type", "generation", "default"}
    sequence = difference.part.kind == "sequence"
    return sequence or (difference.how is How.CHANGED and of_column)


def unvalidated(difference: Difference) -> bool:
    """A constraint isn't validated yet."""
    return {what for what, _, _ in difference.aspects} == {"validity"}


def views(difference: Difference) -> bool:
    """There is a view more."""
    return difference.how is How.LEFT and difference.part.kind == "view"


def restored(difference: Difference) -> bool:
    """Columns keep what they had."""
    return {what for what, _, _ in difference.aspects} <= {"nullability", "default"}


def indexed(difference: Difference) -> bool:
    """There is an index more."""
    return difference.how is How.LEFT and difference.part.kind == "index"


def unindexed(difference: Difference) -> bool:
    """There is an index less, or the constraint that it came with."""
    return difference.how is How.MISSING and difference.part.kind in ("index", "constraint")


class Rewriting(Struct, frozen=True):
    """`edits` gives none where there is no safe rewrite.

    `meant` tells the differences of the schema that are the fix's purpose. `runs_more`: what it
    mends did not run before, so that there is nothing to compare with. `reverses`: afterwards
    `down` has to bring back exactly what was there before `up`.
    """

    edits: Rewrite
    meant: Meant = nothing
    runs_more: bool = False
    reverses: bool = False
