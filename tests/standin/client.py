"""What the stand-in's own tests speak with: an App's client, and somebody who takes deliveries."""

import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt

from tests.standin import App, GitHub, Installation
from tests.standin.listener import Answer, Request, Server

BASE = "".join(f"line {number}\n" for number in range(1, 41))


def web_token(app: App, key: str | None = None, **claims: Any) -> str:
    now = int(time.time())
    whole = {"iat": now - 60, "exp": now + 300, "iss": str(app.id)} | claims
    return jwt.encode(whole, key or app.private_key, algorithm="RS256")


class Client(httpx.Client):
    """Requests below ``/repos/acme/tickets`` (``~``) or the API's root, as an installation."""

    def __init__(self, github: GitHub, installation: Installation) -> None:
        super().__init__(base_url=github.api_url, trust_env=False, verify=False)
        self.github, self.installation = github, installation
        self.use(self.mint().json()["token"])

    def __enter__(self) -> "Client":
        """Open already: it has asked for its token."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def mint(self, **body: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {web_token(self.installation.app)}"}
        address = f"/app/installations/{self.installation.id}/access_tokens"
        return super().request("POST", address, headers=headers, json=body)

    def use(self, token: str) -> None:
        self.headers["Authorization"] = f"Bearer {token}"

    def request(self, method: str, url: Any, **more: Any) -> httpx.Response:
        return super().request(method, str(url).replace("~", "/repos/acme/tickets"), **more)

    def graphql(self, query: str, **variables: Any) -> Any:
        body = {"query": query, "variables": variables}
        return super().request("POST", f"{self.github.url}/api/graphql", json=body).json()


@dataclass
class Receiver:
    """Somebody who takes deliveries: remembers them and answers as it is told."""

    seen: list[Request] = field(default_factory=list)
    status: int = 202
    server: Server | None = None

    @property
    def url(self) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.port}/webhooks/github"

    def answer(self, request: Request) -> Answer:
        self.seen.append(request)
        return Answer(self.status, b"taken")
