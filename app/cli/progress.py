"""Tells a person at a terminal what is being read, once an audit takes long."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.cli.terminal import clean, cut
from app.sandbox_note import Note

PATIENCE = 0.7
"""Seconds after which somebody begins to wonder."""

PAUSE = 0.1
"""Seconds between two lines: more could not be read, and would take time from the audit."""

CLEARED = "\r\x1b[2K"


@contextmanager
def progress(*, wanted: bool) -> Iterator[Callable[[Note], None]]:
    """To be told what the analysis is at, now and then. Nothing of it stays.

    Not `wanted`, it says nothing: in a pipe or in the log of a job it would stay.
    """
    if not wanted:
        yield lambda note: None
        return
    shown = _Line()
    try:
        yield shown.tell
    finally:
        shown.clear()


class _Line:
    """One line of a terminal that is written over."""

    def __init__(self) -> None:
        self._next = time.monotonic() + PATIENCE
        self._written = False

    def tell(self, note: Note) -> None:
        if (now := time.monotonic()) >= self._next:
            self._next = now + PAUSE
            files = "1 file" if note.files == 1 else f"{note.files:,} files"
            self._write(f"migaudit has read {files}, and is at {clean(note.path)}")

    def clear(self) -> None:
        if self._written:
            self._write("")

    def _write(self, text: str) -> None:
        columns = shutil.get_terminal_size().columns
        sys.stderr.write(CLEARED + cut(text, columns - 1))
        sys.stderr.flush()
        self._written = bool(text)
