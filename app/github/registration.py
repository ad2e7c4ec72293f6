"""Has GitHub hand over the App that it made from our manifest."""

from dataclasses import dataclass, field
from urllib.parse import quote

from app.github.connection import Connection
from app.github.limiter import Limiter
from app.github.transport import Transport

_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Registered:
    """The App that was made; `page` is GitHub's own page of it."""

    id: int
    slug: str
    page: str
    private_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)


def register(api_url: str, code: str) -> Registered:
    """Exchanges the code that GitHub sent a browser back with: it is good for an hour, and once.

    https://docs.github.com/rest/apps/apps#create-a-github-app-from-a-manifest
    """
    nobody = Connection(Transport(api_url.rstrip("/"), None, lambda: "", _SECONDS), Limiter(0))
    made = nobody.create(f"/app-manifests/{quote(code, safe='')}/conversions", {})
    return Registered(
        id=made.number("id"),
        slug=made.text("slug"),
        page=made.text("html_url"),
        private_key=made.text("pem"),
        webhook_secret=made.text("webhook_secret"),
    )


def web_url_of(api_url: str) -> str:
    """Where the pages of the GitHub with this REST root are, without a final slash."""
    root = api_url.rstrip("/")
    return (
        "https://github.com" if root == "https://api.github.com" else root.removesuffix("/api/v3")
    )
