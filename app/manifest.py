"""The GitHub App as `app.yml` describes it: what it may do, and which events it is told of."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analyzers.source import SourceFile
from analyzers.yaml_tree import Listing, Node, Scalar, Table, tree_of

WEBHOOKS = "/webhooks/github"
FROM_GITHUB = "/setup"
"""Where GitHub sends a browser back to once it has made the App."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `app.yml` asks for; permissions by name."""

    name: str
    description: str
    permissions: dict[str, str]
    events: tuple[str, ...]

    def at(self, public_url: str) -> dict[str, object]:
        """What GitHub is given, for a server that it reaches at `public_url`.

        https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
        """
        return {
            "name": self.name,
            "url": public_url,
            "description": self.description,
            "public": False,
            "hook_attributes": {"url": f"{public_url}{WEBHOOKS}", "active": True},
            "redirect_url": f"{public_url}{FROM_GITHUB}",
            "default_permissions": self.permissions,
            "default_events": list(self.events),
        }


@cache
def manifest() -> Manifest:
    """What is asked for. A wheel carries `app.yml` inside the package; else it lies beside it."""
    here = Path(__file__).parent
    path = next(p for p in (here / "app.yml", here.parent / "app.yml") if p.exists())
    said = _table(tree_of(SourceFile("app.yml", path.read_text(encoding="utf-8"))))
    permissions = {
        name: _text(level) for name, level in _table(said["default_permissions"]).items()
    }
    events = said["default_events"]
    listed = events.items if isinstance(events, Listing) else ()
    return Manifest(
        _text(said["name"]), _text(said["description"]), permissions, tuple(map(_text, listed))
    )


def _table(node: Node | None) -> dict[str, Node]:
    return {_text(key): value for key, value in node.items} if isinstance(node, Table) else {}


def _text(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""
