"""GitHub's GraphQL API: the few fields and mutations that a reviewing App needs."""

from typing import TYPE_CHECKING

from tests.standin.routing import Call
from tests.standin.values import Json

if TYPE_CHECKING:
    from tests.standin.github import GitHub


class GraphQL:
    """Answers ``/api/graphql``."""

    def __init__(self, github: "GitHub") -> None:
        self._github = github

    def execute(self, call: Call) -> Json:
        raise NotImplementedError(call)
