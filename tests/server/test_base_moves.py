"""What the base branch gets is judged against by every open pull request that it concerns."""

import re

import httpx
import pytest

from app import moved_job
from tests.server.running import BASE_FILES, CREATE_TABLE, DANGEROUS, SAFE, until
from tests.standin import Fault

EARLY = "migrations/20240131000000_early.js"
LABELS = CREATE_TABLE.replace("tags", "labels")


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setattr(moved_job, "SPREAD_SECONDS", 0.05)


def settled(world):
    """Whatever was delivered before this has been dealt with when a later audit is done."""
    world.github.webhooks.wait()
    other = world.open("settled", SAFE, CREATE_TABLE.replace("tags", "others"))
    world.run(other)


def test_a_migration_that_is_merged_is_one_that_was_applied_before(world):
    pull = world.open("early", EARLY, CREATE_TABLE)
    assert world.run(pull).conclusion == "success"
    world.repository.push("main", {DANGEROUS: LABELS})
    until(lambda: len(world.conclusions(pull.head_sha)) == 2)
    assert "migration-out-of-order" in world.run(pull).summary


def test_so_is_one_that_comes_by_the_button_of_another_pull_request(world):
    pull = world.open("early", EARLY, CREATE_TABLE)
    other = world.open("later", DANGEROUS, LABELS)
    world.run(pull)
    world.run(other)
    other.merge()
    until(lambda: len(world.conclusions(pull.head_sha)) == 2)
    assert "migration-out-of-order" in world.run(pull).summary


def test_another_configuration_is_judged_by(world):
    pull = world.open()
    assert world.run(pull).conclusion == "failure"
    world.repository.push("main", {".github/migaudit.yml": "fail_on: never\n"})
    until(lambda: world.conclusions(pull.head_sha) == ["failure", "success"])


def test_another_knexfile_is_judged_by(world):
    pull = world.open("early", EARLY, CREATE_TABLE)
    world.run(pull)
    text = BASE_FILES["knexfile.js"].replace("'pg'", "'postgresql'")
    world.repository.push("main", {"knexfile.js": text})
    until(lambda: len(world.conclusions(pull.head_sha)) == 2)


@pytest.mark.parametrize("files", [{"README.md": "# Sold\n"}, {"src/x.js": "1\n"}])
def test_other_files_concern_nobody(world, files):
    pull = world.open()
    world.run(pull)
    world.repository.push("main", files)
    settled(world)
    assert world.conclusions(pull.head_sha) == ["failure"]


def test_pull_requests_without_migrations_are_left_alone(world):
    pull = world.open("docs", "README.md", "# Sold\n")
    world.run(pull)
    world.repository.push("main", {DANGEROUS: LABELS})
    settled(world)
    assert world.conclusions(pull.head_sha) == ["success"]


def test_pull_requests_into_other_branches_are_left_alone(world):
    world.repository.commit("release", {"README.md": "release"}, start="main")
    pull = world.open("early", EARLY, CREATE_TABLE, base="release")
    world.run(pull)
    world.repository.push("main", {DANGEROUS: LABELS})
    settled(world)
    assert world.conclusions(pull.head_sha) == ["success"]


def test_a_base_that_moves_twice_is_judged_by_as_it_is(world):
    """The second audit finds that the first one knew all of it."""
    pull = world.open("early", EARLY, CREATE_TABLE)
    world.run(pull)
    world.github.webhooks.hold()
    world.repository.push("main", {DANGEROUS: LABELS})
    world.repository.push("main", {SAFE: LABELS.replace("labels", "others")})
    world.github.webhooks.release()
    until(lambda: len(world.conclusions(pull.head_sha)) == 2)
    settled(world)
    assert len(world.conclusions(pull.head_sha)) == 2


def test_the_newest_pull_request_is_audited_first_and_all_of_them_are(world):
    pulls = [world.open(f"b{n}", f"migrations/2024013{n}000000_x.js", CREATE_TABLE) for n in (0, 1)]
    for pull in pulls:
        world.run(pull)
    world.repository.push("main", {DANGEROUS: LABELS})
    until(lambda: all(len(world.conclusions(p.head_sha)) == 2 for p in pulls))
    second = [world.repository.check_runs(pull.head_sha)[1] for pull in pulls]
    assert second[1].started_at <= second[0].started_at


def test_many_pushes_in_a_row_cost_one_look_at_each_pull_request(world, monkeypatch):
    """A morning of merges shall not use up the hour's calls: the last push is judged by."""
    monkeypatch.setattr(moved_job, "SPREAD_SECONDS", 3.0)
    pulls = [world.open(f"b{n}", f"migrations/2024013{n}000000_x.js", CREATE_TABLE) for n in (0, 1)]
    for pull in pulls:
        world.run(pull)
    world.github.requests.clear()
    before = _overtaken(world)
    world.github.webhooks.hold()
    for number in range(1, 9):
        text = LABELS.replace("labels", f"t{number}")
        world.repository.push("main", {f"migrations/2024020{number}000000_t.js": text})
    world.github.webhooks.release()
    until(lambda: all(len(world.conclusions(p.head_sha)) == 2 for p in pulls))
    until(lambda: _overtaken(world) - before >= 7)
    older = [s for s in world.github.requests if _looks_at(s, pulls[0])]
    assert len(older) == 1
    assert all("migration-out-of-order" in world.run(pull).summary for pull in pulls)


def _overtaken(world):
    """How many audits later pushes have made needless."""
    page = httpx.get(f"{world.url}/metrics", trust_env=False).text
    found = re.search(r'migaudit_jobs_total{end="overtaken",work="audit"} (\d+)', page)
    return int(found[1]) if found else 0


def _looks_at(seen, pull):
    variables = seen.body.get("variables", {})
    return "query Look" in str(seen.body) and variables.get("number") == pull.number


def test_they_are_audited_one_after_the_other_and_not_at_once(world, monkeypatch):
    """A push concerns hundreds of pull requests: those that somebody waits for come in between."""
    monkeypatch.setattr(moved_job, "SPREAD_SECONDS", 2.0)
    pulls = [world.open(f"b{n}", f"migrations/2024013{n}000000_x.js", CREATE_TABLE) for n in (0, 1)]
    for pull in pulls:
        world.run(pull)
    world.repository.push("main", {DANGEROUS: LABELS})
    until(lambda: all(len(world.conclusions(p.head_sha)) == 2 for p in pulls))
    older, newer = (world.repository.check_runs(pull.head_sha)[1].started_at for pull in pulls)
    assert older - newer > 1


def test_a_push_that_github_cannot_compare_concerns_all(world):
    pull = world.open()
    world.run(pull)
    world.github.faults.add(Fault("GET", "*/compare/*", status=404))
    world.repository.push("main", {"README.md": "# Sold\n"})
    until(lambda: len(world.conclusions(pull.head_sha)) == 2)


def test_a_check_that_counts_for_two_pull_requests_passes_where_both_may(world):
    """GitHub asks the newest run on a commit, whichever pull request it was made for."""
    world.repository.commit("release", {".github/migaudit.yml": "fail_on: never\n"}, start="main")
    into_main = world.open()
    assert world.run(into_main).conclusion == "failure"
    into_release = world.repository.open_pull("change", base="release")
    until(lambda: len(world.conclusions(into_main.head_sha)) == 2)
    assert world.run(into_release).conclusion == "failure"
    assert f"pull request {into_main.number}" in world.run(into_release).title
    into_main.close()
    until(lambda: len(world.conclusions(into_main.head_sha)) == 3)
    assert world.run(into_release).conclusion == "success"


def test_a_pull_request_upon_another_is_judged_by_what_that_gets(world):
    """Its base is the other's head."""
    lower = world.open("lower", "README.md", "# Sold\n")
    world.run(lower)
    upper = world.open("upper", EARLY, CREATE_TABLE, base="lower")
    assert world.run(upper).conclusion == "success"
    lower.push({DANGEROUS: LABELS})
    until(lambda: len(world.conclusions(upper.head_sha)) == 2)
    assert "migration-out-of-order" in world.run(upper).summary


def test_a_push_to_the_head_of_a_pull_request_asks_nothing_of_others(world):
    pull = world.open()
    world.run(pull)
    world.github.requests.clear()
    pull.push({SAFE: CREATE_TABLE})
    world.run(pull)
    settled(world)
    assert not [seen for seen in world.github.requests if "OpenPulls" in str(seen.body)]
