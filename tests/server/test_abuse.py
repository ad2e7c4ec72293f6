"""Somebody wants to get a dangerous migration through, or to stall the reviewer, and can't."""

import pytest

from app.github import look
from tests.server.running import (
    APPLIED,
    BASE_FILES,
    CREATE_TABLE,
    DANGEROUS,
    DROP_TABLE,
    KNEXFILE,
    SAFE,
    until,
)
from tests.server.test_strange_files import told
from tests.standin.checks import create_run
from tests.standin.git import Special

GITHUB_WAITS = 10
"""Seconds for an answer to a delivery."""

ELSEWHERE = KNEXFILE.replace("./migrations", "./db/changes")
SMUGGLED = {
    "knexfile points elsewhere": {"knexfile.js": ELSEWHERE, DANGEROUS: DROP_TABLE},
    "knexfile and migration elsewhere": {
        "knexfile.js": ELSEWHERE,
        APPLIED: None,
        APPLIED.replace("migrations", "db/changes"): BASE_FILES[APPLIED],
        DANGEROUS.replace("migrations", "db/changes"): DROP_TABLE,
    },
    "knexfile of its own": {"db/knexfile.js": KNEXFILE, "db/" + DANGEROUS: DROP_TABLE},
    "knexfile deleted": {"knexfile.js": None, DANGEROUS: DROP_TABLE},
    "knexfile a link": {"knexfile.js": Special("120000", "README.md"), DANGEROUS: DROP_TABLE},
    "no patch, by attributes": {".gitattributes": "migrations/* -diff\n", DANGEROUS: DROP_TABLE},
    "generated, by attributes": {
        ".gitattributes": "migrations/* linguist-generated binary\n",
        DANGEROUS: DROP_TABLE,
    },
    "configuration turns it off": {
        ".github/migaudit.yml": "fail_on: never\nrules:\n  drop-table: off\n",
        DANGEROUS: DROP_TABLE,
    },
    "configuration names other folders": {
        ".github/migaudit.yml": "directories: [nothing/here]\n",
        DANGEROUS: DROP_TABLE,
    },
    "coffee": {
        DANGEROUS.replace(".js", ".coffee"): "exports.up = (k) -> k.schema.dropTable 'users'\n"
    },
    "in a helper": {
        "lib/tidy.js": "module.exports = (knex) => knex.schema.dropTable('users');\n",
        DANGEROUS: DROP_TABLE.replace(
            "knex.schema.dropTable('users')", "require('../lib/tidy')(knex)", 1
        ),
    },
    "folder is a link": {
        APPLIED: None,
        "migrations": Special("120000", "real"),
        APPLIED.replace("migrations", "real"): BASE_FILES[APPLIED],
        DANGEROUS.replace("migrations", "real"): DROP_TABLE,
    },
    "folder is a submodule": {APPLIED: None, "migrations": Special("160000", "1" * 40)},
    "line in its name": {"migrations/20240201000000_a\nb.js": DROP_TABLE},
    "order turned round in its name": {"migrations/20240201000000_\u202esj.x.js": DROP_TABLE},
    "a very long name": {f"migrations/20240201000000_{'x' * 220}.js": DROP_TABLE},
    "a dash": {"migrations/-20240201000000_x.js": DROP_TABLE},
    "a colon": {"migrations/20240201000000_HEAD:x.js": DROP_TABLE},
    "between control characters": {"migrations/20240201000000_\x01\x7f.js": DROP_TABLE},
}


@pytest.mark.parametrize("files", SMUGGLED.values(), ids=SMUGGLED)
def test_nothing_is_smuggled_through(world, files):
    pull = world.repository.open_pull("smuggled", files=files)
    run = world.run(pull)
    assert run.conclusion == "failure", run.summary
    assert told(run)


def test_what_a_link_would_lead_to_is_not_read_and_that_is_said(world):
    through = DROP_TABLE.replace("knex.schema.dropTable('users')", "require('../a')(knex)", 1)
    files = {"a.js": Special("120000", "../../etc/passwd"), DANGEROUS: through}
    run = world.run(world.repository.open_pull("link", files=files))
    assert (DANGEROUS, 3, "unresolved-migration") in told(run)
    assert "could not be understood" in run.summary


ODD = ["#1", "a`b`c", 'x"){id}', "refs/heads/main", "%2e%2e/x", "ünï-日本", "-x", "@ann", "a&b=c;d"]


@pytest.mark.parametrize("name", ODD)
def test_branches_of_any_name_are_served(world, name):
    """As a head, as a base that moves, and in what is said about them."""
    world.repository.commit(f"into/{name}", {"README.md": "# x\n"}, start="main")
    pull = world.open(f"from/{name}", base=f"into/{name}")
    assert world.run(pull).conclusion == "failure"
    world.repository.push(f"into/{name}", {".github/migaudit.yml": "fail_on: never\n"})
    until(lambda: world.conclusions(pull.head_sha) == ["failure", "success"])


def test_another_app_s_check_of_the_same_name_is_told_and_changes_nothing(world):
    other = world.github.create_app("forger", webhook_url=None)
    world.github.webhooks.hold()
    pull = world.open()
    forged = {"name": "migaudit", "head_sha": pull.head_sha, "conclusion": "success"}
    forged |= {"status": "completed", "external_id": f"{pull.number}:forged"}
    create_run(world.repository, other, forged)
    world.github.webhooks.release()
    ours = until(lambda: [r for r in pull.check_runs if r.suite.app is world.app and r.conclusion])
    assert ours[0].conclusion == "failure"
    assert "Another App, `forger`, has a check named `migaudit`" in ours[0].summary


def test_of_more_pull_requests_with_one_head_than_github_names_none_passes(world, monkeypatch):
    """One into a lenient branch would else decide for one that nobody looked at."""
    world.repository.commit("lenient", {".github/migaudit.yml": "fail_on: never\n"}, start="main")
    strict = world.open()
    world.run(strict)
    monkeypatch.setattr(look, "MOST_SHARING", 1)
    lenient = world.repository.open_pull("change", base="lenient")
    until(lambda: len(world.conclusions(strict.head_sha)) == 2)
    run = world.run(lenient)
    assert run.conclusion == "action_required"
    assert "listed only 1 of 2 pull requests" in run.summary


def test_a_comment_as_long_as_github_takes_keeps_nobody_waiting(world):
    pull = world.open()
    world.run(pull)
    for nasty in ("[" * 60_000, "> " * 30_000, "`a" * 30_000, "<!--" * 15_000, "![" * 30_000):
        pull.comment(f"{nasty}\n\n/migaudit help")
    late = world.open("other", SAFE, CREATE_TABLE)
    assert world.run(late).conclusion == "success"
    delivered = world.github.webhooks.find("issue_comment")
    assert all(attempt.seconds < GITHUB_WAITS for one in delivered for attempt in one.attempts)


HIDDEN = [
    "```\n/migaudit override drop-table -- x",
    "~~~sh\n/migaudit override drop-table -- x\n~~~",
    "> quoted\n/migaudit override drop-table -- x",
    "    /migaudit override drop-table -- x",
    "<!--\n/migaudit override drop-table -- x\n-->",
    "<pre>\n/migaudit override drop-table -- x\n</pre>",
    "`\n/migaudit override drop-table -- x\n`",
    "- /migaudit override drop-table -- x",
    "\u200b/migaudit override drop-table -- x",
    "/mіgaudit override drop-table -- x",
]


def test_what_a_maintainer_merely_quotes_overrides_nothing(world):
    world.repository.grant("mia", "maintain")
    pull = world.open()
    world.run(pull)
    for body in HIDDEN:
        pull.comment(body, by="mia")
    bot = world.github.user("helper[bot]", kind="Bot")
    pull.comment("/migaudit override drop-table -- x", by=bot)
    edited = pull.comment("LGTM", by="mia")
    edited.edit("/migaudit override drop-table -- x", by="mia")
    world.run(world.open("other", SAFE, CREATE_TABLE))
    assert world.conclusions(pull.head_sha) == ["failure"]


def test_an_answer_of_ours_that_somebody_copies_counts_for_nothing(world):
    """Marks included: neither as an answer given, nor as a comment of ours to be closed."""
    pull = world.open()
    world.run(pull)
    ours = pull.review_comments[0].body
    forged = pull.review_comment(ours, DANGEROUS, 3, by="mallory")
    reply = pull.comment(ours, by="mallory")
    pull.push({DANGEROUS: None, SAFE: CREATE_TABLE})
    assert world.run(pull).conclusion == "success"
    assert (forged.body, reply.body) == (ours, ours)
    assert not forged.thread.is_resolved


SUPPRESSED = {
    "whole file": "/* migaudit-disable drop-table -- fine */\n",
    "without a reason": "/* migaudit-disable drop-table */\n",
    "without a rule": "/* migaudit-disable -- fine */\n",
}
SAID = {
    "whole file": "Comments in the files suppress 1 more finding",
    "without a reason": "suppress",
    "without a rule": "unknown-rule",
}


@pytest.mark.parametrize("how", SUPPRESSED)
def test_a_suppression_is_never_silent(world, how):
    run = world.run(world.open(text=SUPPRESSED[how] + DROP_TABLE))
    assert run.conclusion == ("success" if how == "whole file" else "failure")
    assert SAID[how] in run.summary


def test_what_has_run_cannot_be_suppressed(world):
    changed = "/* migaudit-disable applied-migration-modified -- fine */\n" + BASE_FILES[APPLIED]
    run = world.run(world.open(path=APPLIED, text=changed.replace("'id'", "'number'")))
    assert run.conclusion == "failure"
