"""Which commit is deployed, by GitHub's deployments and by tags.

https://docs.github.com/rest/deployments/deployments
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from app.github.connection import Connection, Parameters
from app.github.errors import NotFound, NotYetVisible
from app.github.shape import Json
from app.github.values import Commit

MOST_DEPLOYMENTS = 30
"""So many are asked how they went, the newest first: where none of them succeeded, none counts."""

MOST_TAGS = 500
"""The newest of the repository, in which one of the pattern has to be."""

_PAGE = 100
_TAGS = """
query Tags($owner: String!, $name: String!, $first: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    refs(
      refPrefix: "refs/tags/"
      first: $first
      after: $after
      orderBy: { field: TAG_COMMIT_DATE, direction: DESC }
    ) {
      pageInfo { hasNextPage endCursor }
      nodes {
        name
        target {
          ... on Commit { oid committedDate tree { oid } }
          ... on Tag { target { ... on Commit { oid committedDate tree { oid } } } }
        }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Deployed:
    """A commit, what people know it by, and since when it is deployed."""

    commit: Commit
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Deployments:
    """What is deployed of one repository. `deployments` reads those and nothing else."""

    deployments: Connection
    contents: Connection
    path: str
    name: str

    def latest(self, environment: str) -> Deployed | None:
        """What was deployed there last with success; GitHub lists the newest first."""
        parameters: Parameters = {"environment": environment, "per_page": MOST_DEPLOYMENTS}
        listed = self.deployments.pages(f"{self.path}/deployments", parameters)
        for found in islice(listed, MOST_DEPLOYMENTS):
            succeeded = self._succeeded(found.number("id"))
            if succeeded is not None:
                commit = self._commit(found.text("sha"))
                return Deployed(commit, commit.sha[:7], succeeded)
        return None

    def newest_tag(self, matches: Callable[[str], bool]) -> Deployed | None:
        """The tag with the newest commit among those whose names match."""
        owner, _, name = self.name.partition("/")
        after: str | None = None
        for _ in range(MOST_TAGS // _PAGE):
            asked = {"owner": owner, "name": name, "first": _PAGE, "after": after}
            refs = self.contents.query(_TAGS, asked).child("repository", "refs")
            for ref in refs.children("nodes"):
                found = _tagged(ref.child("target"))
                if found is not None and matches(ref.text("name")):
                    commit = Commit(found.text("oid"), found.text("tree", "oid"))
                    at = datetime.fromisoformat(found.text("committedDate"))
                    return Deployed(commit, ref.text("name"), at)
            if not refs.flag("pageInfo", "hasNextPage"):
                return None
            after = refs.text("pageInfo", "endCursor")
        return None

    def _commit(self, sha: str) -> Commit:
        """`NotYetVisible` where it is gone."""
        try:
            found = self.contents.get(f"{self.path}/git/commits/{sha}")
        except NotFound as missing:
            raise NotYetVisible(sha) from missing
        return Commit(sha, found.text("tree", "sha"))

    def _succeeded(self, deployment: int) -> datetime | None:
        """When it did; one that a newer one took the place of, and is inactive since, did too."""
        statuses = self.deployments.pages(f"{self.path}/deployments/{deployment}/statuses")
        times = [
            datetime.fromisoformat(status.text("created_at"))
            for status in statuses
            if status.text("state") == "success"
        ]
        return max(times, default=None)


def _tagged(target: Json) -> Json | None:
    """The commit that a tag stands for; annotated tags stand before it, others may name a tree."""
    for found in (target, target.child("target")):
        if found.maybe_text("oid") is not None:
            return found
    return None
