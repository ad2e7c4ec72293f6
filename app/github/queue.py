"""What waits in a merge queue. https://docs.github.com/graphql/reference/objects#mergequeue"""

from dataclasses import dataclass

from app.github.connection import Connection

_QUEUE = """
query Queue($owner: String!, $name: String!, $branch: String!) {
  repository(owner: $owner, name: $name) {
    mergeQueue(branch: $branch) {
      entries(first: 100) { nodes { position pullRequest { number headRefOid } } }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Queued:
    """A pull request in a merge queue, and its own head."""

    number: int
    head: str


@dataclass(frozen=True, slots=True)
class MergeQueue:
    """The merge queues of one repository. `connection` may read those."""

    connection: Connection
    repository: str

    def of(self, branch: str) -> tuple[Queued, ...]:
        """The first hundred pull requests of the branch's queue, in its order; none without one."""
        owner, _, name = self.repository.partition("/")
        variables = {"owner": owner, "name": name, "branch": branch}
        queue = self.connection.query(_QUEUE, variables).child("repository", "mergeQueue")
        if queue.value is None:
            return ()
        entries = sorted(queue.children("entries", "nodes"), key=lambda one: one.number("position"))
        pulls = (entry.child("pullRequest") for entry in entries)
        return tuple(Queued(pull.number("number"), pull.text("headRefOid")) for pull in pulls)
