"""The command `migaudit`. What takes longest to start, the analysis, is started first."""

import sys
from contextlib import nullcontext

from app.sandbox import Sandbox

ANALYSING = frozenset({"check", "sql"})


def run() -> None:
    """The process of the analysis loads while this one loads the command and reads arguments."""
    with Sandbox() if ANALYSING.intersection(sys.argv[1:2]) else nullcontext() as sandbox:
        from app.cli.application import run_command

        run_command(sandbox)
