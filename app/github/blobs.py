"""Contents of files by git's id, many in one call, each proved to be what the id says."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from app.github.connection import Connection
from app.github.errors import UnexpectedAnswer
from app.github.shape import Json

MAX_BATCH_FILES = 500
MAX_BATCH_BYTES = 1_500_000
"""Our own: what one GraphQL query asks for, so that it ends well within GitHub's ten seconds."""

MAX_BATCHED_BYTES = 500_000
"""Beyond some 512,000 bytes GraphQL cuts a blob's text short."""

Sized: TypeAlias = tuple[str, int | None]
"""A blob's id and its size, where that is known."""

_FRAGMENT = "{ ... on Blob { text } }"


@dataclass(slots=True)
class Blobs:
    """What was read of one repository; a content that two commits share is read once."""

    connection: Connection
    path: str
    name: str
    _contents: dict[str, bytes] = field(default_factory=dict, repr=False)
    _alone: set[str] = field(default_factory=set, repr=False)

    def has(self, blob: str) -> bool:
        return blob in self._contents

    def prefetch(self, wanted: Iterable[Sized]) -> None:
        """Reads contents, named by id and size, in batches. What GraphQL can't give is left out."""
        for batch in _batches(self._missing(wanted)):
            self._read_batch(batch)

    def prefetch_once(self, wanted: Iterable[Sized]) -> None:
        """Reads as many of them as one call gives, from the first one on."""
        for batch in islice(_batches(self._missing(wanted)), 1):
            self._read_batch(batch)

    def read(self, blob: str) -> bytes:
        """One content, read from GitHub unless it was before."""
        if blob not in self._contents:
            self._contents[blob] = self._read(blob)
        return self._contents[blob]

    def _missing(self, wanted: Iterable[Sized]) -> Iterator[Sized]:
        known = {*self._contents, *self._alone}
        for blob, size in dict(wanted).items():
            if blob not in known and (size or 0) <= MAX_BATCHED_BYTES:
                yield blob, size

    def _read(self, blob: str) -> bytes:
        found = self.connection.get(f"{self.path}/git/blobs/{blob}")
        if found.text("encoding") != "base64":
            raise UnexpectedAnswer(f"GitHub gave blob {blob} as {found.text('encoding')}")
        return base64.b64decode(found.text("content"))

    def _read_batch(self, batch: list[str]) -> None:
        """GraphQL gives text, decoded: what doesn't encode to its own id is to be read alone."""
        if len(batch) == 1:
            self.read(batch[0])
            return
        owner, _, name = self.name.partition("/")
        asked = " ".join(f'b{n}: object(oid: "{blob}") {_FRAGMENT}' for n, blob in enumerate(batch))
        query = (
            "query Blobs($owner: String!, $name: String!) "
            f"{{ repository(owner: $owner, name: $name) {{ {asked} }} }}"
        )
        data = self.connection.query(query, {"owner": owner, "name": name})
        for number, blob in enumerate(batch):
            content = _content(data.child("repository", f"b{number}"))
            if content is not None and _id(content) == blob:
                self._contents[blob] = content
            else:
                self._alone.add(blob)


def _content(found: Json) -> bytes | None:
    text = found.maybe_text("text")
    return None if text is None else text.encode(errors="surrogatepass")


def _id(content: bytes) -> str:
    """https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_object_storage"""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _batches(wanted: Iterable[Sized]) -> Iterator[list[str]]:
    batch: list[str] = []
    left = MAX_BATCH_BYTES
    for blob, size in wanted:
        left -= size or 0
        if batch and (left < 0 or len(batch) == MAX_BATCH_FILES):
            yield batch
            batch, left = [], MAX_BATCH_BYTES - (size or 0)
        batch.append(blob)
    if batch:
        yield batch
