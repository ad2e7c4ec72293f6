"""Invisible marks by which our comments are known again, and which only we can make."""

import hmac
import re
from dataclasses import dataclass, field

from app.report.values import Subject, Thread

_MARK = re.compile(r"\n*<!-- migaudit (open|gone) ([0-9a-f]{20}) ([0-9a-f]{32}) -->\s*\Z")


@dataclass(frozen=True, slots=True)
class MarkerKey:
    """The key of our marks. It never shows itself."""

    _key: bytes = field(repr=False)

    @classmethod
    def derive(cls, secret: str) -> "MarkerKey":
        """A key for marks alone, from a secret of the installation (the webhook secret, say)."""
        return cls(hmac.digest(secret.encode(), b"migaudit comment marker", "sha256"))

    def sign(self, text: str) -> str:
        return hmac.digest(self._key, text.encode(), "sha256").hex()[:32]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a comment of ours is about. `gone`: we have closed it."""

    fingerprint: str
    gone: bool = False

    @property
    def state(self) -> str:
        return "gone" if self.gone else "open"


def marked(body: str, mark: Mark, subject: Subject, key: MarkerKey) -> str:
    """`body` with our mark at its end: good for this pull request only."""
    signature = key.sign(_signed(mark, subject))
    return f"{body}\n\n<!-- migaudit {mark.state} {mark.fingerprint} {signature} -->"


def mark_of(thread: Thread, subject: Subject, key: MarkerKey) -> Mark | None:
    """The mark of a thread that we began; None for all others, copies of our marks included."""
    if not thread.comments or not thread.comments[0].ours:
        return None
    found = _MARK.search(thread.comments[0].body)
    if found is None:
        return None
    mark = Mark(found[2], gone=found[1] == "gone")
    return mark if hmac.compare_digest(found[3], key.sign(_signed(mark, subject))) else None


def unmarked(body: str) -> str:
    return _MARK.sub("", body)


def _signed(mark: Mark, subject: Subject) -> str:
    return f"{subject.repository_id}/{subject.pull}/{mark.fingerprint}/{mark.state}"
