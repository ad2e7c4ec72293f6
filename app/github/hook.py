"""What GitHub sent us, and where the App is installed: asked as the App itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.github.connection import Connection
from app.github.shape import Json


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt of GitHub to deliver; all attempts at a delivery have its `guid`."""

    id: int
    guid: str
    event: str
    at: int
    arrived: bool


@dataclass(frozen=True, slots=True)
class Installed:
    """Where the App is installed, and what it was granted there."""

    id: int
    account: str
    suspended: bool
    permissions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Hook:
    """The deliveries to the App. https://docs.github.com/rest/apps/webhooks"""

    connection: Connection

    def sent(self, since: int) -> Iterator[Sent]:
        """The attempts, the newest first."""
        for found in self.connection.pages("/app/hook/deliveries"):
            sent = _sent(found)
            if sent.at < since:
                return
            yield sent

    def redeliver(self, sent: Sent) -> None:
        """Asks for another attempt; twice does no harm."""
        self.connection.create(f"/app/hook/deliveries/{sent.id}/attempts", {}, safe=True)

    def installations(self) -> tuple[int, ...]:
        """Those that are not suspended."""
        return tuple(one.id for one in self.installed() if not one.suspended)

    def installed(self) -> Iterator[Installed]:
        """Where the App is installed."""
        return map(_installed, self.connection.pages("/app/installations"))


def _installed(found: Json) -> Installed:
    granted = found.child("permissions").value
    return Installed(
        id=found.number("id"),
        account=found.maybe_text("account", "login") or str(found.number("target_id")),
        suspended=found.maybe_text("suspended_at") is not None,
        permissions=tuple(granted.items()) if isinstance(granted, dict) else (),
    )


def _sent(found: Json) -> Sent:
    return Sent(
        id=found.number("id"),
        guid=found.text("guid"),
        event=found.text("event"),
        at=int(datetime.fromisoformat(found.text("delivered_at")).timestamp()),
        arrived=200 <= found.number("status_code") < 300,
    )
