"""The repository `.github` of an owner, whose files count for all of the owner's repositories."""

import base64
from dataclasses import dataclass
from urllib.parse import quote

from app.github.connection import Connection
from app.github.errors import Invalid, NotFound, UnexpectedAnswer

SHARED = ".github"


@dataclass(frozen=True, slots=True)
class SharedFiles:
    """The files of the default branch of `.github`, for the repository called `name`."""

    connection: Connection
    name: str

    @property
    def repository(self) -> str:
        return f"{self.name.partition('/')[0]}/{SHARED}"

    def read(self, path: str) -> bytes | None:
        """None where there is no such file, or where the App is not installed on it.

        GitHub refuses a token for a repository that the installation lacks with 422.
        """
        if self.repository == self.name:
            return None
        address = f"/repos/{quote(self.repository, safe='/')}/contents/{quote(path)}"
        try:
            found = self.connection.get(address)
        except (NotFound, Invalid):
            return None
        if found.maybe_text("type") != "file" or found.text("encoding") != "base64":
            raise UnexpectedAnswer(f"{path} of {self.repository} is no ordinary file")
        return base64.b64decode(found.text("content"))
