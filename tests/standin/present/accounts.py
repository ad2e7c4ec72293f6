"""Users, Apps and installations as JSON."""

from tests.standin.accounts import App, Installation, Token
from tests.standin.present.repositories import repository_json
from tests.standin.present.users import user_of
from tests.standin.values import Json, node_id, timestamp


def app_json(app: App) -> Json:
    github = app.github
    return {
        "id": app.id,
        "slug": app.slug,
        "node_id": node_id("A", app.id),
        "client_id": app.client_id,
        "owner": user_of(github, app.owner),
        "name": app.slug,
        "description": "",
        "external_url": f"{github.url}/apps/{app.slug}/home",
        "html_url": f"{github.url}/apps/{app.slug}",
        "created_at": timestamp(app.created_at),
        "updated_at": timestamp(app.created_at),
        "permissions": app.permissions,
        "events": app.events,
    }


def installation_json(installation: Installation) -> Json:
    app = installation.app
    github = app.github
    suspended = installation.suspended_at
    return {
        "id": installation.id,
        "account": user_of(github, installation.account),
        "repository_selection": "selected",
        "access_tokens_url": f"{github.api_url}/app/installations/{installation.id}/access_tokens",
        "repositories_url": f"{github.api_url}/installation/repositories",
        "html_url": f"{github.url}/settings/installations/{installation.id}",
        "app_id": app.id,
        "client_id": app.client_id,
        "app_slug": app.slug,
        "target_id": installation.account.id,
        "target_type": installation.account.type,
        "permissions": installation.permissions,
        "events": app.events,
        "created_at": timestamp(installation.created_at),
        "updated_at": timestamp(installation.created_at),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": None,
        "suspended_at": timestamp(suspended) if suspended else None,
    }


def token_json(token: Token) -> Json:
    answer: Json = {
        "token": token.text,
        "expires_at": timestamp(token.expires_at),
        "permissions": token.permissions,
        "repository_selection": "selected",
    }
    if token.repository_ids is not None:
        seen = [r for r in token.installation.repositories if r.id in token.repository_ids]
        answer["repositories"] = [repository_json(repository) for repository in seen]
    return answer
