"""Starts the analysis process: Python's collector is told to wait before anything is loaded."""

import sys
from importlib import import_module

from app.collector import collect_rarely


def start() -> None:
    collect_rarely()
    import_module("app.sandbox_child").main(int(sys.argv[1]), int(sys.argv[2]))
