"""Exactly one open thread for each standing finding, and none besides."""

import pytest

from analyzers.findings import Severity
from analyzers.settings import CommentPolicy, Settings
from analyzers.struct import replace
from app.report import ChangedFile, MarkerKey, Status, report
from tests.report.samples import (
    KEY,
    PATH,
    SUBJECT,
    added,
    audit,
    closed_thread,
    finding,
    reported,
    thread,
    threads_of,
)


def silent(made):
    said = made.conversation
    return not (said.inline or said.files or said.closings or said.review_body)


def test_a_first_audit_says_all_in_one_review():
    made = reported(finding(4), finding(6, severity=Severity.WARNING, rule="drop-column"))
    assert [c.line for c in made.conversation.inline] == [4, 6]
    assert made.conversation.review_body == "migaudit found 1 error, 1 warning."


def test_what_stands_is_not_said_again():
    first = reported(finding(4))
    assert silent(reported(finding(4), threads=threads_of(first)))


def test_what_moved_is_not_said_again():
    first = reported(finding(4))
    assert silent(reported(finding(9), threads=threads_of(first)))


def test_of_two_alike_one_gone_leaves_one_thread_open():
    first = reported(finding(4), finding(6))
    second = reported(finding(8), threads=threads_of(first))
    assert not second.conversation.inline
    assert [closing.thread.node_id for closing in second.conversation.closings] == ["PRRT_1"]


def test_what_is_gone_is_closed_and_says_so():
    first = reported(finding(4))
    (closing,) = reported(threads=threads_of(first)).conversation.closings
    assert closing.body.startswith(f"**Fixed:** no longer found at {SUBJECT.head_sha}.")
    assert "Building `users_email`" in closing.body


def test_what_was_closed_is_left_alone():
    (earlier,) = threads_of(reported(finding(4)))
    (closing,) = reported(threads=[earlier]).conversation.closings
    assert silent(reported(threads=[closed_thread(earlier, closing)]))


def test_what_comes_back_is_said_again():
    (earlier,) = threads_of(reported(finding(4)))
    (closing,) = reported(threads=[earlier]).conversation.closings
    again = reported(finding(4), threads=[closed_thread(earlier, closing)])
    assert len(again.conversation.inline) == 1
    assert not again.conversation.closings


def test_a_thread_that_a_person_resolved_is_theirs():
    resolved = threads_of(reported(finding(4)), resolved=True, resolved_by="ann")
    assert silent(reported(finding(4), threads=resolved))
    assert silent(reported(threads=resolved))


def test_a_thread_we_resolved_without_marking_it_is_marked():
    resolved = threads_of(reported(finding(4)), resolved=True)
    assert len(reported(threads=resolved).conversation.closings) == 1


def test_of_two_threads_for_one_finding_the_later_is_closed():
    (earlier,) = threads_of(reported(finding(4)))
    twin = replace(earlier, node_id="PRRT_9")
    made = reported(finding(4), threads=[earlier, twin])
    (closing,) = made.conversation.closings
    assert closing.thread.node_id == "PRRT_9"
    assert closing.body.startswith("Another thread of this pull request says the same.")


@pytest.mark.parametrize(
    "other",
    [
        replace(SUBJECT, repository_id=43),
        replace(SUBJECT, pull=8),
    ],
)
def test_a_mark_is_good_for_one_pull_request(other):
    standing = threads_of(reported(finding(4)))
    made = report(other, audit(), fail_on=None, key=KEY, files=[added(9)], threads=standing)
    assert silent(made)


def test_a_comment_by_somebody_else_with_our_mark_is_not_ours():
    copied = threads_of(reported(finding(4)), ours=False)
    made = reported(finding(4), threads=copied)
    assert len(made.conversation.inline) == 1
    assert not made.conversation.closings


def test_a_mark_made_with_another_key_is_not_ours():
    standing = threads_of(reported(finding(4)))
    key = MarkerKey.derive("another secret")
    made = report(SUBJECT, audit(), fail_on=None, key=key, files=[], threads=standing)
    assert silent(made)


def test_an_open_mark_cannot_be_turned_into_a_gone_one():
    (earlier,) = threads_of(reported(finding(4)))
    forged = earlier.comments[0].body.replace("migaudit open", "migaudit gone")
    made = reported(finding(4), threads=[thread(PATH, forged)])
    assert len(made.conversation.inline) == 1


def test_a_key_never_shows_itself():
    assert "secret" not in repr(KEY)
    assert repr(KEY) == "MarkerKey()"


def test_at_most_25_comments_the_most_severe_first_and_the_rest_in_the_summary():
    notices = [finding(n, severity=Severity.NOTICE, rule=f"notice-{n}") for n in range(1, 30)]
    made = reported(*notices, finding(30, rule="worst"), files=[added(40)])
    assert len(made.conversation.inline) == 25
    assert "worst" in made.conversation.inline[0].body
    summary = made.check().output.summary
    assert all(f"`notice-{n}`" in summary for n in range(1, 30))


def test_the_25_do_not_become_more_from_push_to_push():
    many = [finding(n, rule=f"rule-{n}") for n in range(1, 40)]
    first = reported(*many, files=[added(40)])
    assert silent(reported(*many, files=[added(40)], threads=threads_of(first)))


def test_a_graver_finding_is_said_although_25_stand():
    many = [finding(n, severity=Severity.NOTICE, rule=f"rule-{n}") for n in range(1, 40)]
    standing = threads_of(reported(*many, files=[added(40)]))
    made = reported(*many, finding(9, rule="worst"), files=[added(40)], threads=standing)
    assert [comment.line for comment in made.conversation.inline] == [9]


def test_equal_findings_are_said_once():
    assert len(reported(finding(4), finding(4)).conversation.inline) == 1


def test_a_file_without_a_patch_gets_a_comment_as_a_whole():
    moved = ChangedFile(PATH, Status.RENAMED, "migrations/1_x.js")
    made = reported(finding(1, rule="applied-migration-renamed"), files=[moved])
    assert not made.conversation.inline
    (comment,) = made.conversation.files
    assert comment.path == PATH


def test_a_finding_in_a_file_that_is_not_changed_is_in_the_summary_only():
    made = reported(finding(4, path="migrations/other.js"))
    assert silent(made)
    assert "`migrations/other.js`, line 4" in made.check().output.summary


def test_comments_on_whole_files_are_few():
    files = [ChangedFile(f"m/{n}.js", Status.REMOVED) for n in range(30)]
    made = reported(*(finding(1, path=file.path) for file in files), files=files)
    assert len(made.conversation.files) == 10
    assert all(f"`m/{n}.js`" in made.check().output.summary for n in range(30))


def test_a_merge_queue_has_no_conversation():
    assert silent(report(replace(SUBJECT, pull=None), audit(finding(4)), fail_on=None, key=KEY))


@pytest.mark.parametrize(
    ("policy", "lines"),
    [
        (CommentPolicy(), {4, 5, 6}),
        (CommentPolicy(Severity.WARNING), {4, 5}),
        (CommentPolicy(Severity.ERROR), {4}),
        (CommentPolicy(None), set()),
        (CommentPolicy(limit=2), {4, 5}),
        (CommentPolicy(limit=0), set()),
    ],
)
def test_a_team_says_which_findings_get_a_comment_and_how_many(policy, lines):
    findings = [
        finding(4),
        finding(5, severity=Severity.WARNING),
        finding(6, severity=Severity.NOTICE),
    ]
    settings = Settings(comments=policy)
    made = reported(audit=replace(audit(*findings), settings=settings), files=[added(9)])
    assert {comment.line for comment in made.conversation.inline} == lines


def test_a_review_says_how_many_more_there_are_in_the_check():
    lines = [finding(line, message=f"Line {line}.") for line in range(1, 31)]
    made = reported(*lines, files=[added(40)])
    assert made.conversation.review_body == "migaudit found 25 errors. The check run tells 5 more."
    assert ", 30 times" in made.check().output.summary
