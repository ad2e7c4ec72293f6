"""What an audit costs: GitHub allows an installation 5,000 calls an hour."""

import pytest

from tests.server.running import CREATE_TABLE, DANGEROUS, DROP_TABLE

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


ANOTHER = DROP_TABLE.replace("dropTable('users')", "renameTable('users', 'people')", 1)
SECOND_PUSHES = {
    "what is found still stands": (DROP_TABLE, DROP_TABLE + "\n", 1, 0),
    "something is found": (CREATE_TABLE, DROP_TABLE, 1, 0),
    "what was found is gone": (DROP_TABLE, CREATE_TABLE, 1, 1),
    "one finding for another": (DROP_TABLE, ANOTHER, None, 1),
    "nothing was and is found": (CREATE_TABLE, CREATE_TABLE + "\n", 0, 0),
}


@pytest.mark.parametrize(
    ("before", "after", "threads", "closed"), SECOND_PUSHES.values(), ids=SECOND_PUSHES
)
def test_a_second_push_with_one_changed_migration(world, calls, before, after, threads, closed):
    world.repository.commit("main", HISTORY)
    pull = world.open(text=before)
    world.run(pull, timeout=90)
    calls()
    pull.push({DANGEROUS: after})
    world.run(pull)
    assert len(asked := calls()) <= MOST_OF_A_SECOND, asked
    assert [thread.is_resolved for thread in pull.threads].count(True) == closed
    assert len(pull.threads) == threads or (threads is None and len(pull.threads) > 1)


def test_several_findings_that_are_gone_cost_no_more_than_one(world, calls):
    several = DROP_TABLE.replace(
        "  await knex.schema", "  await knex.raw('truncate users');\n  await knex.schema"
    )
    pull = world.open(text=several)
    world.run(pull)
    assert len(pull.threads) > 1
    calls()
    pull.push({DANGEROUS: CREATE_TABLE})
    assert world.run(pull).conclusion == "success"
    assert len(asked := calls()) <= MOST_OF_A_SECOND, asked
    assert all(thread.is_resolved for thread in pull.threads)


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
