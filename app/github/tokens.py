"""Installation tokens: minted for one repository, kept in memory until shortly before they end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

from app.github.connection import Connection
from app.github.values import Token

PERMISSIONS = {
    "metadata": "read",
    "contents": "read",
    "checks": "write",
    "pull_requests": "write",
}
"""What a job needs, however much more the installation was granted."""

READING = {"metadata": "read", "contents": "read"}
"""What reading a file of another repository needs."""

SPARE = timedelta(minutes=5)
"""A token that ends sooner is replaced: a job shall not see it end."""


@dataclass(slots=True)
class Tokens:
    """Every token in use, by installation and repository. `app` speaks as the App itself."""

    app: Connection
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _tokens: dict[tuple[int, int | str], Token] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def secret(self, installation_id: int, repository: int | str) -> str:
        """A token for this repository alone, good for some minutes at least.

        One that is named, not numbered, is only read: it is another than the one of the job.
        """
        with self._lock:
            token = self._tokens.get((installation_id, repository))
            if token is None or token.expires - SPARE <= self.clock():
                token = self._mint(installation_id, repository)
                self._tokens[installation_id, repository] = token
            return token.secret

    def forget(self, installation_id: int, repository: int | str) -> None:
        """The next one is a new one."""
        with self._lock:
            self._tokens.pop((installation_id, repository), None)

    def _mint(self, installation_id: int, repository: int | str) -> Token:
        named = isinstance(repository, str)
        wanted = {
            "repositories" if named else "repository_ids": [repository],
            "permissions": READING if named else PERMISSIONS,
        }
        minted = self.app.create(
            f"/app/installations/{installation_id}/access_tokens", wanted, safe=True
        )
        expires = datetime.fromisoformat(minted.text("expires_at"))
        return Token(minted.text("token"), expires)
