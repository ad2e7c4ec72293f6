"""Starts the analysis process: Python's collector is told to wait before anything is loaded."""

import gc
import sys
from importlib import import_module

_OBJECTS_BETWEEN_COLLECTIONS = 2_000_000
"""The process lives for one audit, nearly all of whose objects live as long. As many take some
300 MB; Python's own 700 have it look through all of them over and over, a third of the time, and
a fifth of the time that loading takes."""


def start() -> None:
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    import_module("app.sandbox_child").main(int(sys.argv[1]), int(sys.argv[2]))


if __name__ == "__main__":
    start()
