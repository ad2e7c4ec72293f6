"""Who may ask, and what GitHub says to those who may not."""

import time

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.standin.client import web_token


def other_key() -> str:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    return key.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    ).decode()


def ask(github, token):
    return httpx.get(
        f"{github.api_url}/app", headers={"Authorization": f"Bearer {token}"}, trust_env=False
    )


def test_the_key_is_in_the_form_that_github_hands_out(app):
    assert app.private_key.startswith("-----BEGIN RSA PRIVATE KEY-----")


def test_an_app_is_known_by_its_id_or_its_client_id(github, app):
    assert ask(github, web_token(app)).json()["slug"] == "migaudit"
    assert ask(github, web_token(app, iss=app.client_id)).status_code == 200
    assert github.violations == []


@pytest.mark.parametrize(
    ("claims", "status", "words"),
    [
        ({"exp": int(time.time()) - 1}, 401, "exp"),
        ({"exp": int(time.time()) + 3_600}, 401, "too far in the future"),
        ({"iat": int(time.time()) + 600}, 401, "iat"),
        ({"iss": "1"}, 404, "Integration not found"),
    ],
)
def test_a_web_token_with_wrong_claims_is_refused(github, app, claims, status, words):
    answer = ask(github, web_token(app, **claims))
    assert answer.status_code == status
    assert words in answer.json()["message"]


def test_a_web_token_of_another_key_is_refused(github, app):
    answer = ask(github, web_token(app, key=other_key()))
    assert answer.status_code == 401
    assert answer.json()["message"] == "A JSON web token could not be decoded"


def test_no_token_and_an_invented_one_are_refused(github, app, client):
    assert ask(github, "ghs_invented").json()["message"] == "Bad credentials"
    answer = httpx.get(f"{github.api_url}/repos/acme/tickets", trust_env=False)
    assert answer.status_code == 401


def test_an_installation_token_is_long_and_lasts_an_hour(github, client):
    minted = client.mint().json()
    assert minted["token"].startswith(f"ghs_{client.installation.app.id}_")
    assert len(minted["token"]) > 500
    assert client.get("~").status_code == 200
    github.clock.advance(3_601)
    assert client.get("~").status_code == 401


def test_a_token_restricted_to_one_repository_finds_no_other(github, client, app):
    other = github.create_repository("acme/secret", files={"a": "1"})
    client.installation.add(other)
    assert client.get("/repos/acme/secret").status_code == 200
    restricted = client.mint(repository_ids=[github.repository("acme/tickets").id]).json()
    assert [shown["name"] for shown in restricted["repositories"]] == ["tickets"]
    client.use(restricted["token"])
    assert client.get("/repos/acme/secret").status_code == 404
    assert client.get("~").status_code == 200


def test_a_repository_outside_the_installation_cannot_be_asked_for(github, client):
    other = github.create_repository("acme/secret", files={"a": "1"})
    assert client.mint(repository_ids=[other.id]).status_code == 422


def test_a_missing_permission_is_a_403_that_names_it(client):
    client.use(client.mint(permissions={"checks": "read"}).json()["token"])
    answer = client.post("~/check-runs", json={"name": "x", "head_sha": "0" * 40})
    assert answer.status_code == 403
    assert answer.json()["message"] == "Resource not accessible by integration"
    assert answer.headers["X-Accepted-GitHub-Permissions"] == "checks=write"


def test_more_than_the_installation_grants_cannot_be_asked_for(client):
    assert client.mint(permissions={"contents": "write"}).status_code == 422


def test_permissions_that_were_lowered_later_count_for_old_tokens(client):
    assert client.get("~/pulls").status_code == 200
    del client.installation.permissions["pull_requests"]
    assert client.get("~/pulls").status_code == 403


def test_a_suspended_installation_is_refused(client):
    client.installation.suspend()
    assert client.get("~").status_code == 403
    assert client.mint().status_code == 403


def test_a_public_repository_may_be_read_but_not_written_from_elsewhere(github, client):
    github.create_repository("else/where", files={"a": "1"}, private=False)
    assert client.get("/repos/else/where").status_code == 200
    body = {"name": "x", "head_sha": "0" * 40}
    assert client.post("/repos/else/where/check-runs", json=body).status_code == 404


def test_a_renamed_repository_is_found_at_its_old_address(github, client, repository):
    repository.rename("orders")
    answer = client.get("~/pulls?state=all")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"{github.api_url}/repos/acme/orders/pulls?state=all"
    assert client.get(answer.headers["Location"]).status_code == 200
