"""A GitHub, a repository with one pull request, and our client for it."""

from dataclasses import dataclass
from typing import Any

from app.github import GitHubApp, Trees
from app.github import Repository as Client
from tests.standin import App, GitHub, Installation, PullRequest, Repository

MIGRATION = "migrations/20240102000000_index.js"
LINES = "".join(f"line {n}\n" for n in range(1, 41))


@dataclass(frozen=True)
class World:
    """Everything there is, on both sides of the wire."""

    github: GitHub
    app: App
    installation: Installation
    repository: Repository
    pull: PullRequest
    ours: GitHubApp
    client: Client

    def between(self, client: Client | None = None) -> Trees:
        """What the pull request does, as an audit of it is told."""
        asked = client or self.client
        look = asked.look(self.pull.number, "migaudit")
        return asked.between(look.base, look.head, "pull", look.pull.changed_files)

    def again(self, **more: Any) -> Client:
        """The client of a process that has just started."""
        ours = GitHubApp(
            self.app.id, self.app.private_key, self.github.api_url, seconds_between_writes=0, **more
        )
        return ours.repository(self.installation.id, self.repository.id, "acme/tickets")

    def asked(self, method: str = "*", ending: str = "") -> list[str]:
        """The requests so far, as `METHOD path`."""
        return [
            f"{seen.method} {seen.path}"
            for seen in self.github.requests
            if method in ("*", seen.method) and seen.path.endswith(ending)
        ]
