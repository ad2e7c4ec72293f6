"""The repository `.github` of an owner, whose files count for all of the owner's repositories."""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import quote

from app.github.connection import Connection
from app.github.errors import Invalid, NotFound, UnexpectedAnswer

SHARED = ".github"

FRESH_SECONDS = 600.0
"""Our own: for so long an answer counts, unless a delivery says that something has changed."""


@dataclass(slots=True)
class Remembered:
    """What was read of the repositories `.github`, by installation, for some minutes."""

    clock: Callable[[], float] = time.monotonic
    _answers: dict[tuple[int, str], tuple[float, bytes | None]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def get(self, installation: int, path: str, read: Callable[[], bytes | None]) -> bytes | None:
        with self._lock:
            known = self._answers.get((installation, path))
        if known is not None and known[0] > self.clock():
            return known[1]
        content = read()
        with self._lock:
            self._answers[installation, path] = (self.clock() + FRESH_SECONDS, content)
        return content

    def forget(self, installation: int) -> None:
        with self._lock:
            for key in [key for key in self._answers if key[0] == installation]:
                del self._answers[key]


@dataclass(frozen=True, slots=True)
class SharedFiles:
    """The files of the default branch of `.github`, for the repository called `name`."""

    connection: Connection
    name: str
    installation: int
    remembered: Remembered = field(default_factory=Remembered)

    @property
    def repository(self) -> str:
        return f"{self.name.partition('/')[0]}/{SHARED}"

    def read(self, path: str) -> bytes | None:
        """None where there is no such file, or where the App is not installed on it.

        GitHub refuses a token for a repository that the installation lacks with 422.
        """
        if self.repository == self.name:
            return None
        key = f"{self.repository}/{path}"
        return self.remembered.get(self.installation, key, lambda: self._read(path))

    def _read(self, path: str) -> bytes | None:
        address = f"/repos/{quote(self.repository, safe='/')}/contents/{quote(path)}"
        try:
            found = self.connection.get(address)
        except (NotFound, Invalid):
            return None
        if found.maybe_text("type") != "file" or found.text("encoding") != "base64":
            raise UnexpectedAnswer(f"{path} of {self.repository} is no ordinary file")
        return base64.b64decode(found.text("content"))
