"""A tree of files held in memory."""

import hashlib
from collections.abc import Mapping

from analyzers.source import Entry, UnreadableFile
from analyzers.struct import Struct


class MemoryTree(Struct, frozen=True):
    """A `SourceTree` over texts by path."""

    files: Mapping[str, str]

    def entries(self) -> Mapping[str, Entry]:
        return {path: _entry(text.encode()) for path, text in self.files.items()}

    def read(self, path: str) -> bytes:
        if path not in self.files:
            raise UnreadableFile(path, "there is no such file")
        return self.files[path].encode()


def _entry(content: bytes) -> Entry:
    return Entry(hashlib.sha256(content).hexdigest(), size=len(content))
