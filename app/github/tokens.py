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

SPARE = timedelta(minutes=5)
"""A token that ends sooner is replaced: a job shall not see it end."""


@dataclass(slots=True)
class Tokens:
    """Every token in use, by installation and repository. `app` speaks as the App itself."""

    app: Connection
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _tokens: dict[tuple[int, int], Token] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def secret(self, installation_id: int, repository_id: int) -> str:
        """A token for this repository alone, good for some minutes at least."""
        with self._lock:
            token = self._tokens.get((installation_id, repository_id))
            if token is None or token.expires - SPARE <= self.clock():
                token = self._mint(installation_id, repository_id)
                self._tokens[installation_id, repository_id] = token
            return token.secret

    def forget(self, installation_id: int, repository_id: int) -> None:
        """The next one is a new one."""
        with self._lock:
            self._tokens.pop((installation_id, repository_id), None)

    def _mint(self, installation_id: int, repository_id: int) -> Token:
        minted = self.app.create(
            f"/app/installations/{installation_id}/access_tokens",
            {"repository_ids": [repository_id], "permissions": PERMISSIONS},
            safe=True,
        )
        expires = datetime.fromisoformat(minted.text("expires_at"))
        return Token(minted.text("token"), expires)
