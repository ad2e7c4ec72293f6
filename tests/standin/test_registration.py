"""An App from a manifest: what GitHub takes, and that it hands the key over once."""

import json

import httpx

MANIFEST = {
    "name": "reviewer",
    "url": "https://reviewer.example",
    "hook_attributes": {"url": "https://reviewer.example/hook"},
    "redirect_url": "https://reviewer.example/made",
    "default_permissions": {"checks": "write"},
    "default_events": ["check_run"],
}


def press(github, manifest, path="/settings/apps/new?state=s"):
    return httpx.post(
        f"{github.url}{path}", data={"manifest": json.dumps(manifest)}, trust_env=False
    )


def exchange(github, code, **headers):
    address = f"{github.api_url}/app-manifests/{code}/conversions"
    return httpx.post(address, headers=headers, trust_env=False)


def test_a_code_is_exchanged_once_and_by_nobody_in_particular(github):
    back = httpx.URL(press(github, MANIFEST).headers["location"])
    assert back.params["state"] == "s"
    code = back.params["code"]
    assert exchange(github, code, Authorization="token x").status_code == 401
    made = exchange(github, code)
    assert made.status_code == 201
    assert made.json()["pem"].startswith("-----BEGIN RSA PRIVATE KEY-----")
    assert made.json()["permissions"] == {"checks": "write"}
    assert exchange(github, code).status_code == 404
    assert github.violations == []


def test_a_manifest_with_a_field_that_github_does_not_know_is_refused(github):
    assert press(github, {**MANIFEST, "version": "v1"}).status_code == 422


def test_an_event_needs_its_permission(github):
    events = ["check_run", "merge_group"]
    assert press(github, {**MANIFEST, "default_events": events}).status_code == 422


def test_the_rules_of_a_branch_are_listed_as_github_describes_them(github, client, repository):
    repository.require("migaudit", client.installation.app)
    repository.require_queue()
    listed = client.get("~/rules/branches/main").json()
    assert [rule["type"] for rule in listed] == ["required_status_checks", "merge_queue"]
    assert github.violations == []
