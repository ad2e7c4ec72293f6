"""A server without credentials has GitHub make its App, and serves as it from then on."""

import html
import json
import re
import stat
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.environment import Environment, Misconfigured
from app.manifest import manifest
from tests.server.running import BASE_FILES, DANGEROUS, DROP_TABLE, free_port, until
from tests.server.test_process import answers, served
from tests.standin import Fault, GitHub, Limits


class Setting:
    """A GitHub, and a server that nobody has set up; `browser` is a person's."""

    def __init__(self, folder, github):
        self.github = github
        self.log = folder / "log"
        self.data = folder / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.browser = httpx.Client(trust_env=False)

    def told(self):
        """The address that the log tells."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return next((line["go_on_at"] for line in lines if line["event"] == "not set up"), None)

    def address(self, **more):
        return httpx.URL(until(self.told)).copy_merge_params(more)

    def form(self, **more):
        """Opens that address; where its form leads, and what it sends there."""
        page = self.browser.get(self.address(**more)).text
        found = re.search(r'method="post" action="([^"]+)"', page)
        sent = re.search(r'name="manifest" value="([^"]+)"', page)
        return html.unescape(found[1]), html.unescape(sent[1])

    def agreed(self, **more):
        """The person presses the button there; GitHub's answer leads back."""
        action, sent = self.form(**more)
        return self.browser.post(action, data={"manifest": sent}).headers["location"]


@pytest.fixture
def setting(tmp_path):
    with GitHub(tmp_path / "github", limits=Limits.unlimited()) as github:
        made = Setting(tmp_path, github)
        variables = {"MIGAUDIT_GITHUB_API_URL": github.api_url}
        with served(tmp_path, made.port, **variables):
            until(lambda: answers(f"{made.url}/healthz") == 200)
            yield made
            made.browser.close()
        github.assert_clean()


def test_from_the_log_s_address_to_a_verdict_on_a_pull_request(setting):
    """What is made may do what `app.yml` says, and serves without being started again."""
    back = setting.agreed(owner="acme")
    assert "/organizations/acme/" in setting.form(owner="acme")[0]
    done = setting.browser.get(back)
    assert (done.status_code, "is set up" in done.text) == (200, True)
    until(lambda: answers(f"{setting.url}/readyz") == 200)
    (app,) = setting.github.apps
    assert app.permissions == manifest().permissions
    assert app.webhook_url == f"{setting.url}/webhooks/github"
    assert app.owner.login == "acme"
    repository = setting.github.create_repository("acme/tickets", files=BASE_FILES)
    app.install(repository)
    pull = repository.open_pull("drop", {DANGEROUS: DROP_TABLE})

    def completed():
        run = repository.check_run("migaudit", pull.head_sha)
        return run if run is not None and run.status == "completed" else None

    assert until(completed).conclusion == "failure"


def test_its_credentials_are_for_their_owner_alone_and_in_no_log(setting):
    setting.browser.get(setting.agreed())
    (file,) = setting.data.glob("github-app.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (app,) = setting.github.apps
    log = setting.log.read_text()
    assert app.webhook_secret not in log
    assert "PRIVATE KEY" not in log


def test_afterwards_the_page_is_gone(setting):
    address = until(setting.told)
    setting.browser.get(setting.agreed())
    until(lambda: answers(f"{setting.url}/readyz") == 200)
    page = setting.browser.get(address).text
    assert "Create the GitHub App" not in page
    assert "reviews database migrations" in page
    assert setting.browser.get(f"{setting.url}/setup?code=x&state=y").status_code == 404


def test_without_the_token_nobody_sees_more_than_that_it_is_not_set_up(setting):
    state = parse_qs(urlsplit(setting.form()[0]).query)["state"][0]
    for query, status in (("", 200), ("?token=", 200), ("?token=guessed", 403)):
        answer = setting.browser.get(f"{setting.url}/{query}")
        assert answer.status_code == status
        assert "<form" not in answer.text
        assert state not in answer.text


def test_nobody_slips_in_an_app_of_their_own(setting):
    """A code without the state that only the page knew is not exchanged."""
    back = urlsplit(setting.agreed())
    code = parse_qs(back.query)["code"][0]
    for state in ("", "guessed"):
        forged = setting.browser.get(f"{setting.url}/setup", params={"code": code, "state": state})
        assert forged.status_code == 403
    assert not setting.github.apps
    assert not list(setting.data.glob("github-app.json"))


def test_a_code_that_github_refuses_is_said_and_can_be_had_again(setting):
    back = setting.agreed()
    setting.github.faults.add(Fault("POST", "*/app-manifests/*", 404))
    refused = setting.browser.get(back)
    assert refused.status_code == 502
    assert "GitHub did not hand over the App" in refused.text
    assert setting.browser.get(setting.agreed()).status_code == 200


def test_the_page_keeps_the_token_to_itself(setting):
    page = setting.browser.get(until(setting.told))
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert f"form-action 'self' {setting.github.url}" in page.headers["content-security-policy"]


def test_a_name_that_is_none_leads_nowhere(setting):
    page = setting.browser.get(setting.address(owner='"><script>x')).text
    assert "no name of an organisation" in page
    assert "<script>" not in page
    assert 'method="post"' not in page


def test_what_is_set_outranks_what_the_page_kept(tmp_path):
    (tmp_path / "github-app.json").write_text(
        '{"app_id": 1, "private_key": "kept", "webhook_secret": "kept"}'
    )
    assert Environment(data_dir=tmp_path).credentials().app_id == 1
    assert Environment(data_dir=tmp_path).credentials().webhook_secrets == (b"kept",)
    told = Environment(data_dir=tmp_path, app_id=2, private_key="k", webhook_secret="s")
    assert told.credentials().app_id == 2


def test_a_damaged_file_is_said_and_its_content_is_not(tmp_path):
    (tmp_path / "github-app.json").write_text('{"private_key": "s3cret"')
    with pytest.raises(Misconfigured, match="github-app") as told:
        Environment(data_dir=tmp_path).credentials()
    assert "s3cret" not in str(told.value)
