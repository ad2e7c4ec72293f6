"""Deployments of a commit to an environment, and how they went."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.standin.accounts import User

if TYPE_CHECKING:
    from tests.standin.repository import Repository


@dataclass(slots=True)
class DeploymentStatus:
    id: int
    state: str
    created_at: float


@dataclass(slots=True)
class Deployment:
    """One deployment; its newest status is the last."""

    repository: "Repository" = field(repr=False)
    id: int
    sha: str
    ref: str
    environment: str
    user: User
    created_at: float
    statuses: list[DeploymentStatus] = field(default_factory=list)

    def report(self, state: str) -> None:
        """``in_progress``, ``success``, ``failure``, ``inactive``, …"""
        github = self.repository.github
        status = DeploymentStatus(github.ids.next(), state, github.clock.now())
        self.statuses.append(status)
        github.announce.deployment_status(self, status)
