"""One repository, through one installation."""

from collections.abc import Mapping
from urllib.parse import quote

from analyzers.source import Entry
from app.github.blobs import Blobs
from app.github.checks import Checks
from app.github.comments import Comments
from app.github.connection import Connection
from app.github.errors import ListTruncated, NotFound, UnexpectedAnswer
from app.github.reviews import Reviews
from app.github.shape import Json
from app.github.shared import SharedFiles
from app.github.tree import GitTree, list_tree
from app.github.values import PullRequest, Role
from app.report.values import ChangedFile, Status


class Repository:
    """What we read and write in one repository. GitHub redirects from a name that it had."""

    def __init__(
        self,
        connection: Connection,
        app_id: int,
        installation_id: int,
        number: int,
        name: str,
        shared: SharedFiles,
    ) -> None:
        self.id = number
        self.installation_id = installation_id
        self.name = name
        self.shared = shared
        path = f"/repos/{quote(name, safe='/')}"
        self.checks = Checks(connection, path, app_id)
        self.reviews = Reviews(connection, path, name)
        self.comments = Comments(connection, path, app_id)
        self._connection = connection
        self._path = path
        self._blobs = Blobs(connection, path, name)
        self._trees: list[Mapping[str, Entry]] = []

    def __repr__(self) -> str:
        return f"Repository({self.name!r}, installation {self.installation_id})"

    def pull(self, number: int) -> PullRequest:
        """The pull request as it is now."""
        return _pull(self._connection.get(f"{self._path}/pulls/{number}"))

    def changed_files(self, pull: PullRequest) -> tuple[ChangedFile, ...]:
        """All files the pull request changes since the merge base.

        `ListTruncated` where GitHub, which lists 3,000 at most, lists fewer than it counts.
        """
        path = f"{self._path}/pulls/{pull.number}/files"
        files = tuple(map(_file, self._connection.pages(path)))
        if len(files) < pull.changed_files:
            raise ListTruncated("changed files", len(files), pull.changed_files)
        return files

    def merge_base(self, base: str, head: str) -> str:
        """The sha of the best common ancestor."""
        between = f"{quote(base, safe='')}...{quote(head, safe='')}"
        compared = self._connection.get(f"{self._path}/compare/{between}", {"per_page": 1})
        return compared.text("merge_base_commit", "sha")

    def tree(self, sha: str) -> GitTree:
        """The files of a commit. `NotYetVisible` where GitHub doesn't show it yet."""
        listed = list_tree(self._connection, self._path, sha)
        self._trees.append(listed)
        return GitTree(sha, listed, self._blobs, self._trees)

    def pulls_with_head(self, sha: str) -> tuple[PullRequest, ...]:
        """Open pull requests into this repository whose head is `sha`, those of forks included."""
        listed = self._connection.pages(f"{self._path}/commits/{sha}/pulls")
        numbers = [
            found.number("number")
            for found in listed
            if found.text("state") == "open"
            and found.text("head", "sha") == sha
            and found.maybe_number("base", "repo", "id") == self.id
        ]
        return tuple(map(self.pull, numbers))

    def role(self, login: str) -> Role:
        """What this person may do here; `Role.NONE` for strangers."""
        path = f"{self._path}/collaborators/{quote(login, safe='')}/permission"
        try:
            found = self._connection.get(path)
        except NotFound:
            return Role.NONE
        return _role(found.maybe_text("role_name")) or _role(found.text("permission")) or Role.NONE


def _pull(found: Json) -> PullRequest:
    return PullRequest(
        number=found.number("number"),
        title=found.text("title"),
        open=found.text("state") == "open",
        draft=found.flag("draft"),
        author=found.maybe_text("user", "login") or "ghost",
        repository=found.text("base", "repo", "full_name"),
        base_ref=found.text("base", "ref"),
        base_sha=found.text("base", "sha"),
        head_ref=found.text("head", "ref"),
        head_sha=found.text("head", "sha"),
        head_repository_id=found.maybe_number("head", "repo", "id"),
        changed_files=found.number("changed_files"),
        locked=found.flag("locked"),
    )


def _file(found: Json) -> ChangedFile:
    return ChangedFile(
        path=found.text("filename"),
        status=_status(found.text("status")),
        previous_path=found.maybe_text("previous_filename"),
        patch=found.maybe_text("patch"),
    )


def _status(name: str) -> Status:
    found = next((status for status in Status if status.value == name), None)
    if found is None:
        raise UnexpectedAnswer(f"GitHub calls a changed file {name!r}")
    return found


def _role(name: str | None) -> Role | None:
    """None for an organization's own roles: the permission they are built on counts then."""
    return next((role for role in Role if role.value == name), None)
