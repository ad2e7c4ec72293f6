"""One call that tells of a pull request what five others would tell one after the other."""

from collections.abc import Iterator

from app.github.checks import Checks
from app.github.connection import Connection
from app.github.errors import ListTruncated, NotFound, NotYetVisible, UnexpectedAnswer
from app.github.reviews import THREAD_FIELDS, Reviews, thread
from app.github.shape import Json
from app.github.values import CheckRun, Commit, Look, PullRequest
from app.report.values import Thread

_RUNS = """
          checkSuites(first: 20, filterBy: { appId: $app, checkName: $check }) {
            nodes {
              checkRuns(
                first: 100
                filterBy: { appId: $app, checkName: $check, checkType: ALL }
              ) {
                pageInfo { hasNextPage }
                nodes {
                  id name status conclusion externalId url
                  annotations(first: 1) { totalCount }
                }
              }
            }
          }
"""
MOST_SHARING = 100
"""Open pull requests that hold one commit; GitHub gives no more at once."""

_LOOK = f"""
query Look($owner: String!, $name: String!, $number: Int!, $app: Int!, $check: String!) {{
  repository(owner: $owner, name: $name) {{
    id
    databaseId
    isPrivate
    nameWithOwner
    pullRequest(number: $number) {{
      number title state isDraft locked changedFiles
      author {{ login }}
      baseRefName baseRefOid headRefName headRefOid
      baseRef {{ target {{ oid ... on Commit {{ tree {{ oid }} }} }} }}
      headRepository {{ databaseId }}
      commits(last: 1) {{
        nodes {{ commit {{
          oid
          tree {{ oid }}
          associatedPullRequests(first: {MOST_SHARING}) {{
            totalCount
            nodes {{ number state headRefOid baseRepository {{ databaseId }} }}
          }}
          {_RUNS}
          named: checkSuites(first: 10, filterBy: {{ checkName: $check }}) {{
            nodes {{ app {{ databaseId slug }} }}
          }}
        }} }}
      }}
      reviewThreads(first: 100) {{ {THREAD_FIELDS} }}
    }}
  }}
}}
"""


def look(connection: Connection, checks: Checks, reviews: Reviews, number: int, check: str) -> Look:
    """The pull request with its check runs called `check`, and its threads.

    Raises `NotYetVisible` where GitHub knows the head by name only, `NotFound` where the base
    branch is gone, `ListTruncated` where more pull requests have the head than GitHub names.
    """
    owner, _, short = reviews.name.partition("/")
    names = {"owner": owner, "name": short, "number": number}
    variables = {**names, "app": checks.app_id, "check": check}
    repository = connection.query(_LOOK, variables).child("repository")
    found = repository.child("pullRequest")
    head = _head(found)
    return Look(
        pull=_pull(found, repository.text("nameWithOwner")),
        base=_base(found),
        head=Commit(head.text("oid"), head.text("tree", "oid")),
        runs=_runs(head, checks, check),
        threads=_threads(found.child("reviewThreads"), reviews, number),
        repository=repository.text("id"),
        public=not repository.flag("isPrivate"),
        sharing=tuple(_sharing(head, number, repository.maybe_number("databaseId"))),
        namesakes=tuple(dict.fromkeys(_namesakes(head, checks.app_id))),
    )


def _head(found: Json) -> Json:
    commits = [one.child("commit") for one in found.children("commits", "nodes")]
    sha = found.text("headRefOid")
    if not commits or commits[-1].text("oid") != sha:
        raise NotYetVisible(sha)
    return commits[-1]


def _base(found: Json) -> Commit:
    sha = found.maybe_text("baseRef", "target", "oid")
    tree = found.maybe_text("baseRef", "target", "tree", "oid")
    if sha is None or tree is None:
        branch = found.text("baseRefName")
        raise NotFound("The base branch", 404, f"there is no branch {branch}")
    return Commit(sha, tree)


def _pull(found: Json, repository: str) -> PullRequest:
    return PullRequest(
        number=found.number("number"),
        title=found.text("title"),
        open=found.text("state") == "OPEN",
        draft=found.flag("isDraft"),
        author=found.maybe_text("author", "login") or "ghost",
        repository=repository,
        base_ref=found.text("baseRefName"),
        base_sha=found.text("baseRefOid"),
        head_ref=found.text("headRefName"),
        head_sha=found.text("headRefOid"),
        head_repository_id=found.maybe_number("headRepository", "databaseId"),
        changed_files=found.number("changedFiles"),
        locked=found.flag("locked"),
    )


def _runs(head: Json, checks: Checks, check: str) -> tuple[CheckRun, ...]:
    """The newest first; where they are more than one answer holds, GitHub is asked for them all."""
    sha = head.text("oid")
    suites = list(head.children("checkSuites", "nodes"))
    if any(suite.flag("checkRuns", "pageInfo", "hasNextPage") for suite in suites):
        return checks.list(sha, check)
    listed = (run for suite in suites for run in suite.children("checkRuns", "nodes"))
    runs = (_run(run, sha, checks.app_id) for run in listed)
    return tuple(sorted(runs, key=lambda run: run.id, reverse=True))


def _threads(page: Json, reviews: Reviews, number: int) -> tuple[Thread, ...]:
    threads = tuple(map(thread, page.children("nodes")))
    if page.flag("pageInfo", "hasNextPage"):
        threads += reviews.threads(number, page.text("pageInfo", "endCursor"))
    return threads


def _run(found: Json, head_sha: str, app_id: int) -> CheckRun:
    status = found.text("status").lower()
    conclusion = found.maybe_text("conclusion")
    return CheckRun(
        id=_id(found.text("url")),
        name=found.text("name"),
        head_sha=head_sha,
        status=status,
        conclusion=conclusion.lower() if conclusion else None,
        external_id=found.maybe_text("externalId") or "",
        annotations=found.maybe_number("annotations", "totalCount") or 0,
        app_id=app_id,
        html_url=found.text("url"),
        node_id=found.text("id"),
    )


def _id(url: str) -> int:
    """GraphQL's `databaseId` has 32 bits, check runs have outgrown it: their pages end in it."""
    number = url.partition("?")[0].rstrip("/").rpartition("/")[2]
    if not number.isdecimal():
        raise UnexpectedAnswer(f"GitHub gave {url} as the page of a check run")
    return int(number)


def _namesakes(head: Json, app_id: int) -> Iterator[str]:
    """Apps that have a check of the same name there: whoever requires it by name takes either."""
    for suite in head.children("named", "nodes"):
        found = suite.maybe_number("app", "databaseId")
        if found is not None and found != app_id:
            yield suite.text("app", "slug")


def _sharing(head: Json, number: int, repository: int | None) -> Iterator[int]:
    """Raises `ListTruncated`: one that is left out would not count in the check of them all."""
    sha, total = head.text("oid"), head.number("associatedPullRequests", "totalCount")
    if total > MOST_SHARING:
        raise ListTruncated("pull requests that hold this head", MOST_SHARING, total)
    for other in head.children("associatedPullRequests", "nodes"):
        ours = other.maybe_number("baseRepository", "databaseId") == repository
        same = other.text("headRefOid") == sha and other.text("state") == "OPEN"
        if ours and same and other.number("number") != number:
            yield other.number("number")
