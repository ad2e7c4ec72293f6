"""From a deployment, a tag or a report to what stands in the check run."""

import subprocess

from analyzers.settings import PATH
from tests.ledger.merging import SECOND, THIRD, allow_deployments, configure, creates, merge
from tests.server.running import APPLIED, BASE_FILES


def repaired(world, path=SECOND):
    """The check run of a pull request that edits a migration."""
    return world.run(world.open("repair", path, creates("repaired")))


def test_the_last_successful_deployment_counts(world):
    allow_deployments(world)
    deployed = merge(world, SECOND, "teams")
    configure(world, "applied: deployments")
    first = world.repository.deploy("production", deployed)
    world.repository.deploy("production", state="failure")
    world.repository.deploy("staging")
    run = repaired(world)
    assert run.conclusion == "success"
    assert f"the deployment of `{first.sha[:7]}`" in run.summary
    assert "1 of the 2 migrations" in run.summary
    edited = world.run(world.open("edit", APPLIED, creates("people")))
    assert edited.conclusion == "failure"


def test_a_deployment_that_is_inactive_by_now_was_one(world):
    allow_deployments(world)
    deployed = merge(world, SECOND, "teams")
    configure(world, "applied: deployments, deployment: prod-eu")
    world.repository.deploy("prod-eu", deployed).report("inactive")
    assert repaired(world).conclusion == "success"


def test_without_the_permission_the_base_branch_counts(world):
    deployed = merge(world, SECOND, "teams")
    configure(world, "applied: deployments")
    world.repository.deploy("production", deployed)
    run = repaired(world)
    assert run.conclusion == "failure"
    assert "the base branch, since GitHub does not show deployments" in run.summary


def test_without_a_successful_deployment_the_base_branch_counts(world):
    allow_deployments(world)
    deployed = merge(world, SECOND, "teams")
    configure(world, "applied: deployments")
    world.repository.deploy("production", deployed, state="failure")
    run = repaired(world)
    assert run.conclusion == "failure"
    assert "no deployment has succeeded yet" in run.summary


def test_a_deployed_commit_that_is_gone_is_told(world):
    allow_deployments(world)
    merge(world, SECOND, "teams")
    configure(world, "applied: deployments")
    world.repository.deploy("production", "0123456789" * 4)
    run = repaired(world)
    assert run.conclusion == "failure"
    assert "what was deployed is gone" in run.summary


def test_the_newest_matching_tag_counts(world):
    """By the date of its commit: neither the name nor the day of tagging decides."""
    first = world.repository.branch_sha("main")
    second = merge(world, SECOND, "teams")
    world.repository.commit("main", {THIRD: creates("groups")})
    world.repository.tag("v1.10", second)
    world.repository.tag("v1.9", world.repository.branch_sha("main"))
    world.repository.tag("v1.8", first)
    world.repository.tag("nightly")
    configure(world, 'applied: tags, tags: "v1.?"')
    run = repaired(world)
    assert run.conclusion == "failure"
    assert "the tag `v1.9`" in run.summary
    assert "all 3 migrations" in run.summary


def test_an_annotated_tag_is_the_commit_that_it_leads_to(world):
    deployed = merge(world, SECOND, "teams")
    annotate(world, "release", deployed)
    configure(world, "applied: tags")
    run = repaired(world)
    assert run.conclusion == "success"
    assert "the tag `release`" in run.summary


def annotate(world, name, sha):
    identity = ["-c", "user.name=ann", "-c", "user.email=ann@example.com"]
    command = ["git", *identity, "tag", "--annotate", "--message=x", name, sha]
    subprocess.run(command, cwd=world.repository.directory, check=True)


def test_a_tag_is_found_behind_hundreds_of_others(world):
    deployed = merge(world, SECOND, "teams")
    for number in range(120):
        world.repository.tag(f"nightly-{number}")
    world.repository.tag("v1", deployed)
    configure(world, 'applied: tags, tags: "v*"')
    assert "the tag `v1`" in repaired(world).summary


def test_without_a_matching_tag_the_base_branch_counts(world):
    merge(world, SECOND, "teams")
    world.repository.tag("nightly", world.repository.branch_sha("main"))
    configure(world, 'applied: tags, tags: "v*"')
    run = repaired(world)
    assert run.conclusion == "failure"
    assert "no tag matches `v\\*`" in run.summary or "no tag matches `v*`" in run.summary


def test_without_a_report_the_base_branch_counts(world):
    merge(world, SECOND, "teams")
    configure(world, "applied: reports")
    run = repaired(world)
    assert run.conclusion == "failure"
    assert "nothing has been reported yet" in run.summary


def test_a_pull_request_does_not_choose_who_is_asked(world):
    deployed = merge(world, SECOND, "teams")
    world.repository.tag("v1", deployed)
    pull = world.open("repair", SECOND, creates("repaired"))
    pull.push({PATH: 'environments: {production: {applied: tags, tags: "v*"}}\n'})
    run = world.run(pull)
    assert run.conclusion == "failure"
    assert "the tag" not in run.summary


def test_without_environments_the_summary_says_what_counts(world):
    run = world.run(world.open("teams", SECOND, creates("teams")))
    assert "What is on the base branch counts as applied." in run.summary


def test_a_pull_request_without_migrations_asks_nobody(world):
    allow_deployments(world)
    configure(world, "applied: deployments")
    world.repository.deploy("production")
    run = world.run(world.open("docs", "README.md", "# Tickets, sold\n"))
    assert run.conclusion == "success"
    assert "production" not in run.summary
    assert not [asked for asked in world.github.requests if "deployments" in asked.path]


def test_an_organisation_may_name_the_environments(world):
    deployed = merge(world, SECOND, "teams")
    world.repository.tag("v1", deployed)
    text = "environments: {production: {applied: tags}}\n"
    shared = world.github.create_repository("acme/.github", files={PATH: text})
    world.installation.repositories.append(shared)
    assert "the tag `v1`" in repaired(world).summary


def test_the_repository_s_files_are_as_they_were(world):
    """What is deployed tells by its files, wherever in the repository they lie."""
    files = {"knexfile.js": BASE_FILES["knexfile.js"].replace("./migrations", "./db")}
    deployed = merge(world, SECOND, "teams")
    moved = {APPLIED: None, SECOND: None, "db/20240102000000_teams.js": creates("teams")}
    moved["db/20240101000000_users.js"] = BASE_FILES[APPLIED]
    world.repository.commit("main", {**files, **moved})
    world.repository.tag("v1", deployed)
    configure(world, "applied: tags")
    run = world.run(world.open("edit", "db/20240101000000_users.js", creates("people")))
    assert run.conclusion == "failure"
    assert "already applied in `production`" in run.summary
