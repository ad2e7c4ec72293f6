"""Invisible marks by which our comments are known again, and which only we can make."""

import hmac
import re
from dataclasses import dataclass, field

from app.report.values import Subject, Thread

_MARK = re.compile(r"\n*<!-- migaudit (open|gone) ([0-9a-f]{20}) ([0-9a-f]{32}) -->\s*\Z")


@dataclass(frozen=True, slots=True)
class MarkerKey:
    """The key of our marks, and those that it replaces. It never shows itself."""

    _key: bytes = field(repr=False)
    _older: tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def derive(cls, *secrets: str) -> "MarkerKey":
        """A key for marks alone, from a secret of the installation (the webhook secret, say).

        Of several, marks are made from the first, and those from any of them are known.
        """
        key, *older = (
            hmac.digest(secret.encode(), b"migaudit comment marker", "sha256") for secret in secrets
        )
        return cls(key, tuple(older))

    def sign(self, text: str) -> str:
        return _signature(self._key, text)

    def is_signed(self, text: str, signature: str) -> bool:
        keys = (self._key, *self._older)
        return any(hmac.compare_digest(signature, _signature(key, text)) for key in keys)


def _signature(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()[:32]


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
    return mark if key.is_signed(_signed(mark, subject), found[3]) else None


def unmarked(body: str) -> str:
    return _MARK.sub("", body)


def _signed(mark: Mark, subject: Subject) -> str:
    return f"{subject.repository_id}/{subject.pull}/{mark.fingerprint}/{mark.state}"
