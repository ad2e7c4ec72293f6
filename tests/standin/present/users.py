"""People, organizations and bots as JSON."""

from typing import TYPE_CHECKING

from tests.standin.accounts import User
from tests.standin.values import Json

if TYPE_CHECKING:
    from tests.standin.github import GitHub

_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}


def user_of(github: "GitHub", user: User) -> Json:
    address = f"{github.api_url}/users/{user.login}"
    return {
        "login": user.login,
        "id": user.id,
        "node_id": user.node_id,
        "avatar_url": f"{github.url}/avatars/{user.id}",
        "gravatar_id": "",
        "url": address,
        "html_url": f"{github.url}/{user.login}",
        "type": user.type,
        "user_view_type": "public",
        "site_admin": False,
        **{name: address + path for name, path in _LINKS.items()},
    }


def association(pull_user: User, user: User, permission: str) -> str:
    """How the author of a comment stands to the repository."""
    if permission in ("write", "maintain", "admin"):
        return "MEMBER"
    return "CONTRIBUTOR" if user is pull_user else "NONE"
