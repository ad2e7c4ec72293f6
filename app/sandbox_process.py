"""An analysis process and the connection to it. A command loads this, and starts one, first."""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

MEMORY_BYTES = 2 * 1024**3
TOTAL_SECONDS = 120.0


class Process:
    """A process that runs `start` of a module, from now on until `end`."""

    def __init__(
        self,
        memory_bytes: int = MEMORY_BYTES,
        total_seconds: float = TOTAL_SECONDS,
        module: str = "app.sandbox_start",
    ) -> None:
        self.stderr = _nameless()
        self.note = _nameless()
        self.connection, theirs = socket.socketpair()
        limits = str(memory_bytes), str(int(total_seconds))
        with theirs:
            # Without `site` and `-m`, which take milliseconds: all paths are handed over.
            self._running = subprocess.Popen(
                [sys.executable, "-S", "-P", "-c", f"from {module} import start; start()", *limits],
                stdin=theirs.fileno(),
                stdout=self.note,
                stderr=self.stderr,
                env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,
            )

    def alive(self) -> bool:
        return self._running.poll() is None

    def status(self, timeout: float) -> int | None:
        """The one that it ends with; None: it goes on for all the seconds of `timeout`."""
        try:
            return self._running.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> threading.Thread:
        """Ends with what is returned: to give back memory takes the system milliseconds, for
        which an answer need not wait."""
        self.connection.close()
        with suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)
        self.stderr.close()
        self.note.close()
        ending = threading.Thread(target=self._running.wait)
        ending.start()
        return ending


def _nameless() -> "IO[bytes]":
    """A file that is gone once it is closed; in memory, where the system has such."""
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("migaudit"), "w+b")
    from tempfile import TemporaryFile

    return TemporaryFile()
