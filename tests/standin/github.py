"""The whole stand-in: what a test or the demo starts, fills and asks."""

import json
import threading
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import TracebackType

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.standin.accounts import App, Token, User
from tests.standin.announce import Announcer
from tests.standin.api import Api, Exchange
from tests.standin.description import Description
from tests.standin.faults import Faults
from tests.standin.git import Content, Git
from tests.standin.limiter import Limiter
from tests.standin.limits import Limits
from tests.standin.listener import Answer, Request, Server
from tests.standin.pages import Pages
from tests.standin.registration import Registration
from tests.standin.repository import Repository
from tests.standin.values import Clock, Ids
from tests.standin.webhooks import Webhooks

PERMISSIONS = {
    "metadata": "read",
    "contents": "read",
    "checks": "write",
    "pull_requests": "write",
    "issues": "read",
    "merge_queues": "read",
}
EVENTS = ("pull_request", "issue_comment", "check_run", "check_suite", "merge_group", "push")


@cache
def _key(slug: str) -> rsa.RSAPrivateKey:
    """Making keys is slow: Apps of one name share theirs for as long as the process lives."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


class GitHub:
    """A GitHub of its own on 127.0.0.1; repositories live below `directory`."""

    def __init__(self, directory: Path, *, limits: Limits | None = None, port: int = 0) -> None:
        self.directory = directory
        self.limits = limits or Limits()
        self.clock = Clock()
        self.ids = Ids()
        self.lock = threading.RLock()
        self.users: dict[str, User] = {}
        self.apps: list[App] = []
        self.tokens: dict[str, Token] = {}
        self.repositories: dict[str, Repository] = {}
        self.moved: dict[str, Repository] = {}
        self.resolving_needs = "pull_requests:write"
        """What resolving a thread takes: reports differ, some say ``contents:write``."""
        self.requests: list[Exchange] = []
        self.faults = Faults()
        self.description = Description()
        self.webhooks = Webhooks(self.ids, self.clock)
        self.announce = Announcer(self)
        self.limiter = Limiter(self.limits, self.clock)
        self._api = Api(self)
        self._pages = Pages(self)
        self.registration = Registration(self)
        self._server = Server(self._handle, port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def api_url(self) -> str:
        """The REST root, in the form of a GitHub Enterprise Server."""
        return f"{self.url}/api/v3"

    @property
    def violations(self) -> list[str]:
        """Requests, answers and events that break GitHub's description, unknown routes included."""
        return self.description.violations

    def assert_clean(self) -> None:
        assert not self.violations, "\n".join(self.violations)

    def start(self) -> "GitHub":
        self._server.start()
        self.webhooks.start()
        return self

    def stop(self) -> None:
        self.webhooks.stop()
        self._server.stop()
        for repository in self.repositories.values():
            repository.git.close()

    def __enter__(self) -> "GitHub":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def create_app(
        self,
        slug: str = "migaudit",
        *,
        permissions: Mapping[str, str] | None = None,
        events: Iterable[str] = EVENTS,
        webhook_url: str | None = None,
        webhook_secret: str = "It's a Secret to Everybody",
        owner: str = "migaudit-makers",
    ) -> App:
        """Registers an App; its webhook may be set later (`app.webhook_url`)."""
        key = _key(slug)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        number = self.ids.next()
        app = App(
            github=self,
            id=number,
            slug=slug,
            client_id=f"Iv23li{number:014d}",
            owner=self.user(owner, kind="Organization"),
            bot=self.user(f"{slug}[bot]", kind="Bot"),
            private_key=pem.decode(),
            public_jwk=json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())),
            permissions=dict(permissions or PERMISSIONS),
            events=list(events),
            webhook_url=webhook_url,
            webhook_secret=webhook_secret,
            hook_id=self.ids.next(),
            created_at=self.clock.now(),
        )
        self.apps.append(app)
        return app

    def user(self, who: str | User, *, kind: str = "User") -> User:
        """Somebody by name; people appear when they are first named."""
        if isinstance(who, User):
            return who
        if who not in self.users:
            self.users[who] = User(self.ids.next(), who, kind)
        return self.users[who]

    def create_repository(
        self,
        full_name: str = "acme/tickets",
        *,
        files: Mapping[str, Content] | None = None,
        source: Path | None = None,
        private: bool = True,
        default_branch: str = "main",
    ) -> Repository:
        """A repository: with one commit of `files`, or a git directory's branches and tags."""
        owner, _, name = full_name.partition("/")
        number = self.ids.next()
        directory = self.directory / owner / f"{name}-{number}.git"
        repository = Repository(
            github=self,
            id=number,
            owner=self.users.get(owner) or self.user(owner, kind="Organization"),
            name=name,
            git=Git.create(directory, default_branch),
            default_branch=default_branch,
            private=private,
            created_at=self.clock.now(),
        )
        self.repositories[full_name] = repository
        self.moved.pop(full_name, None)  # a new repository ends the redirect of an old name
        if source is not None:
            spans = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
            repository.git.run("fetch", "--quiet", str(source.resolve()), *spans)
        if files is not None:
            repository.commit(default_branch, files, message="Begin")
        return repository

    def repository(self, full_name: str) -> Repository:
        return self.repositories[full_name]

    def fork_of(self, repository: Repository, login: str) -> Repository:
        """The fork that somebody made of a repository."""
        return next(
            fork
            for fork in self.repositories.values()
            if fork.parent is repository and fork.owner.login == login
        )

    def _handle(self, request: Request) -> Answer:
        if request.path.startswith("/api/"):
            return self._api.handle(request)
        with self.lock:
            return self.registration.handle(request) or self._pages.handle(request)
