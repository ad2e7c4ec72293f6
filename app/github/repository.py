"""One repository, through one installation."""

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote

from app.github.blobs import Blobs
from app.github.checks import Checks
from app.github.comments import Comments
from app.github.connection import Connection
from app.github.deployed import Deployments
from app.github.differences import Changes, Trees, compare, differences
from app.github.ending import end
from app.github.errors import NotFound, NotYetVisible
from app.github.foreseen import foreseen, is_read
from app.github.kept import Kept
from app.github.listing import Listing, Listings, grown
from app.github.look import look
from app.github.open_pulls import OpenPull, open_pulls
from app.github.proven import content_of, folders_above, proven
from app.github.queue import MergeQueue
from app.github.reviews import Reviews
from app.github.shape import Json
from app.github.shared import SharedFiles
from app.github.tree import GitTree, list_tree
from app.github.values import CheckRun, Commit, Look, PullRequest, Role
from app.report.values import Annotation, ChangedFile, Check, Closing

MAX_FOLDERS = 100
"""Our own: where more change, the whole tree is listed anew."""


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
        kept: Kept,
        deployments: Deployments,
        queue: MergeQueue,
    ) -> None:
        self.id = number
        self.installation_id = installation_id
        self.name = name
        self.shared = shared
        self.deployments = deployments
        self.queue = queue
        path = f"/repos/{quote(name, safe='/')}"
        self.checks = Checks(connection, path, app_id)
        self.reviews = Reviews(connection, path, name)
        self.comments = Comments(connection, path, app_id)
        self._connection = connection
        self._path = path
        self._blobs = Blobs(connection, path, name, kept)
        self.kept = kept
        self._listings = Listings(kept)
        self._trees: list[Listing] = []
        self._node_id = ""

    def __repr__(self) -> str:
        return f"Repository({self.name!r}, installation {self.installation_id})"

    def ready(self) -> None:
        """Waits for its turn to write; it may be a matter of some seconds, or `RateLimited`."""
        self._connection.ready()

    def pull(self, number: int) -> PullRequest:
        """The pull request as it is now."""
        return _pull(self._connection.get(f"{self._path}/pulls/{number}"))

    def look(self, number: int, check: str) -> Look:
        """The pull request, its check runs called `check` and its threads, in one call."""
        found = look(self._connection, self.checks, self.reviews, number, check)
        self._node_id = found.repository
        return found

    def is_public(self) -> bool:
        """Whether anybody may see it; another one may have its name by now."""
        found = self._connection.get(self._path)
        return found.number("id") == self.id and not found.flag("private")

    def end(
        self,
        run: CheckRun,
        check: Check,
        annotations: Sequence[Annotation],
        closings: Sequence[Closing],
    ) -> None:
        """Closes threads and completes the run in one call; only after a `look`."""
        end(self._connection, self._node_id, run, check, annotations, closings)

    def between(self, base: Commit, head: Commit, line: str, expected: int = 0) -> Trees:
        """Both commits, and what the head changes since it left the base: `expected` files at
        least.

        `line` names what the head is the newest of (a pull request, say): the next one will be
        like it, and what is known by git's ids isn't asked again.
        """
        compared = compare(self._connection, self._path, base.sha, head.sha)
        before = self.tree(base.sha, base.tree)
        if compared.complete and len(compared.files) >= expected:
            after = self._tree_after(before, head, compared, line)
            return Trees(before, after, compared.files)
        after = self.tree(head.sha, head.tree)
        left = self.tree(compared.merge_base.sha, compared.merge_base.tree)
        changed = differences(left.entries(), after.entries())
        after.prefetch(foreseen(after.entries(), (file.path for file in changed)))
        return Trees(before, after, changed, left)

    def commit(self, sha: str) -> Commit:
        """`NotYetVisible` where GitHub doesn't show it yet."""
        try:
            found = self._connection.get(f"{self._path}/git/commits/{sha}")
        except NotFound as missing:
            raise NotYetVisible(sha) from missing
        return Commit(found.text("sha"), found.text("tree", "sha"))

    def merge_base(self, base: str, head: str) -> str:
        """The sha of the best common ancestor."""
        return compare(self._connection, self._path, base, head).merge_base.sha

    def tree(self, sha: str, root: str | None = None) -> GitTree:
        """The files of a commit, `root` being its tree. `NotYetVisible` where it isn't shown yet.

        Where `root` is known, it is listed once and for all.
        """
        listing = self._listings.get(root) if root is not None else None
        if listing is None:
            listing = list_tree(self._connection, self._path, sha, root or sha)
            self._listings.keep(listing)
        return self._tree(sha, listing)

    def _tree_after(self, base: GitTree, head: Commit, compared: Changes, line: str) -> GitTree:
        """The head's files, and in the same call, if there has to be one, what is read of them."""
        files = compared.files
        changed = [path for file in files for path in (file.path, file.previous_path) if path]
        listing = self._listings.get(head.tree) or self._proven(base, head, compared)
        self._learn(base, files)
        new = [(file.blob, None) for file in files if file.blob and is_read(file.path)]
        old = map(base.sized, foreseen(base.entries(), changed))
        if listing is None:
            folders = sorted({folder for path in changed for folder in folders_above(path)})
            asked = folders if len(folders) <= MAX_FOLDERS else []
            fetched = self._blobs.prefetch_with([*new, *old], head.sha, asked)
            known = [base.listing, *self._listings.last(line)]
            listing = grown(head.tree, fetched, known)
        else:
            self._blobs.prefetch([*new, *old])
        if listing is None:
            listing = list_tree(self._connection, self._path, head.sha, head.tree)
        self._listings.keep(listing, line)
        return self._tree(head.sha, listing)

    def _proven(self, base: GitTree, head: Commit, compared: Changes) -> Listing | None:
        left = compared.merge_base.tree
        before = base.listing if base.listing.root == left else self._listings.get(left)
        return proven(head.tree, before, compared.files) if before is not None else None

    def _learn(self, base: GitTree, files: Sequence[ChangedFile]) -> None:
        """Contents that the patches hold."""
        told: dict[str, bytes] = {}
        for file in files:
            entry = base.entries().get(file.previous_path or file.path)
            known = entry is not None and file.patch is not None and self._blobs.has(entry.identity)
            before = self._blobs.read(entry.identity) if entry is not None and known else None
            content = content_of(file, before) if is_read(file.path) else None
            if content is not None and file.blob is not None:
                told[file.blob] = content
        self._blobs.learn(told)

    def _tree(self, sha: str, listing: Listing) -> GitTree:
        self._trees.append(listing)
        return GitTree(sha, listing, self._blobs, self._trees)

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

    def open_pulls(self, check: str, base: str | None = None) -> Iterator[OpenPull]:
        """The open pull requests into `base`, else into any branch, the newest first."""
        return open_pulls(self._connection, self.name, self.checks.app_id, check, base)

    def is_concerned(self, before: str, after: str, concerns: Callable[[str], bool]) -> bool:
        """Whether a push changes a file of these; more than GitHub lists may well."""
        changed = compare(self._connection, self._path, before, after)
        paths = (path for file in changed.files for path in (file.path, file.previous_path))
        return not changed.complete or any(concerns(path) for path in paths if path)

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


def _role(name: str | None) -> Role | None:
    """None for an organization's own roles: the permission they are built on counts then."""
    return next((role for role in Role if role.value == name), None)
