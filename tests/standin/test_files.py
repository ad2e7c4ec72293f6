"""What a pull request changes, as GitHub lists it."""

import pytest

from tests.standin import GitHub, Limits, Special
from tests.standin.client import BASE, Client


def files(client, **query):
    return client.get("~/pulls/1/files", params=query)


def test_the_files_are_those_since_the_merge_base(client, repository):
    repository.open_pull("add", {"new.txt": "1\n"})
    repository.push("main", {"elsewhere.txt": "2\n"})
    assert [entry["filename"] for entry in files(client).json()] == ["new.txt"]


def test_a_patch_begins_at_its_first_hunk(client, repository):
    repository.open_pull("edit", {"a.txt": BASE.replace("line 20\n", "changed\n")})
    [entry] = files(client).json()
    assert entry["patch"].startswith("@@ -17,7 +17,7 @@")
    assert "-line 20\n+changed\n" in entry["patch"]
    assert (entry["additions"], entry["deletions"], entry["changes"]) == (1, 1, 2)


def test_a_rename_names_the_former_path(client, repository):
    repository.open_pull("move", {"a.txt": None, "b.txt": BASE})
    [entry] = files(client).json()
    assert (entry["status"], entry["filename"]) == ("renamed", "b.txt")
    assert entry["previous_filename"] == "a.txt"
    assert "patch" not in entry


def test_strange_files_are_told_apart(client, repository):
    changes = {
        "a.txt": Special("120000", "other.txt"),
        "bin": b"\0\1\2",
        "gone": None,
        "ümlaut #?.js": "1\n",
        "sub": Special("160000", "1" * 40),
    }
    repository.commit("main", {"gone": "to be removed\n"})
    repository.open_pull("strange", changes)
    listed = {entry["filename"]: entry for entry in files(client).json()}
    assert {name: entry["status"] for name, entry in listed.items()} == {
        "a.txt": "changed",
        "bin": "added",
        "gone": "removed",
        "ümlaut #?.js": "added",
        "sub": "added",
    }
    assert "patch" not in listed["bin"]
    assert listed["ümlaut #?.js"]["contents_url"].count("%23") == 1


def test_pages_hold_thirty_files_and_never_more_than_a_hundred(client, repository):
    repository.open_pull("many", {f"{n:03}.txt": "1\n" for n in range(250)})
    assert len(files(client).json()) == 30
    answer = files(client, per_page=500, page=2)
    assert len(answer.json()) == 100
    links = answer.links
    assert set(links) == {"prev", "next", "last", "first"}
    assert len(client.get(links["next"]["url"]).json()) == 50


def test_the_list_ends_at_its_limit_while_the_count_goes_on(tmp_path):
    with GitHub(tmp_path, limits=Limits(pull_files=5)) as github:
        repository = github.create_repository("acme/tickets", files={"a": "1"})
        with Client(github, github.create_app().install(repository)) as client:
            repository.open_pull("many", {f"{n}.txt": "1\n" for n in range(8)})
            assert len(files(client, per_page=100).json()) == 5
            assert client.get("~/pulls/1").json()["changed_files"] == 8


def test_three_thousand_and_one_files_are_cut_to_three_thousand(client, repository):
    repository.open_pull("huge", {f"{n:04}.txt": "1\n" for n in range(3_001)})
    assert len(files(client, per_page=100, page=30).json()) == 100
    assert files(client, per_page=100, page=31).json() == []
    assert client.get("~/pulls/1").json()["changed_files"] == 3_001


@pytest.mark.parametrize("content", ["1\n" * 20_001, "x" * 600_000])
def test_a_file_that_is_too_large_has_no_patch(client, repository, content):
    repository.open_pull("large", {"large.txt": content, "small.txt": "1\n"})
    large, small = files(client).json()
    assert "patch" not in large
    assert "patch" in small


def test_a_diff_that_is_too_large_together_loses_the_later_patches(client, repository):
    repository.open_pull("large", {f"{n}.txt": "x" * 400_000 for n in range(3)})
    assert ["patch" in entry for entry in files(client).json()] == [True, True, False]


def test_a_fork_is_seen_through_the_base_repository(client, repository):
    repository.fork("bob")
    pull = repository.open_pull("bob:fix", {"b.txt": "1\n"}, by="bob")
    shown = client.get("~/pulls/1").json()
    assert shown["head"]["label"] == "bob:fix"
    assert shown["head"]["repo"]["full_name"] == "bob/tickets"
    assert client.get(f"~/git/trees/{pull.head_sha}").status_code == 200
    assert client.get("/repos/bob/tickets").status_code == 404


def test_pull_requests_are_found_by_state_head_and_commit(client, repository):
    one = repository.open_pull("one", {"b": "1"})
    two = repository.open_pull("two", {"c": "1"})
    one.close()
    assert [pull["number"] for pull in client.get("~/pulls").json()] == [2]
    assert [p["number"] for p in client.get("~/pulls?state=all").json()] == [2, 1]
    assert [p["number"] for p in client.get("~/pulls?state=all&head=acme:one").json()] == [1]
    [found] = client.get(f"~/commits/{two.head_sha}/pulls").json()
    assert found["number"] == 2


def test_a_reopened_pull_request_has_its_branch_s_newest_commit(client, repository):
    pull = repository.open_pull("add", {"new.txt": "1\n"})
    pull.close()
    pull.push({"new.txt": "2\n"})
    assert client.get("~/pulls/1").json()["head"]["sha"] != repository.branch_sha("add")
    pull.reopen()
    assert client.get("~/pulls/1").json()["head"]["sha"] == repository.branch_sha("add")
