"""Our GitHub App: who we are, and the way to each repository."""

import time
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property, partial
from threading import Lock
from urllib.parse import quote

from app.github.connection import Connection
from app.github.deployed import Deployments
from app.github.etags import Etags
from app.github.hook import Hook
from app.github.kept import Forgetful, Kept
from app.github.limiter import Limiter
from app.github.meter import Meter
from app.github.protection import Protection, protection
from app.github.queue import MergeQueue
from app.github.registration import web_url_of
from app.github.repository import Repository
from app.github.shared import SHARED, Remembered, SharedFiles
from app.github.standing import Standing
from app.github.tokens import ALL, Tokens
from app.github.transport import Answer, Transport, app_jwt
from app.github.values import AppIdentity


class GitHubApp:
    """One registered App on one GitHub. Tokens live in its memory only.

    `api_url` is the REST root (`https://HOST/api/v3` on GitHub Enterprise Server);
    `seconds_between_writes` is GitHub's advice, kept per installation; `kept` holds what is known
    of a repository between jobs; `sleep` passes the moments before a write or another attempt at a
    read. Raises `UnusableKey`.
    """

    def __init__(
        self,
        app_id: int,
        private_key: str,
        api_url: str = "https://api.github.com",
        *,
        seconds_between_writes: float = 1.0,
        timeout: float = 15.0,
        kept: Callable[[int], Kept] = lambda repository: Forgetful(),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.id = app_id
        self.api_url = api_url.rstrip("/")
        self._pause = seconds_between_writes
        self._timeout = timeout
        self._kept = kept
        self._sleep = sleep
        sign = partial(app_jwt, app_id, private_key)
        sign()
        self.standing = Standing()
        self._connection = Connection(
            Transport(self.api_url, "Bearer", sign, timeout),
            Limiter(seconds_between_writes, sleep=sleep),
            note=self._note,
            sleep=sleep,
        )
        self._tokens = Tokens(self._connection)
        self._limiters: defaultdict[int, Limiter] = defaultdict(
            lambda: Limiter(self._pause, sleep=self._sleep)
        )
        self._etags: defaultdict[int, Etags] = defaultdict(Etags)
        self._shared = Remembered()
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"GitHubApp({self.id}, {self.api_url!r})"

    @property
    def web_url(self) -> str:
        """Where GitHub's pages are, without a final slash."""
        return web_url_of(self.api_url)

    def identity(self) -> AppIdentity:
        """Who GitHub says we are; asked once. `Unauthorized` where the key isn't the App's."""
        return self._identity

    def repository(self, installation_id: int, repository_id: int, name: str) -> Repository:
        """The way to one repository, with a token for it alone. Makes no call yet."""
        connection = self._connected(installation_id, repository_id)
        shared = self._connected(installation_id, SHARED)
        defaults = SharedFiles(shared, name, installation_id, self._shared)
        kept = self._kept(repository_id)
        path = f"/repos/{quote(name, safe='/')}"
        reader = self._connected(installation_id, repository_id, apart="deployments")
        deployed = Deployments(reader, connection, path, name)
        queue = MergeQueue(
            self._connected(installation_id, repository_id, apart="merge_queues"), name
        )
        return Repository(
            connection,
            self.id,
            installation_id,
            repository_id,
            name,
            defaults,
            kept,
            deployed,
            queue,
        )

    def whereabouts(self, name: str) -> tuple[int, int, str]:
        """The installation that has a repository, the repository's number, and its name now.

        `NotFound` where the App is not installed on it.
        """
        path = f"/repos/{quote(name, safe='/')}"
        installation = self._connection.get(f"{path}/installation").number("id")
        found = self._connected(installation, name.rpartition("/")[2]).get(path)
        return installation, found.number("id"), found.text("full_name")

    def protection(self, name: str, check: str) -> Protection:
        """What the repository demands of its default branch. `NotFound` as `whereabouts`."""
        installation, _, now = self.whereabouts(name)
        connection = self._connected(installation, now.rpartition("/")[2])
        return protection(connection, f"/repos/{quote(now, safe='/')}", check)

    @property
    def hook(self) -> Hook:
        """What GitHub sent us, and where we are installed."""
        return Hook(self._connection)

    def repositories(self, installation_id: int) -> tuple[tuple[int, str], ...]:
        """Ids and names of those that an installation is for, archived ones left out."""
        connection = self._connected(installation_id, ALL)
        found = connection.pages("/installation/repositories", None, "repositories")
        return tuple((r.number("id"), r.text("full_name")) for r in found if not r.flag("archived"))

    def forget_shared(self, installation_id: int) -> None:
        """What was read of the repository `.github` may have changed."""
        self._shared.forget(installation_id)

    def _note(self, method: str, answer: Answer) -> None:
        Meter().note(method, answer)
        self.standing.note(answer)

    def _connected(
        self, installation_id: int, repository: int | str, *, apart: str | None = None
    ) -> Connection:
        secret = partial(self._tokens.secret, installation_id, repository, apart=apart)
        with self._lock:
            limiter, etags = self._limiters[installation_id], self._etags[installation_id]
        return Connection(
            Transport(self.api_url, "token", secret, self._timeout, etags),
            limiter,
            renew=partial(self._tokens.forget, installation_id, repository, apart=apart),
            note=Meter(installation_id).note,
            sleep=self._sleep,
        )

    @cached_property
    def _identity(self) -> AppIdentity:
        app = self._connection.get("/app")
        permissions = app.child("permissions").value
        return AppIdentity(
            id=app.number("id"),
            slug=app.text("slug"),
            permissions=tuple(permissions.items()) if isinstance(permissions, dict) else (),
            events=tuple(event.text() for event in app.children("events")),
        )
