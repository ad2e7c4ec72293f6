"""Reviews and their threads: comments on lines and files of a pull request."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.github.connection import Connection
from app.github.shape import Json
from app.report.values import Comment, FileComment, InlineComment, Thread

THREAD_FIELDS = """
        pageInfo { hasNextPage endCursor }
        nodes {
          id
          path
          isResolved
          resolvedBy { login }
          comments(first: 30) {
            totalCount
            nodes { id fullDatabaseId body isMinimized viewerDidAuthor author { login } }
          }
        }
"""
_THREADS = f"""
query Threads($owner: String!, $name: String!, $number: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    pullRequest(number: $number) {{
      reviewThreads(first: 100, after: $after) {{ {THREAD_FIELDS} }}
    }}
  }}
}}
"""
_RESOLVE = """
mutation Resolve($thread: ID!) {
  resolveReviewThread(input: { threadId: $thread }) { thread { id isResolved } }
}
"""
_MINIMIZE = """
mutation Minimize($comment: ID!) {
  minimizeComment(input: { subjectId: $comment, classifier: RESOLVED }) {
    minimizedComment { isMinimized }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Reviews:
    """The review conversations of one repository's pull requests."""

    connection: Connection
    path: str
    name: str

    def threads(self, pull: int, after: str | None = None) -> tuple[Thread, ...]:
        """Every thread of the pull request, with who resolved it; only those behind `after`."""
        owner, _, name = self.name.partition("/")
        threads: list[Thread] = []
        while True:
            variables = {"owner": owner, "name": name, "number": pull, "after": after}
            data = self.connection.query(_THREADS, variables)
            page = data.child("repository", "pullRequest", "reviewThreads")
            threads += map(thread, page.children("nodes"))
            if not page.flag("pageInfo", "hasNextPage"):
                return tuple(threads)
            after = page.text("pageInfo", "endCursor")

    def create(
        self, pull: int, head_sha: str, body: str, comments: Sequence[InlineComment]
    ) -> None:
        """One review. GitHub refuses all of it (`Invalid`) for one bad line."""
        self.connection.create(
            f"{self.path}/pulls/{pull}/reviews",
            {
                "commit_id": head_sha,
                "event": "COMMENT",
                "body": body,
                "comments": [_inline(comment) for comment in comments],
            },
        )

    def comment_on_file(self, pull: int, head_sha: str, comment: FileComment) -> None:
        """A comment on a file as a whole: a review can't hold one."""
        self.connection.create(
            f"{self.path}/pulls/{pull}/comments",
            {
                "commit_id": head_sha,
                "path": comment.path,
                "subject_type": "file",
                "body": comment.body,
            },
        )

    def edit(self, comment: Comment, body: str) -> None:
        self.connection.update(f"{self.path}/pulls/comments/{comment.id}", {"body": body})

    def delete(self, comment: Comment) -> None:
        self.connection.delete(f"{self.path}/pulls/comments/{comment.id}")

    def resolve(self, thread: Thread) -> None:
        """`Forbidden` where the installation may not: some GitHubs ask for `contents: write`."""
        self.connection.mutate(_RESOLVE, {"thread": thread.node_id})

    def minimize(self, comment: Comment) -> None:
        """Folds the comment away as resolved."""
        self.connection.mutate(_MINIMIZE, {"comment": comment.node_id})


def thread(found: Json) -> Thread:
    comments = found.child("comments")
    resolved_by = found.maybe_text("resolvedBy", "login")
    ours = {c.maybe_text("author", "login") for c in comments.children("nodes") if _ours(c)}
    return Thread(
        node_id=found.text("id"),
        path=found.text("path"),
        resolved=found.flag("isResolved"),
        comments=tuple(map(_comment, comments.children("nodes"))),
        comment_count=comments.number("totalCount"),
        resolved_by=None if resolved_by in ours else resolved_by,
    )


def _comment(found: Json) -> Comment:
    return Comment(
        node_id=found.text("id"),
        id=found.big_number("fullDatabaseId"),
        body=found.text("body"),
        ours=_ours(found),
        minimized=found.flag("isMinimized"),
    )


def _ours(comment: Json) -> bool:
    return comment.flag("viewerDidAuthor")


def _inline(comment: InlineComment) -> dict[str, object]:
    body: dict[str, object] = {
        "path": comment.path,
        "line": comment.line,
        "side": "RIGHT",
        "body": comment.body,
    }
    if comment.start_line is not None:
        body |= {"start_line": comment.start_line, "start_side": "RIGHT"}
    return body
