"""Apps from manifests: the page on which a person presses the button, and what GitHub hands over.

https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""

import json
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from tests.standin.accounts import App
from tests.standin.listener import Answer, Request
from tests.standin.values import Json, not_found

if TYPE_CHECKING:
    from tests.standin.github import GitHub

CODE_SECONDS = 3_600
"""A code has to be exchanged within an hour."""

_PAGE = re.compile(r"/(?:organizations/(?P<owner>[^/]+)/)?settings/apps/new")
_FIELDS = {
    "name", "url", "hook_attributes", "redirect_url", "callback_urls", "setup_url", "description",
    "public", "default_events", "default_permissions", "request_oauth_on_install",
    "setup_on_update",
}  # fmt: skip


@dataclass(slots=True)
class Registration:
    """Manifests that a person agreed to, and the codes that stand for them."""

    github: "GitHub"
    codes: dict[str, tuple[float, str, Json]] = field(default_factory=dict)

    def handle(self, request: Request) -> Answer | None:
        """A person presses "Create GitHub App" at once, and is sent back with a code."""
        page = _PAGE.fullmatch(request.path)
        if page is None or request.method != "POST":
            return None
        manifest = json.loads(parse_qs(request.content.decode())["manifest"][0])
        wrong = _wrong(manifest)
        if wrong:
            return Answer(422, wrong.encode(), {"Content-Type": "text/plain; charset=utf-8"})
        code = secrets.token_hex(20)
        self.codes[code] = (self.github.clock.now(), page["owner"] or "somebody", manifest)
        back = {"code": code, **{k: v for k, v in request.query.items() if k == "state"}}
        return Answer(302, b"", {"Location": f"{manifest['redirect_url']}?{urlencode(back)}"})

    def convert(self, code: str) -> App:
        """A code is good for an hour, and once."""
        at, owner, manifest = self.codes.pop(code, (0.0, "", {}))
        if self.github.clock.now() - at > CODE_SECONDS:
            raise not_found()
        return self.github.create_app(
            manifest["name"],
            permissions=manifest.get("default_permissions", {}),
            events=manifest.get("default_events", []),
            webhook_url=manifest["hook_attributes"]["url"],
            webhook_secret=secrets.token_hex(20),
            owner=owner,
        )


def _wrong(manifest: Json) -> str:
    """What GitHub's page would say of it; nothing where it takes it."""
    unknown = sorted(set(manifest) - _FIELDS)
    if unknown:
        return f"Error: {unknown} are unknown"
    missing = [name for name in ("name", "url", "redirect_url") if not manifest.get(name)]
    if missing or not manifest.get("hook_attributes", {}).get("url"):
        return f"Error: {missing or 'hook_attributes.url'} missing"
    granted = manifest.get("default_permissions", {})
    gated = {"merge_group": "merge_queues", "issue_comment": "issues", "check_run": "checks"}
    ungranted = [
        e for e, p in gated.items() if e in manifest["default_events"] and p not in granted
    ]
    return f"Error: events {ungranted} without their permission" if ungranted else ""
