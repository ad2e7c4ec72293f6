"""What to say in a pull request, given what already stands there."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from analyzers.findings import Finding
from analyzers.settings import CommentPolicy
from analyzers.struct import Struct, field
from app.report.comments import closed, comment, file_comment, is_short
from app.report.diff import Diff
from app.report.limits import MAX_FILE_COMMENTS, MAX_REVIEW_COMMENTS
from app.report.marker import Mark, MarkerKey, mark_of, marked, unmarked
from app.report.values import (
    Closing,
    Conversation,
    FileComment,
    InlineComment,
    Subject,
    Thread,
)
from app.report.words import counts

_FIXED = "**Fixed:** no longer found at {}."
_SAID_ELSEWHERE = "Another thread of this pull request says the same."


class Standing(Struct, frozen=True):
    """An earlier thread of ours that we have not closed."""

    thread: Thread
    fingerprint: str

    @property
    def settled(self) -> bool:
        """A person resolved it: it is theirs now."""
        return self.thread.resolved and self.thread.resolved_by is not None

    @property
    def speaks(self) -> bool:
        """It says its finding to whoever looks, or a person has dealt with it."""
        return not self.thread.resolved or self.settled


class Speaker(Struct, frozen=True):
    """Knows whom to answer, and signs what is said."""

    subject: Subject
    key: MarkerKey
    diff: Diff
    policy: CommentPolicy = field(default_factory=CommentPolicy)

    def conversation(
        self, findings: Mapping[str, Finding], threads: Sequence[Thread]
    ) -> Conversation:
        """Says each finding that no thread of ours says, closes the threads of those that are gone.

        Comments are for the most severe findings, up to the limits; the summary has the others.
        Those said earlier count: the same findings again bring no new comments.
        """
        standing = list(self._standing(threads))
        said = {s.fingerprint for s in standing if s.speaks}
        wanted = {mark: f for mark, f in findings.items() if self._is_wanted(f)}
        inline = (c for c in map(self._inline, wanted, wanted.values()) if c is not None)
        files = (c for c in map(self._file, wanted, wanted.values()) if c is not None)
        lines = list(islice(inline, min(MAX_REVIEW_COMMENTS, self.policy.limit)))
        whole = islice(files, min(MAX_FILE_COMMENTS, self.policy.limit - len(lines)))
        new = [c for c in lines if c.fingerprint not in said]
        shown = {c.fingerprint for c in lines} | said
        return Conversation(
            _review_body([findings[c.fingerprint] for c in new], len(findings.keys() - shown)),
            tuple(new),
            tuple(c for c in whole if c.fingerprint not in said),
            tuple(self._closings(standing, frozenset(findings))),
        )

    def _is_wanted(self, finding: Finding) -> bool:
        """Whether the team wants a comment for findings as grave as this."""
        least = self.policy.severity
        return least is not None and finding.severity.rank >= least.rank

    def kept(self, findings: Mapping[str, Finding], threads: Sequence[Thread]) -> frozenset[str]:
        """The findings that an earlier thread says already."""
        return frozenset(
            s.fingerprint for s in self._standing(threads) if s.speaks and s.fingerprint in findings
        )

    def _standing(self, threads: Sequence[Thread]) -> Iterator[Standing]:
        for thread in threads:
            mark = mark_of(thread, self.subject, self.key)
            if mark is not None and not mark.gone:
                yield Standing(thread, mark.fingerprint)

    def _closings(self, standing: Sequence[Standing], found: frozenset[str]) -> Iterator[Closing]:
        """Threads of findings that are gone, and any but the first of a finding that stands."""
        kept: set[str] = set()
        for earlier in standing:
            mark = earlier.fingerprint
            stays = mark in found and earlier.speaks and mark not in kept
            if stays:
                kept.add(mark)
            elif not earlier.settled:
                yield self._closing(earlier, still_found=mark in found)

    def _closing(self, earlier: Standing, *, still_found: bool) -> Closing:
        note = _SAID_ELSEWHERE if still_found else _FIXED.format(self.subject.head_sha)
        body = closed(unmarked(earlier.thread.comments[0].body), note)
        mark = Mark(earlier.fingerprint, gone=True)
        return Closing(earlier.thread, marked(body, mark, self.subject, self.key))

    def _inline(self, fingerprint: str, finding: Finding) -> InlineComment | None:
        lines = _lines(finding, self.diff)
        if lines is None:
            return None
        first, last = lines
        fix = finding.fix
        exact = fix is not None and (fix.start_line, fix.end_line) == lines
        return InlineComment(
            path=finding.place.path,
            line=last,
            start_line=first if first < last else None,
            body=self._signed(comment(finding, self.subject, suggest=exact), fingerprint),
            file_body=self._signed(file_comment(finding, self.subject), fingerprint),
            fingerprint=fingerprint,
        )

    def _file(self, fingerprint: str, finding: Finding) -> FileComment | None:
        path = finding.place.path
        if path not in self.diff or _lines(finding, self.diff) is not None:
            return None
        body = self._signed(file_comment(finding, self.subject), fingerprint)
        return FileComment(path, body, fingerprint)

    def _signed(self, body: str, fingerprint: str) -> str:
        return marked(body, Mark(fingerprint), self.subject, self.key)


def _lines(finding: Finding, diff: Diff) -> tuple[int, int] | None:
    """The lines to comment on: those of the fix, else of the finding, else its first one shown."""
    place, fix = finding.place, finding.fix
    if fix is not None and is_short(fix) and diff.shows(place.path, fix.start_line, fix.end_line):
        return fix.start_line, fix.end_line
    if diff.shows(place.path, place.line, place.end_line):
        return place.line, place.end_line
    line = diff.first_shown(place.path, place.line, place.end_line)
    return None if line is None else (line, line)


def _review_body(findings: Sequence[Finding], more: int) -> str:
    """One line: a review's own text can never be deleted again."""
    if not findings:
        return ""
    elsewhere = f" The check run tells {more} more." if more else ""
    return f"migaudit found {counts(findings)}.{elsewhere}"
