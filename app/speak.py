"""Says in a pull request what a conversation holds, whatever GitHub refuses of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from app.github import Forbidden, InDoubt, Invalid, MaybeDone, NotFound, Refused, Reviews
from app.report import Closing, Comment, Conversation, FileComment, InlineComment, Subject
from app.report.limits import MAX_FILE_COMMENTS

_CONTINUED = "More from the same audit."


@dataclass(slots=True)
class Speech:
    """One attempt to say a conversation. `unplaced` are fingerprints of what GitHub didn't take.

    `untakable`: those of comments on whole files, now or at an earlier attempt: nobody asks again.
    """

    reviews: Reviews
    subject: Subject
    guard: Callable[[], None]
    untakable: set[str] = field(default_factory=set)
    unplaced: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    may_resolve: bool = True
    _body: str = ""
    _file_comments: int = 0

    def say(self, conversation: Conversation) -> None:
        if self.subject.pull is None:
            return
        self._body = conversation.review_body
        self._review(self.subject.pull, conversation.inline)
        for comment in conversation.files:
            if comment.fingerprint in self.untakable:
                self.unplaced.add(comment.fingerprint)
            else:
                self._on_file(self.subject.pull, comment)

    def close(self, closings: Sequence[Closing]) -> None:
        """One after the other, each as far as GitHub lets us."""
        for closing in closings:
            self._close(closing)

    def _review(self, pull: int, comments: Sequence[InlineComment], doubts: int = 0) -> None:
        """One review; halves of it where GitHub refuses a line, without saying which."""
        if not comments:
            return
        self.guard()
        try:
            self.reviews.create(pull, self.subject.head_sha, self._body, comments)
            self._body = _CONTINUED
        except MaybeDone as doubt:
            if doubts:
                raise InDoubt(doubt) from doubt
            self._review(pull, self._unsaid(pull, comments), doubts + 1)
        except Invalid:
            self._halves(pull, comments)
        except (Forbidden, NotFound) as refused:
            self._refused([comment.fingerprint for comment in comments], refused)

    def _halves(self, pull: int, comments: Sequence[InlineComment]) -> None:
        if len(comments) == 1:
            comment = comments[0]
            on_file = FileComment(comment.path, comment.file_body, comment.fingerprint)
            self._on_file(pull, on_file)
            return
        middle = len(comments) // 2
        self._review(pull, comments[:middle])
        self._review(pull, comments[middle:])

    def _unsaid(self, pull: int, comments: Sequence[InlineComment]) -> list[InlineComment]:
        """Those of the comments that don't stand there yet."""
        marks = self._marks(pull)
        return [comment for comment in comments if _mark(comment.body) not in marks]

    def _marks(self, pull: int) -> set[str]:
        threads = self.reviews.threads(pull)
        return {_mark(t.comments[0].body) for t in threads if t.comments and t.comments[0].ours}

    def _on_file(self, pull: int, comment: FileComment, doubts: int = 0) -> None:
        if self._file_comments >= MAX_FILE_COMMENTS:
            self.unplaced.add(comment.fingerprint)
            return
        self.guard()
        try:
            self.reviews.comment_on_file(pull, self.subject.head_sha, comment)
            self._file_comments += 1
        except MaybeDone as doubt:
            if doubts:
                raise InDoubt(doubt) from doubt
            if _mark(comment.body) not in self._marks(pull):
                self._on_file(pull, comment, doubts + 1)
        except Invalid:
            self.unplaced.add(comment.fingerprint)
            self.untakable.add(comment.fingerprint)
        except (Forbidden, NotFound) as refused:
            self._refused([comment.fingerprint], refused)

    def _refused(self, fingerprints: Sequence[str], refused: Refused) -> None:
        self.unplaced.update(fingerprints)
        note = f"GitHub did not take comments in the pull request: {refused.reason}"
        if note not in self.notes:
            self.notes.append(note)

    def _close(self, closing: Closing) -> None:
        """Resolved, else minimised, else deleted where nobody replied; says so where it stays."""
        first = closing.thread.comments[0]
        folded = closing.thread.resolved or self._resolve(closing) or self._minimize(first)
        if not folded and not closing.thread.replied:
            deleted = self._does(partial(self.reviews.delete, first), gone=True)
            if deleted:
                return
        if not self._does(partial(self.reviews.edit, first, closing.body), gone=True):
            self.notes.append("GitHub did not let an earlier comment be closed.")

    def _resolve(self, closing: Closing) -> bool:
        """GitHubs differ in whether an App may; one that said no isn't asked again."""
        if self.may_resolve:
            self.may_resolve = self._does(partial(self.reviews.resolve, closing.thread))
        return self.may_resolve

    def _minimize(self, comment: Comment) -> bool:
        return comment.minimized or self._does(partial(self.reviews.minimize, comment))

    def _does(self, change: Callable[[], None], *, gone: bool = False, doubts: int = 0) -> bool:
        """Carries out a change that may be repeated; False where GitHub refuses it.

        `gone`: what isn't there any more counts as changed.
        """
        self.guard()
        try:
            change()
        except MaybeDone as doubt:
            if doubts:
                raise InDoubt(doubt) from doubt
            return self._does(change, gone=gone, doubts=doubts + 1)
        except NotFound:
            return gone
        except Refused:
            return False
        return True


def _mark(body: str) -> str:
    """The last line of a comment of ours."""
    return body.strip().rpartition("\n")[2]
