"""What people see on GitHub after an audit, whatever went wrong on the way."""

import pytest

from analyzers.audit import Audit
from analyzers.findings import Finding, Severity
from analyzers.source import Place
from app.github import InDoubt, RateLimited
from app.kept import Kept
from app.publish import Superseded, begin, complete, publish
from app.report import (
    ChangedFile,
    MarkerKey,
    Status,
    Subject,
    could_not_audit,
    report,
    superseded,
)
from tests.github.world import MIGRATION
from tests.standin import Fault

KEY = MarkerKey.derive("secret")
REVIEWS = "/repos/acme/tickets/pulls/*/reviews"
COMMENTS = "/repos/acme/tickets/pulls/*/comments"
CHECKS = "/repos/acme/tickets/check-runs"
RUN = f"{CHECKS}/*"
FORBIDDEN = {"errors": [{"type": "FORBIDDEN", "message": "Resource not accessible by integration"}]}


def finding(line=4, rule="drop-table", path=MIGRATION, **more):
    place = Place(path, line, line, 1, 5)
    return Finding(rule, Severity.ERROR, place, f"`{rule}` loses data.", "Don't.", **more)


def audited(world, *findings, client=None, run_id="run-1", newest=lambda: True, files=None):
    """One audit of the head that the pull request has now, as the job does it."""
    client = client or world.client
    look = client.look(world.pull.number, "migaudit")
    pull = look.pull
    subject = Subject(
        client.id, client.name, pull.number, pull.head_sha, "https://migaudit.example"
    )
    run = begin(client, pull.head_sha, run_id, "https://migaudit.example", newest, look.runs)
    made = report(
        subject,
        Audit(tuple(findings), (), ("migrations",)),
        fail_on=Severity.ERROR,
        key=KEY,
        files=world.between(client).files if files is None else files,
        threads=look.threads,
    )
    return publish(client, subject, run, made, newest)


def push(world):
    world.pull.push({"README.md": f"{len(world.github.requests)}\n"})


def said(world):
    return [(c.path, c.line) for c in world.pull.review_comments]


def fault(world, *arguments, **more):
    return world.github.faults.add(Fault(*arguments, **more))


def test_a_finding_is_a_comment_at_its_line_and_a_failed_check(world):
    audited(world, finding(4), finding(9, "drop-column"))
    run = world.pull.check_run("migaudit")
    assert (run.status, run.conclusion, run.title) == ("completed", "failure", "2 errors")
    assert said(world) == [(MIGRATION, 4), (MIGRATION, 9)]
    assert len(world.pull.reviews) == 1
    assert [a["start_line"] for a in run.annotations] == [4, 9]


def test_nothing_found_is_a_passed_check_and_silence(world):
    audited(world)
    assert world.pull.check_run("migaudit").conclusion == "success"
    assert world.pull.reviews == []


def test_the_check_is_in_progress_while_the_audit_goes_on(world):
    begin(world.client, world.pull.head_sha, "run-1", "https://x.example", lambda: True)
    run = world.pull.check_run("migaudit")
    assert (run.status, run.external_id) == ("in_progress", "run-1")


def test_an_audit_that_was_not_possible_never_passes(world):
    run = begin(world.client, world.pull.head_sha, "run-1", "https://x.example", lambda: True)
    complete(world.client, run, could_not_audit("why"), lambda: True)
    assert world.pull.check_run("migaudit").conclusion == "action_required"


def test_thirty_pushes_say_nothing_twice(world):
    for number in range(30):
        audited(world, finding(4 + number % 3), client=world.again(), run_id=f"run-{number}")
        push(world)
    assert len(world.pull.review_comments) == 1
    assert len(world.pull.reviews) == 1


def test_the_same_head_audited_again_says_nothing_twice(world):
    audited(world, finding())
    audited(world, finding(), run_id="run-2")
    assert len(world.pull.review_comments) == 1
    assert [run.conclusion for run in world.pull.check_runs] == ["failure", "failure"]


def gone(world):
    """A finding is said, and then it is gone."""
    audited(world, finding())
    push(world)
    audited(world, run_id="run-2")


def test_what_is_gone_is_resolved_and_says_so(world):
    gone(world)
    (thread,) = world.pull.threads
    assert thread.is_resolved
    assert thread.comments[0].body.startswith("**Fixed:**")


def test_where_resolving_is_refused_the_comment_is_minimised(world):
    world.github.resolving_needs = "contents:write"
    gone(world)
    (thread,) = world.pull.threads
    assert not thread.is_resolved
    assert thread.comments[0].minimized
    assert thread.comments[0].body.startswith("**Fixed:**")


def test_where_minimising_is_refused_too_the_comment_is_deleted(world):
    fault(world, "POST", "/graphql", 200, contains="resolveReviewThread", body=FORBIDDEN)
    fault(world, "POST", "/graphql", 200, contains="minimizeComment", body=FORBIDDEN)
    gone(world)
    assert world.pull.review_comments == []


def test_where_somebody_replied_the_comment_is_edited_and_stays(world):
    fault(world, "POST", "/graphql", 200, contains="resolveReviewThread", body=FORBIDDEN)
    fault(world, "POST", "/graphql", 200, contains="minimizeComment", body=FORBIDDEN)
    audited(world, finding())
    world.pull.threads[0].reply("why?", "bob")
    audited(world, run_id="run-2")
    first, reply = world.pull.review_comments
    assert first.body.startswith("**Fixed:**")
    assert reply.body == "why?"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("how", [{"status": 502}, {"reset": True}])
def test_an_end_in_doubt_is_one(world, how, after):
    """Threads are closed and the run is completed in one request, whose answer may be lost."""
    audited(world, finding(), finding(6, "drop-column"))
    push(world)
    failing = fault(world, "POST", "/graphql", contains="updateCheckRun", after=after, **how)
    audited(world, finding(6, "drop-column"), run_id="run-2")
    assert failing.fired == 1
    assert [thread.is_resolved for thread in world.pull.threads] == [True, False]
    second = world.pull.check_runs[-1]
    assert (second.conclusion, len(second.annotations)) == ("failure", 1)


def test_a_check_that_ended_although_resolving_was_refused_says_the_rest(world):
    """GitHub carries out what comes after a change that it refuses."""
    world.github.resolving_needs = "contents:write"
    fault(world, "POST", "/graphql", 200, contains="minimizeComment", body=FORBIDDEN)
    audited(world, finding(), finding(6, "drop-column"))
    world.pull.threads[0].reply("why?", "bob")
    push(world)
    fault(world, "PATCH", f"{COMMENTS.replace('*/', '')}/*", 403)
    audited(world, finding(6, "drop-column"), run_id="run-2")
    run = world.pull.check_runs[-1]
    assert (run.conclusion, len(run.annotations)) == ("failure", 1)
    assert "did not let an earlier comment be closed" in run.summary


def test_what_comes_back_is_said_again(world):
    gone(world)
    audited(world, finding(), run_id="run-3")
    assert [thread.is_resolved for thread in world.pull.threads] == [True, False]


def test_a_thread_that_a_person_resolved_stays_theirs(world):
    audited(world, finding())
    world.pull.threads[0].resolve("ann")
    body = world.pull.review_comments[0].body
    audited(world, finding(), run_id="run-2")
    audited(world, run_id="run-3")
    assert [comment.body for comment in world.pull.review_comments] == [body]


def test_a_copy_of_our_comment_by_a_person_is_a_persons(world):
    audited(world, finding())
    copy = world.pull.review_comments[0].body
    world.pull.threads[0].comments[0].delete("ann")
    world.pull.review_comment(copy, MIGRATION, 4, by="mallory")
    audited(world, finding(), run_id="run-2")
    audited(world, run_id="run-3")
    assert world.pull.review_comments[0].body == copy
    assert len(world.pull.review_comments) == 2


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("how", [{"status": 502}, {"reset": True}])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", REVIEWS), ("POST", CHECKS), ("PATCH", RUN), ("POST", COMMENTS)]
)
def test_an_answer_in_doubt_makes_nothing_twice(world, method, path, how, after):
    failing = fault(world, method, path, after=after, **how)
    moved = ChangedFile("knexfile.js", Status.MODIFIED)
    world.pull.push({"knexfile.js": "1\n"})
    shown = world.between().files
    files = [*(f for f in shown if f.path == MIGRATION), moved]
    audited(world, finding(), finding(1, "drop-column", "knexfile.js"), files=files)
    assert failing.fired == 1
    assert sorted(c.path for c in world.pull.review_comments) == ["knexfile.js", MIGRATION]
    (run,) = world.pull.check_runs
    assert (run.conclusion, len(run.annotations)) == ("failure", 2)


@pytest.mark.parametrize(("method", "path"), [("POST", REVIEWS), ("POST", CHECKS), ("PATCH", RUN)])
def test_doubt_without_end_is_for_later_and_then_makes_one(world, method, path):
    fault(world, method, path, times=2)
    with pytest.raises(InDoubt):
        audited(world, finding())
    audited(world, finding(), client=world.again())
    assert len(world.pull.review_comments) == 1
    assert len(world.pull.check_runs) == 1


def test_a_review_of_which_github_kept_a_part_is_completed(world):
    """Above some thirty comments GitHub has been seen to answer 502 and to keep some of them."""
    audited(world, finding(4), finding(6, "drop-column"), run_id="run-0")
    world.pull.threads[0].comments[0].delete("ann")
    fault(world, "POST", REVIEWS)
    client = world.client
    pull = client.pull(world.pull.number)
    subject = Subject(
        client.id, client.name, pull.number, pull.head_sha, "https://migaudit.example"
    )
    run = begin(client, pull.head_sha, "run-1", "https://migaudit.example", lambda: True)
    made = report(
        subject,
        Audit((finding(4), finding(6, "drop-column"))),
        fail_on=None,
        key=KEY,
        files=world.between(client).files,
    )
    publish(client, subject, run, made, lambda: True)
    assert sorted(said(world)) == [(MIGRATION, 4), (MIGRATION, 6)]


def patch_of(lines):
    return "\n".join([f"@@ -0,0 +1,{lines} @@", *["+x"] * lines])


def test_a_refused_line_loses_no_other_comment(world):
    """The diff that we know shows lines that GitHub's doesn't."""
    wrong = [ChangedFile(MIGRATION, Status.ADDED, patch=patch_of(90))]
    lines = (3, 5, 7, 60, 9, 11)
    audited(world, *(finding(n, f"rule-{n}") for n in lines), files=wrong)
    assert sorted(said(world), key=str) == sorted(
        [(MIGRATION, n) for n in (3, 5, 7, 9, 11)] + [(MIGRATION, None)], key=str
    )
    (on_file,) = [c for c in world.pull.review_comments if c.line is None]
    assert "Line 60:" in on_file.body


def test_what_github_takes_nowhere_is_in_the_summary(world):
    wrong = [ChangedFile("knexfile.js", Status.MODIFIED, patch=patch_of(90))]
    audited(world, finding(3, path="knexfile.js"), files=wrong)
    assert world.pull.review_comments == []
    assert "`drop-table` loses data." in world.pull.check_run("migaudit").summary


def test_a_comment_that_github_takes_on_no_file_is_not_offered_again(world, tmp_path):
    """A file that is too large for a diff gets no comment, however often it is audited."""
    fault(world, "POST", COMMENTS, 422, times=99)
    large = ChangedFile(MIGRATION, Status.ADDED)
    for number in range(3):
        client = world.again(kept=lambda number: Kept(tmp_path / str(number)))
        check = audited(world, finding(), client=client, run_id=f"run-{number}", files=[large])
        assert "loses data" in check.output.summary
    assert len(world.asked("POST", "/comments")) == 1


def test_a_locked_conversation_leaves_the_check_to_say_all(world):
    world.pull.lock()
    audited(world, finding())
    run = world.pull.check_run("migaudit")
    assert run.conclusion == "failure"
    assert "issue is locked" in run.summary
    assert world.pull.review_comments == []


def test_two_hundred_findings_are_all_annotated(world):
    findings = [finding(n % 40 + 1, f"rule-{n}") for n in range(203)]
    audited(world, *findings)
    run = world.pull.check_run("migaudit")
    assert sorted(a["title"] for a in run.annotations) == sorted(f.rule for f in findings)
    assert len(world.asked("PATCH")) == 5


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("after", [False, True])
def test_annotations_are_appended_once_each(world, nth, after):
    fault(world, "PATCH", RUN, nth=nth, after=after)
    audited(world, *(finding(4, f"rule-{n}") for n in range(130)))
    titles = [a["title"] for a in world.pull.check_run("migaudit").annotations]
    assert len(titles) == len(set(titles)) == 130


def test_a_job_that_comes_back_appends_what_is_left(world):
    findings = [finding(4, f"rule-{n}") for n in range(130)]
    failing = Fault.secondary_limit("PATCH", RUN, nth=2)
    world.github.faults.add(failing)
    with pytest.raises(RateLimited):
        audited(world, *findings)
    assert world.pull.check_run("migaudit").status == "in_progress"
    audited(world, *findings, client=world.again())
    run = world.pull.check_run("migaudit")
    titles = [a["title"] for a in run.annotations]
    assert len(titles) == len(set(titles)) == 130
    assert run.status == "completed"


def test_a_refused_annotation_does_not_leave_the_check_open(world):
    fault(world, "PATCH", RUN, 422, body={"message": "Invalid request.\n\nNo."})
    audited(world, finding())
    run = world.pull.check_run("migaudit")
    assert run.conclusion == "failure"
    assert run.annotations == []
    assert "GitHub refused the annotations" in run.summary


def test_a_completed_run_is_not_completed_again(world):
    audited(world, finding())
    before = len(world.asked("PATCH"))
    audited(world, finding())
    assert len(world.asked("PATCH")) == before


def test_an_older_head_writes_nothing_more(world):
    """Whenever the newer head becomes known, no write follows."""
    writes = 0
    while True:
        answers = iter([True] * writes)
        before = len(_writes(world))
        world.pull.push({MIGRATION: f"{writes}\n" * 40})
        try:
            audited(
                world,
                finding(4, f"rule-{writes}"),
                run_id=f"run-{writes}",
                newest=lambda answers=answers: next(answers, False),
            )
            break
        except Superseded:
            assert len(_writes(world)) - before == writes
        writes += 1
    assert writes >= 3


def _writes(world):
    return [
        seen
        for seen in world.github.requests
        if seen.method in ("POST", "PATCH", "DELETE")
        and not seen.path.endswith("access_tokens")
        and "query " not in str(seen.body)
    ]


def test_a_superseded_run_is_cancelled(world):
    run = begin(world.client, world.pull.head_sha, "run-1", "https://x.example", lambda: True)
    subject = Subject(world.client.id, world.client.name, 1, world.pull.head_sha, "https://x")
    complete(world.client, run, superseded(subject, "f" * 40), lambda: True)
    assert world.pull.check_run("migaudit").conclusion == "cancelled"
