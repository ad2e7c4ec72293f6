"""Who is asking: Apps with a JSON Web Token, installations with an access token."""

import base64
import json
import secrets
import time

import jwt

from tests.standin.accounts import App, Installation, Token
from tests.standin.limits import MAX_JWT_SECONDS, TOKEN_SECONDS
from tests.standin.values import Refused

_UNREADABLE = "A JSON web token could not be decoded"


def credential(header: str | None) -> str:
    """The token of an ``Authorization`` header, in either spelling that GitHub takes."""
    scheme, _, value = (header or "").partition(" ")
    if scheme.lower() not in ("bearer", "token") or not value:
        raise Refused(401, "Requires authentication")
    return value.strip()


def app_of(apps: list[App], text: str) -> App:
    """The App that signed this JSON Web Token, by the rules of GitHub's documentation.

    RS256, `iat` not in the future, `exp` at most ten minutes ahead, `iss` the App's (client) id:
    https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/\
generating-a-json-web-token-jwt-for-a-github-app
    """
    issuer = str(_claims(text).get("iss"))
    app = next((app for app in apps if issuer in (str(app.id), app.client_id)), None)
    if app is None:
        raise Refused(404, "Integration not found")
    return _verified(app, text)


def _verified(app: App, text: str) -> App:
    key = jwt.PyJWK.from_dict(app.public_jwk, "RS256")
    try:
        claims = jwt.decode(
            text,
            key,
            algorithms=["RS256"],
            options={"require": ["exp", "iat"], "verify_iss": False},
        )
    except jwt.ExpiredSignatureError:
        message = (
            "'Expiration time' claim ('exp') must be a numeric value representing the future time"
        )
        raise Refused(401, message + " at which the assertion expires") from None
    except jwt.ImmatureSignatureError:
        message = "'Issued at' claim ('iat') must be an Integer representing the time that the"
        raise Refused(401, message + " assertion was issued") from None
    except jwt.InvalidTokenError:
        raise Refused(401, _UNREADABLE) from None
    if claims["exp"] > time.time() + MAX_JWT_SECONDS:
        raise Refused(401, "'Expiration time' claim ('exp') is too far in the future")
    return app


def mint(
    installation: Installation, repository_ids: frozenset[int] | None, permissions: dict[str, str]
) -> Token:
    """A token in the form of 2026: ``ghs_``, the App's id and some 500 characters."""
    now = installation.app.github.clock.now()
    parts = (secrets.token_urlsafe(n) for n in (27, 90, 256))
    text = f"ghs_{installation.app.id}_{'.'.join(parts)}"
    return Token(text, installation, repository_ids, permissions, now + TOKEN_SECONDS)


def token_of(tokens: dict[str, Token], text: str, now: float) -> Token:
    token = tokens.get(text)
    if token is None or token.expires_at <= now or token.installation.deleted:
        raise Refused(401, "Bad credentials")
    if token.installation.suspended_at is not None:
        raise Refused(403, "This installation has been suspended")
    return token


def is_jwt(text: str) -> bool:
    return text.count(".") == 2 and not text.startswith("ghs_")


def _claims(text: str) -> dict[str, object]:
    """What an unverified token says of itself, only to find whose key to verify it with."""
    try:
        part = text.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, IndexError):
        raise Refused(401, _UNREADABLE) from None
    if not isinstance(claims, dict):
        raise Refused(401, _UNREADABLE)
    return claims
