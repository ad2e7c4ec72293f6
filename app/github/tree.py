"""A commit's files, read from GitHub in as few calls as can be."""

from collections.abc import Iterable, Mapping

from analyzers.source import Entry


class GitTree:
    """A `SourceTree`: lists a commit's paths in one call, reads files in batches."""

    sha: str

    def entries(self) -> Mapping[str, Entry]:
        """Every path of the commit, with git's ids of the contents."""
        raise NotImplementedError

    def prefetch(self, paths: Iterable[str]) -> None:
        """Reads these files at once; later `read`s make no call. Skips missing ones."""
        raise NotImplementedError

    def read(self, path: str) -> bytes:
        """The content of `path`; raises `UnreadableFile` where there is none."""
        raise NotImplementedError
