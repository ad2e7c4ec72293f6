"""Sends a report of what is applied to a migaudit that serves."""

import json
from collections.abc import Sequence
from http.client import HTTPException
from ipaddress import ip_address
from typing import NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from app.refusal import Refusal

PATH = "/api/v1/applied"
_SECONDS = 30
_MOST_SHOWN = 2_000


class NotPushed(Refusal):
    """Why the report was not taken. Its message holds no token."""


class _NoRedirects(HTTPRedirectHandler):
    """A token is for the server that was named, and for no other."""

    def redirect_request(self, *_: object) -> NoReturn:
        raise NotPushed("The server leads elsewhere: name the address it leads to.")


def push(server: str, token: str, environment: str, migrations: Sequence[str]) -> bool:
    """Whether the environment has applied something else than it had said before."""
    if not token or not all("!" <= character <= "~" for character in token):
        raise NotPushed("The token holds characters that no token has.")
    body = json.dumps({"environment": environment, "migrations": list(migrations)}).encode()
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "User-Agent": "migaudit",
    }
    request = Request(_address(server), body, headers, method="POST")
    try:
        with build_opener(_NoRedirects).open(request, timeout=_SECONDS) as answer:
            return bool(_object(answer.read(_MOST_SHOWN)).get("changed"))
    except HTTPError as error:
        told = _object(error.read(_MOST_SHOWN)).get("error") or error.reason
        raise NotPushed(f"The server refused the report ({error.code}): {told}") from None
    except URLError as error:
        raise NotPushed(f"The server cannot be reached: {error.reason}.") from None
    except (OSError, HTTPException) as error:
        raise NotPushed(f"The server did not answer: {type(error).__name__}.") from None


def _address(server: str) -> str:
    """Tokens are sent over HTTPS, to this machine aside."""
    try:
        parts = urlsplit(server)
        host = parts.hostname or ""
    except ValueError:
        raise NotPushed("The address of the server is not one.") from None
    if parts.scheme not in ("https", "http") or not host or parts.query or parts.fragment:
        raise NotPushed("The address of the server has to begin with https:// and name a host.")
    if parts.scheme == "http" and not _is_here(host):
        raise NotPushed("The address of the server has to begin with https://: a token is sent.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}{PATH}"


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _object(content: bytes) -> dict[str, object]:
    """What a JSON object holds; of anything else nothing."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
