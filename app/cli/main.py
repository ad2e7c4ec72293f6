"""The command `migaudit`. What takes longest to start, the analysis, is started first."""

import sys
from contextlib import nullcontext

from app.collector import collect_no_more, collect_rarely
from app.sandbox_process import Process

ANALYSING = frozenset({"check", "sql"})


def run() -> None:
    """The process of the analysis loads while this one loads the command and reads arguments."""
    if not ANALYSING.intersection(sys.argv[1:2]):
        _run(None)
    begun = Process()
    collect_rarely()
    try:
        _run(begun)
    finally:
        collect_no_more()


def _run(begun: Process | None) -> None:
    from app.cli.application import run_command
    from app.sandbox import Sandbox

    with Sandbox(begun=begun) if begun else nullcontext() as sandbox:
        run_command(sandbox)
