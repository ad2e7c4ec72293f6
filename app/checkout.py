"""A local git checkout as trees of files: what it was, what it is now, and what changed.

The working tree is written as a git tree through a copy of the index, into a folder of its own:
git itself says what is ignored, renamed, a link or a submodule, and the repository stays untouched.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from analyzers.limits import MAX_FILE_BYTES
from analyzers.request import Change, ChangeStatus
from analyzers.source import Entry, Kind, SourceTree, UnreadableFile
from analyzers.struct import Struct
from app.refusal import Refusal


class Checkout(Struct, frozen=True):
    """What is audited: `changes` lead from (the merge base with) `base` to `head`.

    `named` are the files that somebody asked for one by one, `directories` where they lie.
    """

    root: Path
    base: SourceTree
    head: SourceTree
    changes: tuple[Change, ...] = ()
    named: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()


class CheckoutRefused(Refusal):
    """Why there is nothing to audit, in words for the person who asked."""


@contextmanager
def open_checkout(directory: Path, base: str | None = None) -> Iterator[Checkout]:
    """What HEAD and the working tree of `directory` add to `base`.

    Without a `base`: to the commit in which they left the default branch.
    """
    git = Git(directory)
    root = Path(git.line("rev-parse", "--show-toplevel"))
    with working_tree(Git(root)) as (scratch, head):
        tip, start = commits(scratch, base)
        trees = GitTree(scratch, tip), GitTree(scratch, head)
        try:
            yield Checkout(root, *trees, changes=changes(scratch, start, head))
        finally:
            for tree in trees:
                tree.close()


@contextmanager
def working_tree(git: "Git") -> Iterator[tuple["Git", str]]:
    """The id of a tree of all files that are not ignored, and a git that finds its objects."""
    index = git.root / git.line("rev-parse", "--git-path", "index")
    objects = git.root / git.line("rev-parse", "--git-path", "objects")
    with TemporaryDirectory(prefix="migaudit-") as folder:
        copy = Path(folder) / "index"
        if index.exists():
            shutil.copyfile(index, copy)
        scratch = Git(
            git.root,
            {
                "GIT_INDEX_FILE": str(copy),
                "GIT_OBJECT_DIRECTORY": folder,
                "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(objects),
            },
        )
        scratch.run("-c", "advice.addEmbeddedRepo=false", "add", "--all", "--", ".")
        yield scratch, scratch.line("write-tree")


def commits(git: "Git", base: str | None) -> tuple[str, str]:
    """The commit (or tree) that counts as applied, and the one that changes are counted from."""
    head = git.commit("HEAD")
    if base is None:
        if head is None:
            empty = git.line("hash-object", "-t", "tree", "-w", "--stdin")
            return empty, empty
        start = merge_base(git, head, default_branch(git))
        return start, start
    tip = git.commit(base)
    if tip is None:
        raise CheckoutRefused(f"There is no commit {base!r} here. --base takes a branch or commit.")
    return tip, tip if head is None else merge_base(git, head, tip)


def default_branch(git: "Git") -> str:
    """The commit of the remote's default branch, or of what such branches are mostly called."""
    for name in ("origin/HEAD", "origin/main", "origin/master", "main", "master"):
        if found := git.commit(name):
            return found
    raise CheckoutRefused(
        "The default branch is not known here: there is neither origin/HEAD nor a branch main "
        "or master. Say --base BRANCH."
    )


def merge_base(git: "Git", head: str, other: str) -> str:
    try:
        return git.line("merge-base", head, other)
    except CheckoutRefused:
        raise CheckoutRefused(
            f"HEAD and {other[:12]} have no commit in common. In a shallow clone, fetch all of the "
            "history first: git fetch --unshallow (fetch-depth: 0 for actions/checkout)."
        ) from None


STATUSES = {
    "A": ChangeStatus.ADDED,
    "C": ChangeStatus.ADDED,
    "D": ChangeStatus.DELETED,
    "M": ChangeStatus.MODIFIED,
    "R": ChangeStatus.RENAMED,
    "T": ChangeStatus.MODIFIED,
}


def changes(git: "Git", start: str, head: str) -> tuple[Change, ...]:
    listing = git.run("diff-tree", "-r", "-M", "-z", "--name-status", start, head)
    return tuple(parse_changes(iter(os.fsdecode(listing).split("\0")[:-1])))


def parse_changes(fields: Iterator[str]) -> Iterator[Change]:
    for letter in fields:
        status = STATUSES[letter[0]]
        previous = next(fields) if status is ChangeStatus.RENAMED else None
        yield Change(next(fields), status, previous)


class GitTree:
    """A `SourceTree` of one commit or tree of a repository."""

    def __init__(self, git: "Git", tree: str) -> None:
        self._git = git
        self._tree = tree
        self._reader: subprocess.Popen[bytes] | None = None

    def entries(self) -> Mapping[str, Entry]:
        return self._entries

    def read(self, path: str) -> bytes:
        entry = readable(path, self._entries.get(path))
        return self._content(path, entry.identity)

    def close(self) -> None:
        if self._reader is not None:
            self._reader.communicate()
            self._reader = None

    @cached_property
    def _entries(self) -> Mapping[str, Entry]:
        listing = os.fsdecode(self._git.run("ls-tree", "-r", "-z", "--full-tree", self._tree))
        records = (record.split("\t", 1) for record in listing.split("\0")[:-1])
        return {path: entry_of(*about.split()) for about, path in records}

    def _content(self, path: str, blob: str) -> bytes:
        into, out = self._pipes()
        into.write(f"{blob}\n".encode())
        into.flush()
        header = out.readline().split()
        if len(header) != 3:
            raise UnreadableFile(path, "git does not have its content")
        size = int(header[2])
        content = out.read(size + 1)[:-1]
        check_size(path, size)
        return content

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._reader is None:
            self._reader = self._git.start("cat-file", "--batch")
        into, out = self._reader.stdin, self._reader.stdout
        assert into is not None
        assert out is not None
        return into, out


def readable(path: str, entry: Entry | None) -> Entry:
    """`entry`, where it is a file; `UnreadableFile` says what it is where not."""
    if entry is None:
        raise UnreadableFile(path, "there is no such file")
    if entry.kind is not Kind.FILE:
        raise UnreadableFile(path, f"it is a {entry.kind.value}, which migaudit never follows")
    return entry


def check_size(path: str, size: int) -> None:
    if size > MAX_FILE_BYTES:
        raise UnreadableFile(path, f"{size:,} bytes are more than the {MAX_FILE_BYTES:,} read")


def entry_of(mode: str, kind: str, identity: str) -> Entry:
    if kind == "commit":
        return Entry(identity, Kind.SUBMODULE)
    return Entry(identity, Kind.SYMLINK if mode == "120000" else Kind.FILE)


class Git:
    """git in one folder. Where it refuses, its own words become a `CheckoutRefused`."""

    def __init__(self, root: Path, variables: Mapping[str, str] | None = None) -> None:
        self.root = root
        self._variables = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", **(variables or {})}

    def run(self, *arguments: str) -> bytes:
        process = self.start(*arguments)
        output, errors = process.communicate()
        if process.returncode:
            raise CheckoutRefused(f"git {arguments[0]}: {errors.decode(errors='replace').strip()}")
        return output

    def line(self, *arguments: str) -> str:
        return os.fsdecode(self.run(*arguments)).rstrip("\n")

    def commit(self, name: str) -> str | None:
        """The id of the commit that `name` stands for; None: there is none."""
        if name.startswith("-"):
            return None
        try:
            return self.line("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        except CheckoutRefused:
            return None

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(
                ["git", *arguments],
                cwd=self.root,
                env={**os.environ, **self._variables},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except FileNotFoundError:
            raise CheckoutRefused("git is not installed, or not on the PATH.") from None
