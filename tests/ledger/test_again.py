"""What open pull requests are judged by changes with each deployment: they are audited again."""

import httpx

from app.database import Database
from app.reports import Reports
from app.work import Origin
from tests.ledger.merging import SECOND, allow_deployments, configure, creates, merge
from tests.server.running import APPLIED, until


def report(world, token, *names):
    answer = httpx.post(
        f"{world.url}/api/v1/applied",
        headers={"Authorization": f"Bearer {token}"},
        json={"environment": "production", "migrations": [n.rpartition("/")[2] for n in names]},
    )
    assert answer.status_code == 200, answer.text


def issue(world):
    database = Database(world.address)
    owner = Origin(world.installation.id, world.repository.id, world.repository.full_name)
    token = Reports(database).issue(owner)
    database.close()
    return token


def last_conclusion(world, pull, conclusion):
    """The newest run of the head, once it has another conclusion than the one before."""

    def found():
        run = world.repository.check_run("migaudit", pull.head_sha)
        return run if run is not None and run.conclusion == conclusion else None

    return until(found)


def test_a_report_has_open_pull_requests_audited_again(world):
    """A repair that was fine until somebody deployed what it repairs."""
    merge(world, SECOND, "teams")
    configure(world, "applied: reports")
    token = issue(world)
    report(world, token, APPLIED)
    pull = world.open("repair", SECOND, creates("repaired"))
    assert world.run(pull).conclusion == "success"
    report(world, token, APPLIED, SECOND)
    run = last_conclusion(world, pull, "failure")
    assert "already applied in `production`" in run.summary


def test_a_deployment_has_open_pull_requests_audited_again(world):
    allow_deployments(world)
    world.app.events.append("deployment_status")
    deployed = merge(world, SECOND, "teams")
    configure(world, "applied: deployments")
    world.repository.deploy("production", deployed)
    pull = world.open("repair", SECOND, creates("repaired"))
    assert world.run(pull).conclusion == "success"
    world.repository.deploy("production")
    assert "applied in `production`" in last_conclusion(world, pull, "failure").summary


def test_whoever_is_judged_by_the_base_branch_alone_is_left_alone(world):
    """Nobody said that tags or deployments tell anything."""
    allow_deployments(world)
    world.app.events.append("deployment_status")
    pull = world.open("add", SECOND, creates("teams"))
    run = world.run(pull)
    world.repository.deploy("production")
    world.repository.tag("v1")
    report(world, issue(world), APPLIED)
    world.github.webhooks.wait()
    other = world.open("other", SECOND.replace("teams", "others"), creates("others"))
    world.run(other)
    assert world.repository.check_runs(pull.head_sha) == [run]
