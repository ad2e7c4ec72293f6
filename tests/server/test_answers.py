"""`/migaudit sql`, `explain`, `override` and `help`: who may, and what they see."""

import pytest

from app import command_job
from tests.server.running import CREATE_TABLE, DANGEROUS, DROP_TABLE, SAFE, until


def emoji(comment):
    return [reaction.content for reaction in comment.reactions]


def answers(pull):
    """What migaudit wrote below the pull request, without its mark."""
    ours = [c.body for c in pull.issue_comments if c.user.login == "migaudit[bot]"]
    return [body.partition("\n\n<!-- migaudit reply")[0] for body in ours]


@pytest.fixture
def pull(world):
    """Opened by bob, who may only write; mia maintains."""
    for person, role in {"bob": "write", "mia": "maintain", "ada": "admin", "eve": "read"}.items():
        world.repository.grant(person, role)
    opened = world.open(by="bob")
    assert world.run(opened).conclusion == "failure"
    return opened


def asked(pull, text, by="bob", then=("eyes", "rocket")):
    comment = pull.comment(text, by=by)
    until(lambda: emoji(comment) == list(then))
    return answers(pull)


def test_sql_shows_each_statement_with_its_locks(pull):
    (answer,) = asked(pull, "/migaudit sql")
    assert DANGEROUS in answer
    assert 'drop table "users"' in answer
    assert 'create table "users"' in answer
    assert "ACCESS EXCLUSIVE" in answer
    assert answer.index("`up`") < answer.index("`down`")


def test_every_command_of_a_comment_is_done(world, pull):
    text = (
        "/migaudit override drop-table -- unused\n/migaudit recheck\n\n/migaudit explain drop-table"
    )
    answer, *more = asked(pull, text, by="mia")
    assert "drop-table" in answer
    assert more == []
    until(lambda: world.conclusions(pull.head_sha) == ["failure", "success"])


def test_of_several_commands_the_good_ones_are_done_and_the_others_told_in_one_reply(pull):
    text = "/migaudit dance\n/migaudit help\n/migaudit explain drop-tabel\n/migaudit dance now"
    good, bad = asked(pull, text, then=("eyes", "confused", "rocket"))
    assert "/migaudit recheck" in good
    assert bad.count("no command that I know") == 1
    assert "Did you mean `drop-table`?" in bad


def test_a_comment_of_very_many_commands_is_no_work_without_end(pull):
    text = "\n".join(f"/migaudit explain rule-{number}" for number in range(50))
    (answer,) = asked(pull, f"/migaudit help\n{text}", then=("eyes", "confused", "rocket"))[1:]
    assert "first 10 commands" in answer


def test_sql_of_what_adds_nothing_says_so(world):
    docs = world.open("docs", "README.md", "# Sold\n")
    world.run(docs)
    assert asked(docs, "/migaudit sql", by="ann") == ["This pull request adds no Knex migrations."]


def test_sql_of_very_much_is_cut_at_a_statement(world):
    many = "".join(f"await knex.raw(\"SELECT '{'x' * 900}{n}'\");\n" for n in range(120))
    text = f"exports.up = async (knex) => {{ {many} }};\nexports.down = async () => {{}};\n"
    pull = world.open("many", SAFE, text)
    world.run(pull)
    (answer,) = asked(pull, "/migaudit sql", by="ann")
    assert len(answer) < 65_536
    assert answer.count("```") % 2 == 0
    assert "more part" in answer


def test_explain_shows_the_rule(world, pull):
    (answer,) = asked(pull, "/migaudit explain drop-table")
    assert "drop" in answer.lower()
    assert f"{world.url}/rules/drop-table" in answer


def test_a_rule_that_does_not_exist_is_answered_in_a_line(pull):
    (answer,) = asked(pull, "/migaudit explain drop-tabel", then=["confused"])
    assert "drop-table" in answer
    assert "\n" not in answer


def test_help_lists_all_commands(pull):
    (answer,) = asked(pull, "/migaudit help")
    for command in ("recheck", "sql", "explain RULE", "override RULE -- REASON", "help"):
        assert f"/migaudit {command}" in answer


@pytest.mark.parametrize("person", ["mia", "ada"])
def test_an_override_lets_the_check_pass_and_is_told(world, pull, person):
    asked(pull, "/migaudit override Drop-Table -- Nobody uses Users any more", by=person)
    run = world.run(pull)
    assert run.conclusion == "success"
    assert person in run.summary
    assert "Nobody uses Users any more" in run.summary
    assert "drop-table" in run.summary
    assert len(pull.review_comments) >= 1


def test_an_override_stays_over_later_pushes_and_restarts(world, pull):
    asked(pull, "/migaudit override drop-table -- unused", by="mia")
    world.stop()
    world.start()
    pull.push({DANGEROUS: DROP_TABLE + "\n"})
    assert world.run(pull).conclusion == "success"
    pull.force_push({DANGEROUS: DROP_TABLE + "\n\n"})
    assert world.run(pull).conclusion == "success"


def test_an_override_covers_no_other_rule_and_no_other_pull_request(world, pull):
    asked(pull, "/migaudit override drop-table -- unused", by="mia")
    pull.push({DANGEROUS: DROP_TABLE.replace("knex.schema.dropTable", "knex.schema.dropTableX")})
    assert world.run(pull).conclusion == "failure"
    other = world.open("other", "migrations/20240205000000_drop.js", DROP_TABLE)
    assert world.run(other).conclusion == "failure"


@pytest.mark.parametrize("person", ["bob", "eve"])
def test_others_may_not_override(world, pull, person):
    asked(pull, "/migaudit override drop-table -- please", by=person, then=["confused"])
    assert world.conclusions(pull.head_sha) == ["failure"]
    assert not answers(pull)


def test_nobody_overrides_a_rule_on_a_pull_request_of_their_own(world, pull):
    own = world.open("own", "migrations/20240205000000_drop.js", DROP_TABLE, by="ada")
    world.run(own)
    asked(own, "/migaudit override drop-table -- mine", by="ada", then=["confused"])
    assert world.conclusions(own.head_sha) == ["failure"]


@pytest.mark.parametrize(
    "text",
    [
        "/migaudit override drop-table",
        "/migaudit override drop-table --",
        "/migaudit override drop-table because",
        "/migaudit override no-such-rule -- x",
        "/migaudit override",
    ],
)
def test_an_override_without_rule_or_reason_is_none(world, pull, text):
    (answer,) = asked(pull, text, by="mia", then=["confused"])
    assert len(answer) < 200
    assert world.conclusions(pull.head_sha) == ["failure"]


@pytest.mark.parametrize("command", ["sql", "explain drop-table", "help", "recheck", "dance"])
def test_strangers_get_a_face_and_no_word(world, pull, command):
    asked(pull, f"/migaudit {command}", by="eve", then=["confused"])
    assert not answers(pull)
    assert world.conclusions(pull.head_sha) == ["failure"]


def test_what_a_person_writes_is_shown_and_does_nothing(world, pull):
    reason = "see @acme/all and #1, or GH-2"
    asked(pull, f"/migaudit override drop-table -- {reason}", by="mia")
    summary = world.run(pull).summary
    for live in (" @acme", " #1", " GH-2"):
        assert live not in summary


def test_too_many_commands_are_refused_without_a_word(world, pull, monkeypatch):
    monkeypatch.setattr(command_job, "MAX_AN_HOUR", 2)
    for _ in range(2):
        asked(pull, "/migaudit help")
    asked(pull, "/migaudit help", then=["confused"])
    ignored = pull.comment("/migaudit help", by="bob")
    asked(pull, "/migaudit help", by="mia")
    assert not emoji(ignored)
    assert len(answers(pull)) == 3


def test_an_answer_that_was_in_doubt_is_given_once(world, pull):
    from tests.standin import Fault

    world.github.faults.add(Fault("POST", "*/issues/*/comments", status=502, after=True))
    asked(pull, "/migaudit help")
    assert len(answers(pull)) == 1


def test_a_locked_conversation_is_no_trouble(world, pull):
    from tests.standin import Fault

    world.github.faults.add(Fault("POST", "*/issues/*", status=403, times=99))
    comment = pull.comment("/migaudit recheck", by="bob")
    until(lambda: world.conclusions(pull.head_sha) == ["failure", "failure"])
    assert not emoji(comment)


def test_our_own_words_are_no_command(world, pull):
    """An answer that quotes a command in a line of its own would answer itself for ever."""
    asked(pull, "/migaudit help")
    world.run(world.open("other", SAFE, CREATE_TABLE))
    assert len(answers(pull)) == 1
