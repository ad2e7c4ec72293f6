"""What an audit costs: GitHub allows an installation 5,000 calls an hour."""

import pytest

from tests.server.running import CREATE_TABLE, DANGEROUS, DROP_TABLE, SAFE

MOST_OF_A_FIRST = 10
MOST_OF_A_SECOND = 5

TABLE = """exports.up = (knex) =>
  knex.schema.createTable('t{0}', (table) => {{ table.increments(); }});
exports.down = (knex) => knex.schema.dropTable('t{0}');
"""
HISTORY = {f"migrations/2023{n:010}_t.js": TABLE.format(n) for n in range(800)}


@pytest.fixture
def calls(world):
    """Counts what GitHub was asked since the last count."""

    def count():
        world.github.webhooks.wait()
        asked = [f"{seen.method} {seen.path}" for seen in world.github.requests]
        world.github.requests.clear()
        return asked

    return count


def test_the_first_audit_of_a_repository_with_800_migrations(world, calls):
    world.repository.commit("main", HISTORY)
    calls()
    run = world.run(world.open(), timeout=90)
    assert run.conclusion == "failure"
    assert len(asked := calls()) <= MOST_OF_A_FIRST, asked


def test_the_first_audit_of_one_whose_organisation_has_a_configuration(world, calls):
    shared = world.github.create_repository(
        "acme/.github", files={".github/migaudit.yml": "fail_on: warning\n"}
    )
    world.installation.repositories.append(shared)
    world.repository.commit("main", HISTORY)
    calls()
    world.run(world.open(), timeout=90)
    assert len(asked := calls()) <= MOST_OF_A_FIRST, asked


@pytest.mark.parametrize("text", [DROP_TABLE + "\n", CREATE_TABLE])
def test_a_second_push_with_one_changed_migration(world, calls, text):
    world.repository.commit("main", HISTORY)
    pull = world.open()
    world.run(pull, timeout=90)
    calls()
    pull.push({DANGEROUS: text})
    world.run(pull)
    closing = 1 if text == CREATE_TABLE else 0
    assert len(asked := calls()) <= MOST_OF_A_SECOND + closing, asked


def test_a_second_push_that_brings_a_finding(world, calls):
    pull = world.open("change", SAFE, CREATE_TABLE)
    assert world.run(pull).conclusion == "success"
    calls()
    pull.push({DANGEROUS: DROP_TABLE})
    assert world.run(pull).conclusion == "failure"
    assert len(asked := calls()) <= MOST_OF_A_SECOND, asked


def test_a_restart_forgets_nothing_that_costs(world, calls):
    world.repository.commit("main", HISTORY)
    pull = world.open()
    world.run(pull, timeout=90)
    world.stop()
    world.start()
    calls()
    pull.push({DANGEROUS: DROP_TABLE + "\n"})
    world.run(pull)
    asked = [call for call in calls() if not call.endswith("access_tokens")]
    assert len(asked) <= MOST_OF_A_SECOND, asked


def test_a_pull_request_of_3000_files(world, calls):
    files = {f"docs/{n % 30}/{n:04}.md": "text\n" for n in range(3_000)}
    new = {f"migrations/2024030{n}000000_x.js": TABLE.format(n) for n in range(5)}
    pull = world.repository.open_pull("many", files={**files, **new})
    assert world.run(pull, timeout=60).conclusion is not None
    assert len(asked := calls()) <= MOST_OF_A_FIRST + 2, asked
