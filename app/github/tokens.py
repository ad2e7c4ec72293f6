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

APART = {
    "deployments": {"metadata": "read", "deployments": "read"},
    "merge_queues": {"metadata": "read", "merge_queues": "read", "pull_requests": "read"},
}
"""Apart from the others: GitHub refuses a token with a permission that was not granted."""

ALL = ""
"""In place of a name: every repository of the installation, only to be read."""

SPARE = timedelta(minutes=5)
"""A token that ends sooner is replaced: a job shall not see it end."""


@dataclass(slots=True)
class Tokens:
    """Every token in use, by installation and repository. `app` speaks as the App itself."""

    app: Connection
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _tokens: dict[tuple[int, int | str, str | None], Token] = field(
        default_factory=dict, repr=False
    )
    _turns: dict[tuple[int, int | str, str | None], Lock] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def secret(
        self, installation_id: int, repository: int | str, *, apart: str | None = None
    ) -> str:
        """A token for this repository alone, good for some minutes at least.

        One that is named, not numbered, is only read: it is another than the one of the job. So is
        that for what is granted `apart`.
        """
        key = (installation_id, repository, apart)
        with self._lock:
            turn = self._turns.setdefault(key, Lock())
        with turn:
            token = self._tokens.get(key)
            if token is None or token.expires - SPARE <= self.clock():
                token = self._tokens[key] = self._mint(*key)
            return token.secret

    def forget(
        self, installation_id: int, repository: int | str, *, apart: str | None = None
    ) -> None:
        """The next one is a new one."""
        with self._lock:
            self._tokens.pop((installation_id, repository, apart), None)

    def _mint(self, installation_id: int, repository: int | str, apart: str | None) -> Token:
        named = isinstance(repository, str)
        usual = READING if named else PERMISSIONS
        wanted: dict[str, object] = {"permissions": APART[apart] if apart else usual}
        if repository != ALL:
            wanted["repositories" if named else "repository_ids"] = [repository]
        minted = self.app.create(
            f"/app/installations/{installation_id}/access_tokens", wanted, safe=True
        )
        expires = datetime.fromisoformat(minted.text("expires_at"))
        return Token(minted.text("token"), expires)
