"""The repository's configuration, from a push to the base branch to what people see on GitHub."""

from tests.server.running import CREATE_TABLE, DANGEROUS, DROP_TABLE, SAFE, until

PATH = ".github/migaudit.yml"


def configure(world, text):
    world.repository.commit("main", {PATH: text})


def test_an_invalid_configuration_lets_nothing_through(world):
    configure(world, "fail_on: never\nrules:\n  drop-tabel: off\n")
    pull = world.open("safe", SAFE, CREATE_TABLE)
    run = world.run(pull)
    assert run.conclusion == "action_required"
    assert "Invalid configuration" in run.title
    assert "`drop-table`" in run.summary
    (annotation,) = run.annotations
    assert (annotation["path"], annotation["start_line"]) == (PATH, 3)
    assert annotation["title"] == "unknown-rule"
    assert not pull.review_comments


def test_it_lets_nothing_through_that_has_no_migrations_either(world):
    configure(world, "postgres: 9\n")
    assert world.run(world.open("docs", "README.md", "# Tickets, sold\n")).conclusion == (
        "action_required"
    )


def test_a_valid_one_counts(world):
    configure(world, "fail_on: never\n")
    pull = world.open()
    run = world.run(pull)
    assert run.conclusion == "success"
    assert "drop-table" in run.summary


def test_a_pull_request_does_not_choose_its_own_judge(world):
    pull = world.open()
    pull.push({PATH: "rules: {drop-table: off}\nfail_on: never\n"})
    assert world.run(pull).conclusion == "failure"


def test_a_mistake_of_a_pull_request_is_told_on_its_line(world):
    pull = world.open("configure", PATH, "fail_on: error\nposgres: 15\n")
    assert world.run(pull).conclusion == "failure"
    (comment,) = pull.review_comments
    assert (comment.path, comment.line) == (PATH, 2)
    assert "`postgres`" in comment.body


def share(world, text, *, installed=True):
    """The organisation's own repository, with a configuration for all the others."""
    shared = world.github.create_repository("acme/.github", files={PATH: text})
    if installed:
        world.installation.repositories.append(shared)
    return shared


def test_an_organisation_has_a_configuration_for_all_repositories(world):
    share(world, "fail_on: never\nrules: {drop-table: warning}\n")
    run = world.run(world.open())
    assert run.conclusion == "success"
    assert "1 warning" in run.title


def test_a_repository_outranks_its_organisation(world):
    share(world, "fail_on: never\n")
    configure(world, "fail_on: error\n")
    assert world.run(world.open()).conclusion == "failure"


def test_without_access_to_it_the_organisation_says_nothing(world):
    share(world, "fail_on: never\n", installed=False)
    assert world.run(world.open()).conclusion == "failure"


def test_an_invalid_one_of_the_organisation_lets_nothing_through(world):
    share(world, "fail_on: nevr\n")
    run = world.run(world.open("safe", SAFE, CREATE_TABLE))
    assert run.conclusion == "action_required"
    assert "acme/.github" in run.summary


def test_a_pull_request_shows_what_its_configuration_would_change(world):
    pull = world.open()
    pull.push({PATH: "fail_on: never\n"})
    run = world.run(pull)
    assert run.conclusion == "failure"
    assert "would pass, unlike now" in run.summary
    assert "error → never" in run.summary


def test_a_team_can_try_it_without_being_stopped_or_spoken_to(world):
    configure(world, "fail_on: never\ncomments: {severity: never}\n")
    pull = world.open()
    run = world.run(pull)
    assert (run.conclusion, len(run.annotations)) == ("success", 1)
    assert "drop-table" in run.summary
    assert pull.reviews == pull.issue_comments == []


def test_a_team_can_ask_for_fewer_comments(world):
    configure(world, "comments: {severity: never}\n")
    pull = world.open()
    assert world.run(pull).conclusion == "failure"
    assert not pull.review_comments


def test_a_team_can_have_drafts_left_in_peace_until_they_are_ready(world):
    configure(world, "comments: {drafts: when_ready}\n")
    pull = world.open(draft=True)
    run = world.run(pull)
    assert run.conclusion == "failure"
    assert "Comments follow when this draft is ready for review." in run.summary
    assert not pull.reviews
    pull.ready_for_review()
    until(lambda: len(pull.review_comments) == 1)
    until(lambda: world.conclusions(pull.head_sha) == ["failure", "failure"])
    assert "Comments follow" not in world.run(pull).summary


def test_what_a_draft_fixes_is_closed_though_nothing_new_is_said(world):
    configure(world, "comments: {drafts: when_ready}\n")
    pull = world.open()
    world.run(pull)
    pull.convert_to_draft()
    pull.push({DANGEROUS: CREATE_TABLE, SAFE: DROP_TABLE})
    assert world.run(pull).conclusion == "failure"
    assert [thread.is_resolved for thread in pull.threads] == [True]
