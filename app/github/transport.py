"""Requests and answers over HTTP. The one module that knows PyGithub.

PyGithub brings connections, authentication, the pinned API version and the guard that no answer
leads us to another host. Its retries are off: they sleep for up to an hour, and its own default
repeats a POST that may have been carried out.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from urllib.parse import urlencode, urlsplit

from github import Auth, Github
from github.Requester import (
    HTTPRequestsConnectionClass,
    HTTPSRequestsConnectionClass,
    Requester,
    RequestsResponse,
)
from jwt import PyJWTError
from requests import RequestException

from app.github.etags import Etags, Known

API_VERSION = "2022-11-28"
USER_AGENT = "migaudit"
MAX_PER_PAGE = 100
_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 307, 308})
_NOT_MODIFIED = 304

# At DEBUG it writes whole answers, and with them the tokens that GitHub mints.
logging.getLogger("github.Requester").setLevel(logging.INFO)


class UnusableKey(Exception):
    """The App's private key isn't one."""


class ConnectionLost(Exception):
    """No answer: refused, reset, timed out. Whether the request arrived isn't known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """GitHub's answer. Header names are in lower case; `body` is None where there was none."""

    status: int
    headers: Mapping[str, str]
    body: object


class Transport:
    """The way to one GitHub for one identity; without a `scheme`, for nobody in particular.

    Sends each request once.
    """

    def __init__(
        self,
        api_url: str,
        scheme: str | None,
        secret: Callable[[], str],
        timeout: float,
        etags: Etags | None = None,
    ) -> None:
        client = Github(
            base_url=api_url,
            auth=_Secret(scheme, secret) if scheme else None,
            timeout=max(1, round(timeout)),
            user_agent=USER_AGENT,
            per_page=MAX_PER_PAGE,
            retry=0,
            seconds_between_requests=0,
            seconds_between_writes=0,
            lazy=True,
            api_version=API_VERSION,
        )
        self._requester = client.requester
        self._connection = _connection(self._requester, timeout)
        self._etags = etags or Etags()
        self._lock = Lock()

    @property
    def graphql_url(self) -> str:
        return self._requester.graphql_url

    def send(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str | int] | None = None,
        body: object = None,
    ) -> Answer:
        """One request. `path` begins with a slash, or is an address below the API's root.

        Raises `ConnectionLost`. A redirect to another host is not followed: it is the answer. One
        that GitHub says is unchanged is the same as before.
        """
        address = f"{path}?{urlencode(sorted((parameters or {}).items()))}"
        known = self._etags.get(address) if method == "GET" else None
        try:
            with self._lock:
                status, headers, text = self._requester.requestJson(
                    method,
                    path,
                    dict(parameters or {}),
                    _headers(known),
                    body,
                    self._connection,
                )
        except RequestException as error:
            raise ConnectionLost(f"{method} {path}: {type(error).__name__}") from error
        except RuntimeError as error:  # PyGithub's word for a redirect to another host
            return Answer(301, {}, {"message": str(error)})
        if status == _NOT_MODIFIED and known is not None:
            return Answer(200, {**known.headers, **headers}, _decoded(known.text))
        if status == 200 and method == "GET":
            self._etags.keep(address, headers, text)
        return Answer(status, headers, _decoded(text))

    def close(self) -> None:
        self._connection.close()
        self._requester.close()


class _Secret(Auth.Auth):
    """An identity whose secret is asked for at each request, and never shown."""

    def __init__(self, scheme: str, secret: Callable[[], str]) -> None:
        self._scheme = scheme
        self._secret = secret

    @property
    def token_type(self) -> str:
        return self._scheme

    @property
    def token(self) -> str:
        return self._secret()


class _Redirects:
    """Follows redirects of renamed repositories, query and method kept.

    https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
    PyGithub follows 301 alone, and loses the query.
    """

    protocol: str
    host: str
    port: int
    url: str

    def getresponse(self) -> RequestsResponse:
        for _ in range(_MAX_REDIRECTS):
            response: RequestsResponse = super().getresponse()  # type: ignore[misc]
            target = self._target(response)
            if target is None:
                return response
            self.url = target
        return response

    def _target(self, response: RequestsResponse) -> str | None:
        if response.status not in _REDIRECTS:
            return None
        location = urlsplit(response.headers.get("location", ""))
        port = location.port or {"https": 443, "http": 80}.get(location.scheme)
        if (location.scheme, location.hostname, port) != (self.protocol, self.host, self.port):
            return None
        return f"{location.path}?{location.query}" if location.query else location.path


class _Http(_Redirects, HTTPRequestsConnectionClass):
    """Plain HTTP, for a GitHub on this machine."""


class _Https(_Redirects, HTTPSRequestsConnectionClass):
    """HTTPS."""


def _connection(requester: Requester, timeout: float) -> _Http | _Https:
    port = urlsplit(requester.base_url).port
    kind = _Https if requester.scheme == "https" else _Http
    return kind(requester.hostname, port, retry=0, timeout=timeout)  # type: ignore[arg-type]


def app_jwt(app_id: int, private_key: str) -> str:
    """A fresh proof that we are the App: good for five minutes, dated one minute back."""
    try:
        return Auth.AppAuth(app_id, private_key).create_jwt()
    except (PyJWTError, ValueError, TypeError) as error:
        raise UnusableKey(f"The App's private key is unusable: {type(error).__name__}") from None


def _headers(known: Known | None) -> dict[str, object]:
    accept = {"Accept": "application/vnd.github+json"}
    return {**accept, "If-None-Match": known.etag} if known is not None else {**accept}


def _decoded(text: str) -> object:
    if not text:
        return None
    try:
        decoded: object = json.loads(text)
    except ValueError:
        return text
    return decoded
