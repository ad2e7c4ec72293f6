"""Whatever happens to a pull request, its head has one completed check run: it can be required."""

from tests.server.running import CREATE_TABLE, DANGEROUS, DROP_TABLE, SAFE, until
from tests.standin import Fault

DOCS = {"README.md": "# Tickets, sold\n"}
LATE = {"message": "No commit found for SHA: it is on its way", "status": "422"}


def ended(world, pull, timeout=30):
    """How the only run on the head ended."""
    conclusion = world.run(pull, timeout=timeout).conclusion
    assert world.conclusions(pull.head_sha) == [conclusion]
    return conclusion


def test_a_bot_s_pull_request_is_audited_like_any_other(world):
    bot = world.github.user("renovate[bot]", kind="Bot")
    pull = world.open(by=bot.login)
    assert ended(world, pull) == "failure"
    assert len(pull.review_comments) == 1


def test_without_migrations_it_passes_in_words_and_silence(world):
    pull = world.repository.open_pull("docs", files=DOCS, draft=True)
    assert ended(world, pull) == "success"
    assert world.run(pull).title == "No Knex migrations changed"
    assert pull.reviews == pull.threads == pull.issue_comments == []


def test_what_was_pushed_while_it_was_closed_is_audited_when_it_is_reopened(world):
    pull = world.open()
    world.run(pull)
    pull.close()
    pull.push({DANGEROUS: None, SAFE: CREATE_TABLE})
    pull.reopen()
    assert ended(world, pull) == "success"


def test_the_head_of_a_fork_that_is_not_visible_yet_is_waited_for(world):
    """Its delivery may be here before the commit is."""
    world.repository.fork("bob")
    late = world.github.faults.add(Fault("POST", "*/check-runs", 422, times=2, body=LATE))
    pull = world.open("bob:change", by="bob")
    assert ended(world, pull) == "failure"
    assert late.fired == 2


def test_a_head_that_never_becomes_visible_is_said(world):
    world.github.faults.add(Fault("GET", "*/compare/*", 404, times=99))
    world.github.faults.add(Fault("GET", "*/git/trees/*", 404, times=99))
    assert ended(world, world.open("safe", SAFE, CREATE_TABLE)) == "action_required"


def test_a_migration_that_crashes_the_parser_is_said_and_does_not_pass(world):
    """A hundred thousand brackets: what comes beside it is audited all the same."""
    nested = "exports.up = () => " + "[" * 100_000 + "]" * 100_000 + ";\n"
    pull = world.repository.open_pull("deep", files={SAFE: nested, DANGEROUS: DROP_TABLE})
    assert ended(world, pull) == "action_required"
    found = {note["title"] for note in world.run(pull).annotations}
    assert found == {"unparsable-migration", "drop-table"}


def test_of_a_burst_of_pushes_the_last_one_counts_and_the_others_are_cancelled(world):
    pull = world.open("burst", SAFE, CREATE_TABLE)
    heads = [pull.head_sha, *(pull.push({SAFE: CREATE_TABLE + "\n" * n}) for n in range(1, 8))]
    assert world.run(pull).conclusion == "success"
    until(lambda: all(None not in world.conclusions(sha) for sha in heads))
    assert all(set(world.conclusions(sha)) <= {"success", "cancelled"} for sha in heads)
    assert all(len(world.conclusions(sha)) <= 1 for sha in heads)


def test_the_checks_that_a_push_asks_for_are_those_of_its_pull_request_alone(world):
    """GitHub asks for a suite on each push, to branches without a pull request too."""
    sha = world.repository.push("no-pull-request", {DANGEROUS: DROP_TABLE})
    pull = world.open("safe", SAFE, CREATE_TABLE)
    assert ended(world, pull) == "success"
    assert world.conclusions(sha) == []


def test_a_run_names_its_audit_and_leads_to_our_pages(world):
    pull = world.open("safe", SAFE, CREATE_TABLE)
    run = world.run(pull)
    delivery = world.github.webhooks.find("pull_request", "opened")[0]
    assert run.external_id.startswith(f"{pull.number}:{delivery.guid}")
    assert run.details_url.startswith(world.url)


def test_a_check_that_was_not_allowed_is_made_with_the_next_delivery(world):
    world.installation.permissions["checks"] = "read"
    pull = world.open(draft=True)
    world.github.webhooks.wait()
    world.installation.permissions["checks"] = "write"
    pull.ready_for_review()
    assert ended(world, pull) == "failure"


def test_the_button_in_the_check_run_audits_again(world):
    pull = world.open("safe", SAFE, CREATE_TABLE)
    world.run(pull).request_action("recheck")
    until(lambda: world.conclusions(pull.head_sha) == ["success", "success"])
