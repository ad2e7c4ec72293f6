"""The page to which a check run's details lead: one audit, for those who may see it."""

import html
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.cli.test_sarif import VALIDATOR
from tests.server.running import CREATE_TABLE, DANGEROUS, DROP_TABLE, SAFE, until
from tests.standin import Fault

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def public(world):
    world.repository.private = False
    return world


def page(run, **parameters):
    return httpx.get(run.details_url, params=parameters, trust_env=False)


def test_the_details_of_a_check_lead_to_the_page_of_its_audit(public):
    pull = public.open()
    run = public.run(pull)
    shown = page(run)
    assert shown.status_code == 200
    assert "<h1>1 error in 1 new migration</h1>" in shown.text
    assert f"/acme/tickets/pull/{pull.number}" in shown.text
    assert f"{DANGEROUS}" in shown.text
    assert "ACCESS EXCLUSIVE" in shown.text
    assert "script" not in shown.headers["content-security-policy"]


def test_it_can_be_had_as_json(public):
    run = public.run(public.open())
    told = page(run, format="json").json()
    assert (told["conclusion"], told["repository"]) == ("failure", "acme/tickets")
    (finding,) = told["findings"]
    assert (finding["rule"], finding["path"], finding["line"]) == ("drop-table", DANGEROUS, 3)


def test_it_can_be_had_as_sarif(public):
    run = public.run(public.open())
    told = page(run, format="sarif").json()
    VALIDATOR.validate(told)
    ((result,),) = [one["results"] for one in told["runs"]]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], result["level"]) == ("drop-table", "error")
    assert place["artifactLocation"]["uri"] == DANGEROUS
    assert place["region"] == {"startLine": 3, "endLine": 3}
    (rule,) = [
        one for one in told["runs"][0]["tool"]["driver"]["rules"] if one["id"] == "drop-table"
    ]
    assert httpx.get(rule["helpUri"], trust_env=False).status_code == 200


def test_whatever_a_pull_request_holds_is_shown_and_does_nothing(public):
    evil = DROP_TABLE.replace("'users'", f"'{EVIL}'")
    pull = public.repository.open_pull(
        "evil", files={f"migrations/20240201000000_{EVIL}.js": evil}, title=EVIL
    )
    shown = page(public.run(pull)).text
    assert EVIL not in shown
    assert "<img" not in shown
    assert EVIL in html.unescape(shown).replace("\\", "")


def test_of_a_private_repository_nothing_is_shown_or_kept(world):
    run = world.run(world.open())
    hidden = page(run)
    never = httpx.get(f"{world.url}/runs/1:never", trust_env=False)
    assert (hidden.status_code, hidden.text) == (404, never.text)
    assert page(run, format="json").status_code == page(run, format="sarif").status_code == 404
    assert DROP_TABLE[:20].encode() not in (world.data.parent / "migaudit.sqlite").read_bytes()


def test_a_repository_that_is_private_by_now_shows_nothing_any_more(public):
    run = public.run(public.open())
    public.repository.private = True
    assert page(run).status_code == 404


def test_another_repository_of_the_same_name_shows_nothing_of_it(public):
    run = public.run(public.open())
    public.repository.rename("crates")
    other = public.github.create_repository("acme/tickets", files={"a": "1"}, private=False)
    public.installation.repositories.append(other)
    public.installation.repositories.remove(public.repository)
    assert page(run).status_code == 404


def test_where_github_does_not_say_that_it_is_public_nothing_is_shown(public):
    run = public.run(public.open())
    public.installation.delete()
    assert page(run).status_code == 404


def test_a_slow_answer_of_github_keeps_nobody_else_waiting(public):
    run = public.run(public.open())
    slow = public.github.faults.add(Fault("GET", "/repos/acme/tickets", None, delay=4))
    with ThreadPoolExecutor(1) as elsewhere:
        first = elsewhere.submit(page, run)
        until(lambda: slow.fired)
        assert page(run).status_code == 404
        assert not first.done()
    assert first.result().status_code == 200
    assert page(run).status_code == 200


def test_a_repository_that_is_taken_away_has_no_pages(public):
    run = public.run(public.open())
    public.installation.remove(public.repository)
    until(lambda: page(run).status_code == 404)


def test_a_merge_group_has_a_page(public):
    pull = public.open("safe", SAFE, CREATE_TABLE)
    public.run(pull)
    group = public.repository.queue(pull)
    until(lambda: group.check_run() and group.check_run().status == "completed")
    until(lambda: page(group.check_run()).status_code == 200)
    assert "merge group" in page(group.check_run()).text


@pytest.mark.parametrize("run", ["x" * 300, "..%2f..%2fetc", "%00", "'; drop table x --"])
def test_strange_addresses_are_no_audits(world, run):
    assert httpx.get(f"{world.url}/runs/{run}", trust_env=False).status_code in (404, 422)
