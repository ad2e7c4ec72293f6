"""Python's collector, in processes that live for one audit, and so do nearly all their objects."""

import gc

_OBJECTS_BETWEEN_COLLECTIONS = 2_000_000
"""As many take some 300 MB. Python's own 700 have it look through all of them over and over: a
third of the time of an audit, and a fifth of the time that loading takes."""


def collect_rarely() -> None:
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)


def collect_no_more() -> None:
    """At the end, Python would look through everything once more."""
    gc.freeze()
