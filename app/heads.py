"""Which head of a pull request is the newest: an older one must not be written about any more."""

import time
from dataclasses import dataclass

from app.branches import Branches
from app.database import Database, Head, PullKey
from app.github import Look, Repository
from app.notes import About, Notes
from app.work import AuditPull

DOUBTFUL_ANSWERS = 2
"""So often GitHub may name another head than its deliveries do before it is believed."""

NOBODY, SOMEBODY = "no", "yes"
"""Who was asked what is applied, the base branch aside."""


@dataclass(frozen=True, slots=True)
class Heads:
    """What deliveries and GitHub's answers have told of one pull request."""

    database: Database
    repository: Repository
    key: PullKey

    def learn(self, head: Head) -> None:
        self.database.learn_head(self.key, head, int(time.time()))

    def learn_branches(self, look: Look) -> None:
        """A branch that pull requests only come from needs no look when it moves."""
        branches, pull = Branches(self.database, self.key.repository), look.pull
        branches.learn(pull.base_ref, is_base=True)
        if pull.head_repository_id == self.key.repository:
            branches.learn(pull.head_ref, is_base=False)

    def settle(self, work: AuditPull, answered: str, attempt: int) -> Head | None:
        """The head to audit; None: deliveries say another one than GitHub `answered`, ask again.

        Either may be late for a moment; an answer that stays the same is the truth.
        """
        known = self.database.newest_head(self.key) or Head(answered, work.updated_at)
        if known.sha != answered and attempt < DOUBTFUL_ANSWERS:
            return None
        head = Head(answered, known.updated_at)
        self.learn(head)
        return head

    def is_newest(self, head: Head) -> bool:
        """Times are in whole seconds: of two heads of one second GitHub says which is the later."""
        known = self.database.newest_head(self.key)
        if known is None or known.sha == head.sha:
            return True
        if known.updated_at > head.updated_at:
            return False
        return self.repository.pull(self.key.number).head_sha == head.sha

    def judged(self, look: Look, *, asked: bool) -> None:
        """Remembers by which base the head was judged, and whether others were `asked`, too."""
        self._note(About.JUDGED, _both(look))
        self._note(About.ASKED, SOMEBODY if asked else NOBODY)

    def is_judged(self, look: Look) -> bool:
        """Whether this head was judged by this base already."""
        return self._noted(About.JUDGED) == _both(look)

    def is_overtaken(self, work: AuditPull) -> bool:
        """Whether the base has moved on since: then that push has brought the same work."""
        return bool(work.push) and self._noted(About.PUSH) not in (None, work.push)

    def keep_quiet(self, look: Look, *, quiet: bool) -> None:
        """Remembers the head of a draft that gets its comments when it is ready."""
        if quiet or self._noted(About.QUIET):
            self._note(About.QUIET, look.head.sha if quiet else "")

    def is_awaited(self, look: Look) -> bool:
        """Whether the comments on this head were put off until now."""
        return not look.pull.draft and self._noted(About.QUIET) == look.head.sha

    def _note(self, about: About, note: str) -> None:
        Notes(self.database, self.key.repository).put(about, {self.key.number: note})

    def _noted(self, about: About) -> str | None:
        return Notes(self.database, self.key.repository).get(self.key.number, about)

    def newest(self) -> str:
        known = self.database.newest_head(self.key)
        return known.sha if known else ""


def _both(look: Look) -> str:
    return f"{look.base.sha} {look.head.sha}"
