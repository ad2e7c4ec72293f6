"""The App itself: its installations, tokens, deliveries and limits."""

from tests.standin.accounts import Installation, lowered
from tests.standin.auth import mint
from tests.standin.listener import Answer
from tests.standin.present.accounts import app_json, installation_json, token_json
from tests.standin.present.repositories import repository_json
from tests.standin.repository import Repository
from tests.standin.routing import Call, answer, created, nothing, paged, routes
from tests.standin.values import Json, Refused, not_found, timestamp
from tests.standin.webhooks import Attempt, Delivery


def _app(call: Call) -> Json:
    return app_json(call.app) | {"installations_count": len(call.app.installations)}


def _installations(call: Call) -> Answer:
    return paged(call, call.app.installations, installation_json)


def _installation(call: Call) -> Json:
    return installation_json(_found(call))


def _installation_of_repository(call: Call) -> Json:
    installation = call.app.installation_of(call.repository)
    if installation is None:
        raise not_found()
    return installation_json(installation)


def _access_token(call: Call) -> Answer:
    installation = _found(call)
    if installation.suspended_at is not None:
        raise Refused(403, "This installation has been suspended")
    permissions = lowered(installation, call.body.get("permissions"))
    token = mint(installation, _chosen(call, installation), permissions)
    call.github.tokens[token.text] = token
    return created(token_json(token))


def _revoke(call: Call) -> Answer:
    if call.token is not None:
        del call.github.tokens[call.token.text]
    return nothing()


def _repositories(call: Call) -> Answer:
    token = call.token
    seen = [r for r in call.installation.repositories if token is not None and token.sees(r)]
    extra: Json = {"repository_selection": "selected"}
    return paged(call, seen, repository_json, "repositories", extra)


def _chosen(call: Call, installation: Installation) -> frozenset[int] | None:
    wanted_ids, names = call.body.get("repository_ids"), call.body.get("repositories")
    if wanted_ids is None and names is None:
        return None
    known = {repository.id: repository for repository in installation.repositories}
    by_name = {repository.name: repository.id for repository in installation.repositories}
    chosen = list(wanted_ids or []) + [by_name.get(name) for name in names or []]
    if not all(number in known for number in chosen):
        raise Refused(
            422,
            "There is at least one repository that does not exist or is not accessible"
            " to the parent installation.",
        )
    return frozenset(chosen)


def _found(call: Call) -> Installation:
    number = call.number("installation_id")
    found = next((i for i in call.app.installations if i.id == number), None)
    if found is None:
        raise not_found()
    return found


def _deliveries(call: Call) -> Answer:
    """Newest attempts first; the cursor is the id to go on below."""
    rows = [
        (d, a) for d in call.github.webhooks.deliveries if d.app is call.app for a in d.attempts
    ]
    rows.sort(key=lambda row: row[1].id, reverse=True)
    wanted = call.query.get("status")
    if wanted is not None:
        rows = [row for row in rows if row[1].ok == (wanted == "success")]
    before = call.query.get("cursor")
    if before is not None:
        rows = [row for row in rows if row[1].id < int(before)]
    size = min(100, int(call.query.get("per_page", 30)))
    shown = [_delivery_json(delivery, attempt) for delivery, attempt in rows[:size]]
    if len(rows) <= size:
        return answer(shown)
    address = (
        f"{call.github.api_url}/app/hook/deliveries?per_page={size}&cursor={rows[size - 1][1].id}"
    )
    return answer(shown, headers={"Link": f'<{address}>; rel="next"'})


def _delivery(call: Call) -> Json:
    delivery, attempt = _attempt(call)
    return _delivery_json(delivery, attempt) | {
        "url": delivery.app.webhook_url or "",
        "request": {"headers": delivery.headers, "payload": delivery.payload},
        "response": {"headers": {}, "payload": attempt.body},
    }


def _redeliver(call: Call) -> Answer:
    call.github.webhooks.redeliver(_attempt(call)[0])
    return answer({}, 202)


def _attempt(call: Call) -> tuple[Delivery, Attempt]:
    number = call.number("delivery_id")
    for delivery in call.github.webhooks.deliveries:
        for attempt in delivery.attempts:
            if attempt.id == number and delivery.app is call.app:
                return delivery, attempt
    raise not_found()


def _delivery_json(delivery: Delivery, attempt: Attempt) -> Json:
    repository: Repository | None = None
    shown = delivery.payload.get("repository", {}).get("id")
    for candidate in delivery.installation.repositories if delivery.installation else []:
        repository = candidate if candidate.id == shown else repository
    return {
        "id": attempt.id,
        "guid": delivery.guid,
        "delivered_at": timestamp(attempt.at),
        "redelivery": attempt.redelivery,
        "duration": round(attempt.seconds, 2),
        "status": attempt.status,
        "status_code": attempt.status_code,
        "event": delivery.event,
        "action": delivery.action,
        "installation_id": delivery.installation.id if delivery.installation else None,
        "repository_id": repository.id if repository else None,
        "throttled_at": None,
    }


def _from_manifest(call: Call) -> Answer:
    """The one answer in which GitHub ever shows an App's key."""
    app = call.github.registration.convert(call.params["code"])
    secret: Json = {
        "client_id": app.client_id,
        "client_secret": "0" * 40,
        "webhook_secret": app.webhook_secret,
        "pem": app.private_key,
    }
    return created(app_json(app) | secret)


def _rate_limit(call: Call) -> Json:
    rate = call.github.limiter.rate(call)
    return {"resources": {"core": rate, "search": rate, "graphql": rate}, "rate": rate}


ROUTES = routes(
    ("GET /app", _app, "app"),
    ("GET /app/installations", _installations, "app"),
    ("GET /app/installations/{installation_id}", _installation, "app"),
    ("POST /app/installations/{installation_id}/access_tokens", _access_token, "app"),
    ("GET /repos/{owner}/{repo}/installation", _installation_of_repository, "app"),
    ("GET /installation/repositories", _repositories, "metadata:read"),
    ("DELETE /installation/token", _revoke, "metadata:read"),
    ("GET /app/hook/deliveries", _deliveries, "app"),
    ("GET /app/hook/deliveries/{delivery_id}", _delivery, "app"),
    ("POST /app/hook/deliveries/{delivery_id}/attempts", _redeliver, "app"),
    ("POST /app-manifests/{code}/conversions", _from_manifest, "nobody"),
    ("GET /rate_limit", _rate_limit, "any"),
)
