"""Trees, blobs, contents and comparisons out of real git."""

import base64

from tests.standin import GitHub, Limits, Special
from tests.standin.client import Client


def test_a_tree_is_listed_flat_or_deep(client, repository):
    repository.commit("main", {"m/1.js": "1\n", "m/n/2.js": "2\n"})
    flat = client.get("~/git/trees/main").json()["tree"]
    assert [(entry["path"], entry["type"]) for entry in flat][1] == ("m", "tree")
    deep = client.get("~/git/trees/main?recursive=1").json()
    assert "m/n/2.js" in [entry["path"] for entry in deep["tree"]]
    assert deep["truncated"] is False


def test_a_tree_that_is_too_long_says_that_it_was_cut(tmp_path):
    with GitHub(tmp_path, limits=Limits(tree_entries=3)) as github:
        repository = github.create_repository("acme/tickets", files=dict.fromkeys("abcde", "1"))
        with Client(github, github.create_app().install(repository)) as client:
            tree = client.get("~/git/trees/main?recursive=1").json()
            assert tree["truncated"] is True
            assert len(tree["tree"]) == 3


def test_a_blob_comes_as_base64_or_raw(client, repository):
    sha = repository.git.resolve("main:a.txt")
    blob = client.get(f"~/git/blobs/{sha}").json()
    raw = client.get(f"~/git/blobs/{sha}", headers={"Accept": "application/vnd.github.raw+json"})
    assert base64.b64decode(blob["content"]) == raw.content
    assert client.get(f"~/git/blobs/{'0' * 40}").status_code == 404


def test_contents_over_one_megabyte_come_only_raw(client, repository):
    repository.commit("main", {"big": "x" * 1_000_001})
    assert client.get("~/contents/big").status_code == 403
    raw = client.get("~/contents/big", headers={"Accept": "application/vnd.github.raw+json"})
    assert len(raw.content) == 1_000_001
    shown = client.get("~/contents/big", headers={"Accept": "application/vnd.github.object+json"})
    assert (shown.json()["content"], shown.json()["encoding"]) == ("", "none")


def test_contents_follow_links_inside_the_repository(client, repository):
    repository.commit("main", {"d/link": Special("120000", "../other.txt")})
    shown = client.get("~/contents/d/link").json()
    assert (shown["type"], base64.b64decode(shown["content"])) == ("file", b"x\n")


def test_contents_of_a_branch_of_many_names(client, repository):
    repository.commit("feat/x", {"d/ü #.js": "1\n"})
    assert client.get("~/contents/d/%C3%BC%20%23.js?ref=feat/x").status_code == 200
    assert client.get("~/contents/d/%C3%BC%20%23.js").status_code == 404
    assert [entry["name"] for entry in client.get("~/contents/d?ref=feat/x").json()] == ["ü #.js"]


def test_a_comparison_lists_three_hundred_files_on_its_first_page_only(client, repository):
    repository.commit("many", {f"{n:03}": "1\n" for n in range(301)})
    comparison = client.get("~/compare/main...many").json()
    assert (comparison["status"], comparison["ahead_by"]) == ("ahead", 1)
    assert len(comparison["files"]) == 300
    assert client.get("~/compare/main...many?page=2&per_page=100").json()["files"] == []


def test_an_unknown_commit_is_not_found(client):
    assert client.get(f"~/commits/{'1' * 40}").status_code == 422
    assert client.get("~/commits/nowhere").status_code == 404


def test_refs_are_matched_by_their_beginning(client, repository):
    repository.git.set_ref("refs/tags/v1", repository.branch_sha("main"))
    repository.git.set_ref("refs/tags/v10", repository.branch_sha("main"))
    found = client.get("~/git/matching-refs/tags/v1").json()
    assert [ref["ref"] for ref in found] == ["refs/tags/v1", "refs/tags/v10"]
    assert client.get("~/git/ref/tags/v1").json()["object"]["type"] == "commit"


def test_the_permission_of_a_person(client, repository):
    repository.grant("eve", "maintain")
    shown = client.get("~/collaborators/eve/permission").json()
    assert (shown["permission"], shown["role_name"]) == ("write", "maintain")
    assert shown["user"]["permissions"]["push"] is True
    assert client.get("~/collaborators/nobody/permission").status_code == 404
