"""Contents of files by git's id, many in one call, each proved to be what the id says."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from app.github.connection import Connection
from app.github.errors import RateLimited, RetryLater, UnexpectedAnswer
from app.github.kept import Forgetful, Kept
from app.github.listing import Item
from app.github.objects import Objects, objects

MAX_BATCH_FILES = 1_000
MAX_BATCH_BYTES = 2_500_000
"""Our own: what one GraphQL query asks for. One that GitHub doesn't manage in time is halved."""

MIN_BATCH_FILES = 50

MAX_BATCHED_BYTES = 500_000
"""Beyond some 512,000 bytes GraphQL cuts a blob's text short."""

Sized: TypeAlias = tuple[str, int | None]
"""A blob's id and its size, where that is known."""


@dataclass(slots=True)
class Blobs:
    """What was read of one repository, now or in an earlier job: a content is read once."""

    connection: Connection
    path: str
    name: str
    kept: Kept = field(default_factory=Forgetful)
    _contents: dict[str, bytes] = field(default_factory=dict, repr=False)
    _alone: set[str] = field(default_factory=set, repr=False)

    def has(self, blob: str) -> bool:
        """Whether to `read` it costs no call."""
        if blob not in self._contents:
            self._contents.update(self._remembered([blob]))
        return blob in self._contents

    def prefetch(self, wanted: Iterable[Sized]) -> None:
        """Reads contents, named by id and size, in batches. What GraphQL can't give is left out."""
        for batch in _batches(self._missing(wanted)):
            self._read_batch(batch)

    def prefetch_once(self, wanted: Iterable[Sized]) -> None:
        """Reads as many of them as one call gives, from the first one on."""
        for batch in islice(_batches(self._missing(wanted)), 1):
            self._read_batch(batch)

    def prefetch_with(
        self, wanted: Iterable[Sized], commit: str, folders: Sequence[str]
    ) -> Mapping[str, Sequence[Item]]:
        """The same, and in the same call what the `folders` of a commit hold."""
        batches = list(_batches(self._missing(wanted)))
        first = batches[0] if batches else []
        listed = self._ask(first, commit, folders).folders
        for batch in batches[1:]:
            self._read_batch(batch)
        return listed

    def read(self, blob: str) -> bytes:
        """One content, read from GitHub unless it was before."""
        if not self.has(blob):
            self.learn({blob: self._read(blob)})
        return self._contents[blob]

    def _missing(self, wanted: Iterable[Sized]) -> Iterator[Sized]:
        sizes = dict(wanted)
        self._contents.update(
            self._remembered(blob for blob in sizes if blob not in self._contents)
        )
        for blob, size in sizes.items():
            known = blob in self._contents or blob in self._alone
            if not known and (size or 0) <= MAX_BATCHED_BYTES:
                yield blob, size

    def _remembered(self, blobs: Iterable[str]) -> dict[str, bytes]:
        names = {f"blob {blob}": blob for blob in blobs}
        return {names[name]: content for name, content in self.kept.get(names).items()}

    def learn(self, contents: Mapping[str, bytes]) -> None:
        """Contents by git's id, which they were held against."""
        self._contents.update(contents)
        self.kept.put({f"blob {blob}": content for blob, content in contents.items()})

    def _read(self, blob: str) -> bytes:
        found = self.connection.get(f"{self.path}/git/blobs/{blob}")
        if found.text("encoding") != "base64":
            raise UnexpectedAnswer(f"GitHub gave blob {blob} as {found.text('encoding')}")
        return base64.b64decode(found.text("content"))

    def _read_batch(self, batch: list[str]) -> None:
        if len(batch) == 1:
            self.read(batch[0])
            return
        try:
            self._ask(batch)
        except RateLimited:
            raise
        except RetryLater:
            if len(batch) < MIN_BATCH_FILES:
                raise
            middle = len(batch) // 2
            self._read_batch(batch[:middle])
            self._read_batch(batch[middle:])

    def _ask(self, batch: list[str], commit: str = "", folders: Sequence[str] = ()) -> Objects:
        """What isn't given as it is (it isn't UTF-8, say) is to be read alone."""
        found = objects(self.connection, self.name, batch, commit, folders)
        self.learn(found.contents)
        self._alone.update(blob for blob in batch if blob not in found.contents)
        return found


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
