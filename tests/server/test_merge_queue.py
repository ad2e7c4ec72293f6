"""A merge queue asks for a verdict on what it wants to merge next."""

import pytest

from tests.server.running import APPLIED, CREATE_TABLE, DANGEROUS, DROP_TABLE, SAFE, until
from tests.standin import Fault

FORBIDDEN = {"errors": [{"type": "FORBIDDEN", "message": "Resource not accessible by integration"}]}

INDEX = """exports.up = (knex) => knex.schema.table('{0}', (table) => {{ table.index('id'); }});
exports.down = (knex) => knex.schema.table('{0}', (table) => {{ table.dropIndex('id'); }});
"""
EARLIER = "migrations/20240203000000_labels.js"
LABELS = CREATE_TABLE.replace("tags", "labels")


def completed(group):
    run = group.check_run()
    return run if run is not None and run.status == "completed" else None


def verdict(group):
    return until(lambda: completed(group)).conclusion


def opened(world, branch, path, text):
    pull = world.open(branch, path, text)
    world.run(pull)
    return pull


def test_a_safe_group_passes(world):
    pull = opened(world, "safe", SAFE, CREATE_TABLE)
    group = world.repository.queue(pull)
    assert verdict(group) == "success"


def test_a_dangerous_one_fails_and_says_nothing_in_the_pull_request(world):
    pull = opened(world, "drop", DANGEROUS, DROP_TABLE)
    said = len(pull.review_comments)
    group = world.repository.queue(pull)
    assert verdict(group) == "failure"
    assert len(pull.review_comments) == said


def test_a_group_without_migrations_passes(world):
    pull = opened(world, "docs", "README.md", "# Sold\n")
    assert verdict(world.repository.queue(pull)) == "success"


def test_two_pull_requests_that_are_fine_alone_clash_together(world):
    """Both make the same table: the second one fails wherever both are merged."""
    first = opened(world, "one", SAFE, CREATE_TABLE)
    second = opened(world, "two", "migrations/20240204000000_tags_again.js", CREATE_TABLE)
    assert world.conclusions(first.head_sha) == world.conclusions(second.head_sha) == ["success"]
    group = world.repository.queue(first, second)
    assert verdict(group) == "failure"
    assert "statement-fails" in completed(group).summary


def test_equal_timestamps_of_two_pull_requests_clash(world):
    """Knex would order the two by the rest of their names: nobody meant that."""
    first = opened(world, "one", SAFE, CREATE_TABLE)
    second = opened(world, "two", SAFE.replace("tags", "labels"), LABELS)
    assert world.conclusions(first.head_sha) == world.conclusions(second.head_sha) == ["success"]
    group = world.repository.queue(first, second)
    assert verdict(group) == "failure"
    assert "duplicate-migration-prefix" in completed(group).summary


RENAME = """exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.schema.alterTable('users', (table) => table.renameColumn('nick', 'alias'));
};
exports.down = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.schema.alterTable('users', (table) => table.renameColumn('alias', 'nick'));
};
"""
USE = """exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.raw("comment on column users.nick is 'chosen'");
};
exports.down = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.raw('comment on column users.nick is null');
};
"""


@pytest.mark.parametrize(
    ("renames", "uses", "fails"),
    [("20240205000000", "20240206000000", True), ("20240206000000", "20240205000000", False)],
    ids=["renamed before it is used", "used before it is renamed"],
)
def test_a_group_is_judged_in_the_order_in_which_knex_runs_it(world, renames, uses, fails):
    """Whichever was queued first: the file's name decides what finds the column gone."""
    nick = APPLIED.replace("0101", "0102").replace("users", "nick")
    text = "exports.up = (knex) => knex.raw('alter table users add nick text');\n"
    world.repository.commit("main", {nick: text + "exports.down = () => {};\n"})
    use = opened(world, "use", f"migrations/{uses}_use.js", USE)
    rename = opened(world, "rename", f"migrations/{renames}_rename.js", RENAME)
    assert world.conclusions(use.head_sha) == ["success"]
    group = world.repository.queue(use, rename)
    verdict(group)
    assert ("statement-fails" in completed(group).summary) == fails


def test_a_group_upon_another_is_judged_after_it(world):
    """What the one before will have merged by then is applied: an earlier name comes too late."""
    late = opened(world, "late", EARLIER, LABELS)
    early = opened(world, "early", SAFE, CREATE_TABLE)
    world.repository.queue(late)
    stacked = world.repository.queue(late, early)
    stacked_on = world.repository.merge_groups[0]
    assert verdict(stacked) == "success"
    stacked_on.merge()
    second = world.repository.queue(early)
    assert verdict(second) is not None
    assert "migration-out-of-order" in completed(second).summary


def test_more_files_than_github_compares_hide_no_migration(world):
    files = {f"docs/{number:03}.md": "text" for number in range(330)}
    pull = world.repository.open_pull("many", files={**files, "zz/README.md": "x"})
    world.run(pull)
    other = opened(world, "drop", DANGEROUS, DROP_TABLE)
    assert verdict(world.repository.queue(pull, other)) == "failure"


def test_a_group_that_is_destroyed_meanwhile_is_cancelled(world):
    pull = opened(world, "safe", SAFE, CREATE_TABLE)
    world.github.faults.add(Fault("GET", "*/compare/*", status=None, delay=1.5))
    group = world.repository.queue(pull)
    until(group.check_run)
    group.destroy("dequeued")
    assert verdict(group) == "cancelled"


def test_a_group_that_was_destroyed_before_anybody_came_gets_no_open_run(world):
    pull = opened(world, "safe", SAFE, CREATE_TABLE)
    world.github.webhooks.hold()
    group = world.repository.queue(pull)
    group.destroy("invalidated")
    world.github.webhooks.release(reverse=True)
    world.run(world.open("other", SAFE, CREATE_TABLE))
    assert all(run.status == "completed" for run in group.check_runs)


def test_a_verdict_that_github_refuses_is_said(world):
    pull = opened(world, "safe", SAFE, CREATE_TABLE)
    world.github.faults.add(Fault("GET", "*/compare/*", status=403, times=99))
    assert verdict(world.repository.queue(pull)) == "action_required"


def overridden(world, pull, rule="drop-table"):
    world.repository.grant("mia", "maintain")
    pull.comment(f"/migaudit override {rule} -- nobody uses it", by="mia")
    until(lambda: world.conclusions(pull.head_sha)[1:] == ["success"])
    return pull


def test_the_overrides_of_all_pull_requests_hold_in_the_queue(world):
    dropping = overridden(world, opened(world, "drop", DANGEROUS, DROP_TABLE))
    safe = opened(world, "safe", SAFE, CREATE_TABLE)
    group = world.repository.queue(dropping, safe)
    assert verdict(group) == "success", completed(group).summary
    told = f"mia overrode the rule on pull request {dropping.number}"
    assert "in the files that it changes" in completed(group).summary
    assert told in completed(group).summary


def test_an_override_holds_for_the_files_of_its_own_pull_request(world):
    world.repository.commit("main", {EARLIER.replace("0203", "0103"): LABELS})
    dropping = overridden(world, opened(world, "drop", DANGEROUS, DROP_TABLE))
    labels = opened(world, "more", SAFE, DROP_TABLE.replace("users", "labels"))
    assert world.conclusions(labels.head_sha) == ["failure"]
    assert verdict(world.repository.queue(labels, dropping)) == "failure"


def test_where_the_queue_is_not_shown_the_last_pull_request_s_overrides_hold(world):
    hidden = Fault("POST", "/graphql", 200, contains="mergeQueue", body=FORBIDDEN, times=99)
    world.github.faults.add(hidden)
    safe = opened(world, "safe", SAFE, CREATE_TABLE)
    dropping = overridden(world, opened(world, "drop", DANGEROUS, DROP_TABLE))
    assert verdict(world.repository.queue(safe, dropping)) == "success"
    assert verdict(world.repository.queue(dropping, safe)) == "failure"


def test_an_override_holds_in_the_queue(world):
    pull = overridden(world, opened(world, "drop", DANGEROUS, DROP_TABLE))
    assert verdict(world.repository.queue(pull)) == "success"
