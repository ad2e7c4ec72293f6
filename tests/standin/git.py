"""Bare git repositories, through the git command line and deaf to the machine's configuration."""

import os
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

NULL_SHA = "0" * 40
EPOCH = 1_767_225_600
"""Commits are dated from 2026-01-01, a minute apart: the same pushes give the same hashes."""


@dataclass(frozen=True, slots=True)
class Special:
    """No ordinary file: of mode ``120000`` a link, ``100755`` a script, ``160000`` a submodule."""

    mode: str
    content: str


Content = str | bytes | Special | None
"""What a path becomes in a commit; None takes it away."""


@dataclass(frozen=True, slots=True)
class TreeEntry:
    mode: str
    kind: str
    sha: str
    size: int | None
    path: str


@dataclass(frozen=True, slots=True)
class CommitInfo:
    sha: str
    tree: str
    parents: tuple[str, ...]
    author: str
    email: str
    date: int
    message: str


@dataclass(frozen=True, slots=True)
class Object:
    """Any object of the repository with its bytes."""

    sha: str
    kind: str
    content: bytes


class GitError(Exception):
    """git refused; the message is what it printed."""


@dataclass(slots=True)
class Git:
    """One bare repository."""

    directory: Path
    ticks: int = field(default=0)
    _merge_bases: dict[tuple[str, str], str | None] = field(default_factory=dict, repr=False)
    _commits: dict[tuple[str | None, str], list[CommitInfo]] = field(
        default_factory=dict, repr=False
    )
    _infos: dict[str, CommitInfo] = field(default_factory=dict, repr=False)
    _reader: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def create(cls, directory: Path, default_branch: str) -> "Git":
        directory.mkdir(parents=True)
        git = cls(directory)
        git.run("init", "--quiet", "--bare", "--template=", f"--initial-branch={default_branch}")
        return git

    def run(self, *arguments: str, stdin: bytes = b"", cwd: Path | None = None) -> bytes:
        result = subprocess.run(
            ["git", *arguments],
            check=False,
            cwd=cwd or self.directory,
            env=self._environment(),
            input=stdin,
            capture_output=True,
            timeout=120,
        )
        if result.returncode:
            raise GitError(f"git {' '.join(arguments)}: {result.stderr.decode(errors='replace')}")
        return result.stdout

    def text(self, *arguments: str) -> str:
        return self.run(*arguments).decode(errors="replace").strip()

    def resolve(self, expression: str) -> str | None:
        """The hash that an expression names, or None."""
        if expression.startswith("-") or "\0" in expression:
            return None
        try:
            return self.text("rev-parse", "--verify", "--quiet", "--end-of-options", expression)
        except GitError:
            return None

    def commit_sha(self, expression: str) -> str | None:
        return self.resolve(f"{expression}^{{commit}}")

    def commit(
        self, parent: str | None, files: Mapping[str, Content], message: str, author: str
    ) -> str:
        """Writes a commit on top of `parent` (of nothing: a root) and returns its hash."""
        self.ticks += 1
        script = _fast_import(parent, files, message, author, EPOCH + 60 * self.ticks)
        return self.run("fast-import", "--quiet", "--force", stdin=script).decode().strip()

    def merge(self, base: str, head: str, message: str, author: str) -> str:
        """The hash of a merge commit of two commits; raises GitError on a conflict."""
        self.ticks += 1
        with tempfile.TemporaryDirectory() as scratch:
            tree = Path(scratch) / "tree"
            self.run("worktree", "add", "--quiet", "--detach", str(tree), base)
            try:
                identity = ("-c", f"user.name={author}", "-c", f"user.email={author}@example.com")
                self.run(*identity, "merge", "--quiet", "--no-ff", "-m", message, head, cwd=tree)
                return self.run("rev-parse", "HEAD", cwd=tree).decode().strip()
            finally:
                self.run("worktree", "remove", "--force", str(tree))

    def set_ref(self, ref: str, sha: str) -> None:
        self.run("update-ref", ref, sha)

    def delete_ref(self, ref: str) -> None:
        self.run("update-ref", "-d", ref)

    def refs(self, prefix: str) -> dict[str, str]:
        lines = self.text("for-each-ref", "--format=%(objectname) %(refname)", prefix).splitlines()
        return {name: sha for sha, _, name in (line.partition(" ") for line in lines)}

    def merge_base(self, one: str, other: str) -> str | None:
        """Of two commits by their hashes: as nothing about them changes, git is asked once."""
        if (one, other) not in self._merge_bases:
            try:
                self._merge_bases[one, other] = self.text("merge-base", one, other)
            except GitError:
                self._merge_bases[one, other] = None
        return self._merge_bases[one, other]

    def commits(self, base: str | None, head: str) -> list[CommitInfo]:
        """What `head` has and `base` hasn't, oldest first; both by their hashes."""
        if (base, head) not in self._commits:
            self._commits[base, head] = self._log(base, head)
        return self._commits[base, head]

    def commit_info(self, sha: str) -> CommitInfo:
        if sha not in self._infos:
            form = "%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%B"
            text = self.run("show", "--no-patch", f"--format={form}", sha, "--")
            self._infos[sha] = _commit_info(text.decode(errors="replace"))
        return self._infos[sha]

    def read(self, expression: str) -> Object | None:
        """What an expression names; one process answers them all, one after the other."""
        if "\n" in expression or "\0" in expression:
            return None
        with self._turn:
            if self._reader is None:
                self._reader = subprocess.Popen(
                    ["git", "cat-file", "--batch"],
                    cwd=self.directory,
                    env=self._environment(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            stdin, stdout = self._reader.stdin, self._reader.stdout
            if stdin is None or stdout is None:
                raise GitError("git cat-file has no pipes")
            stdin.write(expression.encode() + b"\n")
            stdin.flush()
            header = stdout.readline().split()
            if len(header) != 3 or not header[2].isdigit():
                return None
            content = stdout.read(int(header[2]) + 1)[:-1]
            return Object(header[0].decode(), header[1].decode(), content)

    def close(self) -> None:
        if self._reader is not None:
            self._reader.communicate(timeout=10)
            self._reader = None

    def touched(self, sha: str) -> dict[str, list[str]]:
        """The paths that a commit added, removed and modified against its first parent."""
        arguments = ("diff-tree", "--root", "--no-commit-id", "-r", "-z", "--name-status", sha)
        parts = self.run(*arguments).decode(errors="replace").split("\0")
        paths: dict[str, list[str]] = {"added": [], "removed": [], "modified": []}
        for status, path in zip(parts[::2], parts[1::2], strict=False):
            kind = {"A": "added", "D": "removed"}.get(status, "modified")
            paths[kind].append(path)
        return paths

    def tree(self, sha: str, *, recursive: bool) -> list[TreeEntry]:
        """Entries as GitHub lists them: with ``-r`` the folders themselves come too."""
        flags = ["-r", "-t"] if recursive else []
        raw = self.run("ls-tree", "-z", "--long", *flags, sha)
        return [_tree_entry(line) for line in raw.split(b"\0") if line]

    def entry(self, commit: str, path: str) -> TreeEntry | None:
        """What stands at a path, or None."""
        raw = self.run("--literal-pathspecs", "ls-tree", "-z", "--long", commit, "--", path)
        return _tree_entry(raw.rstrip(b"\0")) if raw else None

    def empty_tree(self) -> str:
        return self.run("hash-object", "-w", "-t", "tree", "--stdin").decode().strip()

    def kind(self, sha: str) -> str | None:
        try:
            return self.text("cat-file", "-t", sha)
        except GitError:
            return None

    def blob(self, sha: str) -> bytes:
        return self.run("cat-file", "blob", sha)

    def fetch(self, other: "Git", ref: str, into: str) -> None:
        self.run("fetch", "--quiet", "--no-tags", str(other.directory), f"+{ref}:{into}")

    def _log(self, base: str | None, head: str) -> list[CommitInfo]:
        span = [head] if base is None else [head, f"^{base}"]
        form = "%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%B%x01"
        text = self.run("log", "--reverse", "--topo-order", f"--format={form}", *span, "--")
        entries = text.decode(errors="replace").split("\x01")
        return [_commit_info(entry.lstrip("\n")) for entry in entries if entry.strip()]

    def _environment(self) -> dict[str, str]:
        date = f"{EPOCH + 60 * self.ticks} +0000"
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.directory),
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_DATE": date,
        }


def _fast_import(
    parent: str | None, files: Mapping[str, Content], message: str, author: str, date: int
) -> bytes:
    who = f"{author} <{author}@example.com> {date} +0000"
    lines = [b"reset refs/standin/new\n", b"commit refs/standin/new\nmark :1\n"]
    lines.append(f"author {who}\ncommitter {who}\n".encode())
    lines.append(_data(message.encode()))
    if parent is not None:
        lines.append(f"from {parent}\n".encode())
    lines.extend(_change(path, content) for path, content in files.items())
    lines.append(b"\nget-mark :1\ndone\n")
    return b"".join(lines)


def _change(path: str, content: Content) -> bytes:
    quoted = _quote(path)
    if content is None:
        return b"D " + quoted + b"\n"
    if not isinstance(content, Special):
        data = content.encode() if isinstance(content, str) else content
        return b"M 100644 inline " + quoted + b"\n" + _data(data)
    if content.mode == "160000":
        return f"M 160000 {content.content} ".encode() + quoted + b"\n"
    return f"M {content.mode} inline ".encode() + quoted + b"\n" + _data(content.content.encode())


def _quote(path: str) -> bytes:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'.encode()


def _data(content: bytes) -> bytes:
    return b"data %d\n" % len(content) + content + b"\n"


def _commit_info(entry: str) -> CommitInfo:
    sha, tree, parents, author, email, date, message = entry.split("\0", 6)
    return CommitInfo(
        sha, tree, tuple(parents.split()), author, email, int(date), message.rstrip("\n")
    )


def _tree_entry(line: bytes) -> TreeEntry:
    description, _, path = line.partition(b"\t")
    mode, kind, sha, size = description.decode().split()
    return TreeEntry(
        mode, kind, sha, None if size == "-" else int(size), path.decode(errors="replace")
    )
