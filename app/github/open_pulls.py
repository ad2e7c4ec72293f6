"""The open pull requests of a repository, with what decides whether they are to be audited."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.github.connection import Connection
from app.github.shape import Json

_PULLS = """
query OpenPulls(
  $owner: String!, $name: String!, $base: String, $after: String, $app: Int!, $check: String!
) {
  repository(owner: $owner, name: $name) {
    pullRequests(
      states: [OPEN], baseRefName: $base, first: 50, after: $after
      orderBy: { field: UPDATED_AT, direction: DESC }
    ) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number headRefOid changedFiles
        files(first: 100) { nodes { path } }
        commits(last: 1) { nodes { commit {
          checkSuites(first: 20, filterBy: { appId: $app, checkName: $check }) {
            nodes { checkRuns(
              first: 50, filterBy: { appId: $app, checkName: $check, checkType: ALL }
            ) { nodes { status externalId } } }
          }
        } } }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class OpenPull:
    """An open pull request. `paths` None: more files change than are listed.

    `completed` are the external ids of our completed check runs on its head.
    """

    number: int
    head: str
    paths: tuple[str, ...] | None
    completed: tuple[str, ...]


def open_pulls(
    connection: Connection, name: str, app_id: int, check: str, base: str | None = None
) -> Iterator[OpenPull]:
    """Those into `base`, else into any branch; the ones that changed last come first."""
    owner, _, short = name.partition("/")
    variables = {"owner": owner, "name": short, "base": base, "app": app_id, "check": check}
    after: str | None = None
    while True:
        data = connection.query(_PULLS, {**variables, "after": after})
        page = data.child("repository", "pullRequests")
        yield from map(_pull, page.children("nodes"))
        if not page.flag("pageInfo", "hasNextPage"):
            return
        after = page.text("pageInfo", "endCursor")


def _pull(found: Json) -> OpenPull:
    listed = found.child("files", "nodes").value is not None
    paths = tuple(f.text("path") for f in found.children("files", "nodes")) if listed else ()
    return OpenPull(
        number=found.number("number"),
        head=found.text("headRefOid"),
        paths=paths if len(paths) >= found.number("changedFiles") else None,
        completed=tuple(_completed(found)),
    )


def _completed(found: Json) -> Iterator[str]:
    for commit in found.children("commits", "nodes"):
        for suite in commit.children("commit", "checkSuites", "nodes"):
            for run in suite.children("checkRuns", "nodes"):
                if run.text("status") == "COMPLETED":
                    yield run.maybe_text("externalId") or ""
