"""Invisible marks by which our comments are known again, and which only we can make."""

import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MarkerKey:
    """The key of our marks. It never shows itself."""

    _key: bytes = field(repr=False)

    @classmethod
    def derive(cls, secret: str) -> "MarkerKey":
        """A key for marks alone, from a secret of the installation (the webhook secret, say)."""
        return cls(hmac.digest(secret.encode(), b"migaudit comment marker", "sha256"))
