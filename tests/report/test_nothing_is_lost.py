"""Whatever is found, all of it is said, within GitHub's limits, and none of it is live."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzers.findings import Finding, Fix, Severity
from analyzers.source import Place
from app.report import ChangedFile, Status
from app.report.diff import Diff
from tests.report.markdown import render
from tests.report.samples import added, reported, threads_of
from tests.report.test_escape import ATTACKS

words = st.one_of(st.text(max_size=40), st.sampled_from(ATTACKS))
paths = st.sampled_from(["m/1.js", "m/2.ts", "gone.js", "m/@ann.js", "elsewhere.js"])
lines = st.integers(1, 20)
FILES = [
    added(9, "m/1.js"),
    added(20, "m/2.ts"),
    added(3, "m/@ann.js"),
    ChangedFile("gone.js", Status.REMOVED),
]


@st.composite
def findings(draw):
    line, length = draw(lines), draw(st.integers(0, 3))
    fix = draw(st.none() | st.builds(lambda n, text: Fix(n, n + 1, text), lines, words))
    return Finding(
        draw(st.sampled_from(["drop-table", "drop-column"])),
        draw(st.sampled_from(Severity)),
        Place(draw(paths), line, line + length, 1, 5),
        draw(words),
        draw(words),
        fix=fix,
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(findings(), max_size=40))
def test_every_finding_is_in_the_summary_and_annotated(found):
    check = reported(*found, files=FILES).check()
    assert len(check.annotations) == len(set(found))
    alike = Counter((f.severity, f.rule, f.place.path) for f in set(found))
    assert check.output.summary.count("https://migaudit.example/rules/") == len(alike)
    for times in alike.values():
        assert times == 1 or f", {times} times" in check.output.summary
    assert len(check.output.summary.encode()) <= 65_535
    assert render(check.output.summary).live == set()


@settings(max_examples=150, deadline=None)
@given(st.lists(findings(), max_size=40))
def test_comments_stand_where_github_takes_them_and_are_dead(found):
    said = reported(*found, files=FILES).conversation
    diff = Diff.of(FILES)
    assert len(said.inline) <= 25
    for comment in said.inline:
        assert diff.shows(comment.path, comment.start_line or comment.line, comment.line)
        assert comment.start_line is None or comment.start_line < comment.line
    for comment in (*said.inline, *said.files):
        shown = render(comment.body.rpartition("\n\n<!--")[0])
        assert shown.live == set()
        assert all(link.startswith("https://migaudit.example/") for link in shown.links)


@settings(max_examples=100, deadline=None)
@given(st.lists(findings(), max_size=20))
def test_the_same_audit_again_says_nothing(found):
    first = reported(*found, files=FILES)
    again = reported(*found, files=FILES, threads=threads_of(first)).conversation
    said = first.conversation.fingerprints()
    assert not again.closings
    assert not again.fingerprints() & said


@settings(max_examples=100, deadline=None)
@given(st.lists(findings(), max_size=20), st.data())
def test_what_is_gone_is_closed_and_nothing_else(found, data):
    first = reported(*found, files=FILES)
    left = [f for f in dict.fromkeys(found) if data.draw(st.booleans())]
    second = reported(*left, files=FILES, threads=threads_of(first)).conversation
    standing = set(reported(*left, files=FILES)._findings)
    closed = {closing.thread.path for closing in second.closings}
    assert len(second.closings) == len(first.conversation.fingerprints() - standing)
    assert closed <= {f.place.path for f in found}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("plain", ["m" * 2_000, "`@x` " * 400, "\u202e" * 2_000, "```js\n" * 3_000])
def test_thousands_of_findings_are_told_in_seconds(plain):
    many = [
        Finding(f"rule-{n}", Severity.ERROR, Place("m/1.js", 1, 1, 1, 1), plain, plain)
        for n in range(1_000)
    ]
    check = reported(*many, files=FILES).check()
    assert len(check.annotations) == 1_000
    assert "more findings" in check.output.summary


@pytest.mark.timeout(30)
def test_more_findings_than_an_installation_may_write_in_an_hour_leave_room_for_others():
    """Each fifty annotations are a request, and a stranger's pull request may hold any number."""
    place = Place("m/1.js", 1, 1, 1, 1)
    mild = [Finding(f"mild-{n}", Severity.WARNING, place, "m", "") for n in range(2_500)]
    grave = [Finding(f"grave-{n}", Severity.ERROR, place, "m", "") for n in range(500)]
    check = reported(*mild, *grave, files=FILES).check()
    assert len(check.annotations) == 2_000
    assert {a.title for a in check.annotations[:500]} == {f.rule for f in grave}
    assert "the annotations of this check have the 2,000 most severe" in check.output.summary
