"""Who acts on GitHub: people, organizations, Apps, and what an App may do where it is installed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.standin.values import Json, Refused, node_id

if TYPE_CHECKING:
    from tests.standin.github import GitHub
    from tests.standin.repository import Repository

ORDER = ("none", "read", "triage", "write", "maintain", "admin")
"""What people may do to a repository, from least to most."""


@dataclass(slots=True)
class User:
    """A person, an organization or an App's bot."""

    id: int
    login: str
    type: str = "User"

    @property
    def node_id(self) -> str:
        return node_id({"Organization": "O", "Bot": "BOT"}.get(self.type, "U"), self.id)


@dataclass(slots=True)
class App:
    """A registered GitHub App with its key, its webhook and its installations."""

    github: "GitHub" = field(repr=False)
    id: int
    slug: str
    client_id: str
    owner: User
    bot: User
    private_key: str = field(repr=False)
    public_jwk: dict[str, str] = field(repr=False)
    permissions: dict[str, str]
    events: list[str]
    webhook_url: str | None
    webhook_secret: str = field(repr=False)
    hook_id: int
    created_at: float
    installations: list["Installation"] = field(default_factory=list)

    def install(
        self, *repositories: "Repository", permissions: Mapping[str, str] | None = None
    ) -> "Installation":
        """Installs the App for the owner of these repositories, on these and no others."""
        with self.github.lock:
            installation = Installation(
                app=self,
                id=self.github.ids.next(),
                account=repositories[0].owner,
                repositories=list(repositories),
                permissions=dict(permissions or self.permissions),
                created_at=self.github.clock.now(),
            )
            self.installations.append(installation)
            self.github.announce.installation(installation, "created")
            return installation

    def installation_of(self, repository: "Repository") -> "Installation | None":
        return next((i for i in self.installations if repository in i.repositories), None)


@dataclass(slots=True)
class Installation:
    """An App's presence at one account: which repositories it sees and what it may do there."""

    app: App = field(repr=False)
    id: int
    account: User
    repositories: list["Repository"] = field(repr=False)
    permissions: dict[str, str]
    created_at: float
    suspended_at: float | None = None
    deleted: bool = False

    def add(self, repository: "Repository") -> None:
        self.repositories.append(repository)
        self.app.github.announce.installation_repositories(self, "added", repository)

    def remove(self, repository: "Repository") -> None:
        self.repositories.remove(repository)
        self.app.github.announce.installation_repositories(self, "removed", repository)

    def suspend(self) -> None:
        self.suspended_at = self.app.github.clock.now()
        self.app.github.announce.installation(self, "suspend")

    def unsuspend(self) -> None:
        self.suspended_at = None
        self.app.github.announce.installation(self, "unsuspend")

    def delete(self) -> None:
        self.deleted = True
        self.app.installations.remove(self)
        self.app.github.announce.installation(self, "deleted")


@dataclass(slots=True)
class Token:
    """An installation access token: what it reaches and until when."""

    text: str = field(repr=False)
    installation: Installation = field(repr=False)
    repository_ids: frozenset[int] | None
    permissions: dict[str, str]
    expires_at: float

    def sees(self, repository: "Repository") -> bool:
        if repository not in self.installation.repositories:
            return False
        return self.repository_ids is None or repository.id in self.repository_ids

    def may(self, permission: str, access: str) -> bool:
        """Both the token and, should it have been lowered since, the installation must allow it."""
        granted = (self.permissions, self.installation.permissions)
        return all(_covers(levels.get(permission), access) for levels in granted)


def lowered(installation: Installation, wanted: Json | None) -> dict[str, str]:
    """The permissions of a new token: what was asked for, within the installation's."""
    if not wanted:
        return dict(installation.permissions)
    for permission, access in wanted.items():
        if not _covers(installation.permissions.get(permission), access):
            raise Refused(422, "The permissions requested are not granted to this installation.")
    return dict(wanted)


def _covers(granted: str | None, access: str) -> bool:
    levels = ("read", "write", "admin")
    return granted in levels and levels.index(granted) >= levels.index(access)
