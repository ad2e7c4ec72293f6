"""What a pull request's conversation shows over its life: each finding once, and no person's word
touched."""

import re
import shutil

import httpx
import pytest

from tests.server.running import CREATE_TABLE, DANGEROUS, DROP_TABLE, SAFE, until
from tests.standin import Fault

MOVED = DROP_TABLE.replace("exports.up", "// one line\n// and another\nexports.up", 1)
FIXED = {DANGEROUS: None, SAFE: CREATE_TABLE}
FORBIDDEN = {"errors": [{"type": "FORBIDDEN", "message": "Resource not accessible by integration"}]}


@pytest.fixture
def pull(world):
    """Opened by ann, audited, with one comment."""
    opened = world.open()
    assert world.run(opened).conclusion == "failure"
    assert len(opened.threads) == 1
    return opened


def pushed(world, pull, files):
    """Pushes, and waits for what the check says."""
    pull.push(files)
    return world.run(pull).conclusion


def rerun(world, pull):
    before = len(world.conclusions(pull.head_sha))
    world.run(pull).rerequest()
    until(lambda: len(world.conclusions(pull.head_sha)) > before)
    return world.run(pull)


def refuse(world, *mutations):
    """GitHubs differ in what they let an App do."""
    for mutation in mutations:
        fault = Fault("POST", "/graphql", 200, contains=mutation, body=FORBIDDEN, times=99)
        world.github.faults.add(fault)


def test_a_finding_keeps_its_one_thread_whatever_is_pushed_rerun_or_lost(
    world, pull, primed_sqlite
):
    (thread,) = pull.threads
    assert pushed(world, pull, {DANGEROUS: MOVED}) == "failure"
    assert thread.line == 5
    world.repository.push("main", {"README.md": "# Tickets, sold\n"})
    pull.force_push({DANGEROUS: "// rebased\n" + MOVED})
    assert world.run(pull).conclusion == "failure"
    rerun(world, pull)
    world.stop()
    shutil.copy(primed_sqlite, world.address.removeprefix("sqlite:///"))
    world.start()
    rerun(world, pull)
    assert pull.threads == [thread]
    assert not thread.is_resolved
    assert len(thread.comments) == len(pull.reviews) == 1


def test_what_is_fixed_is_closed_and_what_comes_back_is_said_again(world, pull):
    assert pushed(world, pull, FIXED) == "success"
    (thread,) = pull.threads
    assert thread.is_resolved
    assert thread.comments[0].body.startswith(f"**Fixed:** no longer found at {pull.head_sha}")
    assert pushed(world, pull, {DANGEROUS: DROP_TABLE}) == "failure"
    assert [thread.is_resolved for thread in pull.threads] == [True, False]


def test_where_resolving_is_refused_it_is_minimised(world, pull):
    refuse(world, "resolveReviewThread")
    assert pushed(world, pull, FIXED) == "success"
    assert [comment.minimized for comment in pull.review_comments] == ["resolved"]


def test_where_all_of_that_is_refused_it_is_deleted(world, pull):
    refuse(world, "resolveReviewThread", "minimizeComment")
    assert pushed(world, pull, FIXED) == "success"
    assert pull.review_comments == []


def test_where_somebody_replied_it_is_edited_and_stays(world, pull):
    refuse(world, "resolveReviewThread", "minimizeComment")
    pull.threads[0].reply("Nobody reads it any more.", "bob")
    assert pushed(world, pull, FIXED) == "success"
    ours, reply = pull.review_comments
    assert ours.body.startswith("**Fixed:**")
    assert reply.body == "Nobody reads it any more."


def test_a_thread_that_a_person_resolved_is_theirs_and_its_finding_still_counts(world, pull):
    (thread,) = pull.threads
    body = thread.comments[0].body
    thread.resolve("ann")
    assert pushed(world, pull, {DANGEROUS: MOVED}) == "failure"
    assert pull.threads == [thread]
    assert pushed(world, pull, FIXED) == "success"
    assert (thread.is_resolved, thread.comments[0].body) == (True, body)


def test_nothing_of_a_person_or_of_another_app_is_touched(world, pull):
    """Not even a copy of our own comment, mark and all."""
    other = world.github.create_app("other", webhook_url=None)
    ours = pull.review_comments[0].body
    theirs = [
        pull.comment("Please wait with this one.", by="bob"),
        pull.comment(ours, by="mallory"),
        pull.review_comment("Is this table empty?", DANGEROUS, 3, by="bob"),
        pull.review_comment(ours, DANGEROUS, 3, by="mallory"),
        pull.threads[0].reply("I also say so.", other.bot, other),
    ]
    before = [(comment.id, comment.body) for comment in theirs]
    assert pushed(world, pull, {DANGEROUS: MOVED}) == "failure"
    assert pushed(world, pull, FIXED) == "success"
    assert [(comment.id, comment.body) for comment in theirs] == before
    assert not any(comment.deleted or comment.minimized for comment in theirs)
    assert [thread.is_resolved for thread in pull.threads] == [True, False, False]


def test_a_finding_s_link_leads_to_the_page_of_its_rule(world, pull):
    (address,) = re.findall(r"\]\((http://[^)]+/rules/[^)]+)\)", pull.review_comments[0].body)
    page = httpx.get(address, trust_env=False)
    assert page.status_code == 200
    assert "drop-table" in page.text


def test_the_verdict_is_in_the_title_and_nothing_is_said_outside_of_the_review(world, pull):
    assert world.run(pull).title == "1 error in 1 new migration"
    assert pull.reviews[0].body == "migaudit found 1 error."
    assert not pull.issue_comments


def many(tables):
    creates = "".join(
        f"  await knex.schema.createTable('t{n}', (t) => t.bigIncrements('id'));\n"
        for n in range(tables)
    )
    drops = "".join(f"  await knex.schema.dropTable('t{n}');\n" for n in range(tables))
    head = "exports.up = async (knex) => {\n"
    tail = "};\nexports.down = () => {};\n"
    return head + creates + tail, head + drops + tail


def test_forty_findings_are_25_comments_and_all_are_in_the_check(world):
    created, dropped = many(40)
    world.repository.commit("main", {"migrations/20240102000000_t.js": created})
    pull = world.open(text=dropped)
    run = world.run(pull)
    assert len(pull.reviews) == 1
    assert len(pull.review_comments) == 25
    assert all("**Error:**" in comment.body for comment in pull.review_comments)
    gone = {f"This drops `t{n}`" for n in range(40)}
    assert not [said for said in gone if said not in run.summary]
    drops = [a for a in run.annotations if a["title"] == "drop-table"]
    assert len(drops) == 40
    rerun(world, pull)
    assert len(pull.review_comments) == 25


def test_a_line_that_github_refuses_loses_no_other_comment(world):
    """GitHub refuses the whole review for it, and doesn't say which line it was."""
    created, dropped = many(4)
    world.repository.commit("main", {"migrations/20240102000000_t.js": created})
    refused = Fault("POST", "*/reviews", 422, contains="This drops `t2`", times=99)
    world.github.faults.add(refused)
    pull = world.open(text=dropped)
    run = world.run(pull)
    places = {
        name: comment.line
        for comment in pull.review_comments
        for name in re.findall(r"This drops `(t\d)`", comment.body)
    }
    assert places == {"t0": 2, "t1": 3, "t2": None, "t3": 5}
    assert "This drops `t2`" in run.summary


LOOSE = """exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.schema.createTable('tags', (table) => {
    table.bigIncrements('id');
    table.timestamp('seen_at', { useTz: false });
    table.json('extra');
  });
};

exports.down = (knex) => knex.schema.dropTable('tags');
"""


def test_suggestions_apply_as_they_stand_and_warnings_fail_nothing(world):
    """Somebody presses "Commit suggestion" on every one of them."""
    pull = world.open("loose", SAFE, LOOSE)
    assert world.run(pull).conclusion == "success"
    lines = LOOSE.split("\n")
    suggested = 0
    for comment in pull.review_comments:
        for text in re.findall(r"(?ms)^```suggestion\n(.*?)\n```$", comment.body):
            first = comment.start_line or comment.line
            lines[first - 1 : comment.line] = text.split("\n")
            suggested += 1
    assert suggested == len(pull.threads) == 2
    assert pushed(world, pull, {SAFE: "\n".join(lines)}) == "success"
    assert all(thread.is_resolved for thread in pull.threads)
    assert world.run(pull).title == "No problems found in 1 new migration"
