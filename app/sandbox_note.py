"""What an analysis process is at: a note in a file, which its parent reads when it has to know.

A message for each of the steps of an audit would wake the parent thousands of times.
"""

import os
import struct
from dataclasses import dataclass, field

_HEADER = struct.Struct(">IIH")
_MOST_BYTES = 16 * 1024
"""Of a path: far more than any system allows, far less than the process may write."""


@dataclass(frozen=True, slots=True)
class Note:
    """The `step`th note of a process: it is at `path`, the last of `files` that it began with."""

    step: int
    files: int
    path: str


@dataclass(slots=True)
class Writer:
    """Writes each note over the one before. Silent in a copy of its process."""

    file: int
    _process: int = field(default_factory=os.getpid)
    _step: int = 0
    _begun: set[str] = field(default_factory=set)

    def begin(self, path: str) -> None:
        """Notes that the process begins with this file: whatever happens is to be blamed on it."""
        if os.getpid() != self._process:
            return
        self._step += 1
        self._begun.add(path)
        name = path.encode("utf-16-le", "surrogatepass")[:_MOST_BYTES]
        os.pwrite(self.file, _HEADER.pack(self._step, len(self._begun), len(name)) + name, 0)


def read(file: int) -> Note | None:
    """The note as it stands, whatever that is; None: it has begun with no file."""
    written = os.pread(file, _HEADER.size + _MOST_BYTES, 0)
    if len(written) < _HEADER.size:
        return None
    step, files, length = _HEADER.unpack_from(written)
    name = written[_HEADER.size : _HEADER.size + length // 2 * 2]
    return Note(step, files, name.decode("utf-16-le", "surrogatepass"))
