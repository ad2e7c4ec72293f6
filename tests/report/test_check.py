"""What the check run says."""

import pytest

from analyzers.findings import Severity
from analyzers.result import MigrationReport, Suppression, UnresolvedReport
from analyzers.source import Place
from analyzers.struct import replace
from app.report import (
    ChangedFile,
    Conclusion,
    Level,
    Status,
    closed,
    could_not_audit,
    in_progress,
    superseded,
    timed_out,
)
from tests.report.markdown import render
from tests.report.samples import PATH, SUBJECT, added, audit, finding, migration, reported

EVIL = "@ann <img> [x](https://evil.example) `` #1 deadbeef1 \u202e | \n# h"


def test_nothing_about_migrations_is_success_in_a_sentence():
    check = reported(audit=audit(migrations=(), directories=())).check()
    assert check.conclusion is Conclusion.SUCCESS
    assert check.output.title == "No Knex migrations changed"
    assert check.output.summary == "This pull request changes no Knex migrations."


def test_a_clean_audit_counts_what_it_looked_at():
    check = reported().check()
    assert check.conclusion is Conclusion.SUCCESS
    assert check.output.title == "No problems found in 1 new migration"


def test_the_title_is_the_verdict_and_its_counts():
    findings = [finding(4), finding(5), finding(6, severity=Severity.WARNING)]
    check = reported(*findings).check()
    assert check.output.title == "2 errors, 1 warning in 1 new migration"
    assert check.conclusion is Conclusion.FAILURE


@pytest.mark.parametrize(
    ("fail_on", "severity", "conclusion"),
    [
        (Severity.ERROR, Severity.ERROR, Conclusion.FAILURE),
        (Severity.ERROR, Severity.WARNING, Conclusion.SUCCESS),
        (Severity.NOTICE, Severity.NOTICE, Conclusion.FAILURE),
        (None, Severity.ERROR, Conclusion.SUCCESS),
    ],
)
def test_findings_fail_from_the_configured_severity_on(fail_on, severity, conclusion):
    check = reported(finding(4, severity=severity), fail_on=fail_on).check()
    assert check.conclusion is conclusion


def test_the_summary_reads_from_the_worst_down():
    check = reported(
        finding(9, severity=Severity.NOTICE, rule="a-notice"),
        finding(4, rule="an-error"),
    ).check()
    summary = check.output.summary
    assert summary.index("### Errors") < summary.index("`an-error`") < summary.index("### Notices")
    assert f"blob/{SUBJECT.head_sha}/{PATH}#L4" in summary


def test_a_deleted_file_is_named_without_a_link():
    gone = [ChangedFile(PATH, Status.REMOVED, patch="@@ -1 +0,0 @@\n-x")]
    summary = (
        reported(finding(1, rule="applied-migration-deleted"), files=gone).check().output.summary
    )
    assert f"`{PATH}`, line 1" in summary
    assert "/blob/" not in summary


def test_everything_from_the_pull_request_is_dead_in_the_summary():
    evil = finding(4, path=EVIL, message=EVIL, advice=EVIL, rule="drop-table")
    check = reported(evil, audit=audit(evil, migrations=(EVIL,)), notes=[EVIL]).check()
    seen = render(check.output.summary)
    assert seen.live == set()
    assert [link.partition("/blob/")[0] for link in seen.links] == [
        "https://migaudit.example/rules/drop-table",
        "https://github.com/acme/tickets",
    ]


def test_what_a_comment_advises_is_not_repeated():
    commented, elsewhere = finding(4, advice="here"), finding(4, path="other.js", advice="there")
    summary = reported(commented, elsewhere).check().output.summary
    assert "there" in summary
    assert "here" not in summary.replace("there", "")


def test_a_summary_beyond_the_limit_is_cut_between_items():
    many = [finding(n, rule=f"rule-{n}", message="é" * 400) for n in range(1, 300)]
    check = reported(*many, files=[]).check()
    summary = check.output.summary
    assert 60_000 < len(summary.encode()) <= 65_535
    shown = summary.count("/rules/")
    assert summary.endswith(
        f"And {299 - shown} more findings: the annotations of this check have all."
    )
    assert len(check.annotations) == 299


def test_findings_with_a_comment_are_shortened_before_anything_is_cut():
    many = [
        finding(n, rule=f"rule-{n}", message="m" * 2_000, advice="a" * 1_900) for n in range(1, 29)
    ]
    check = reported(*many, files=[added(40)]).check()
    assert check.output.summary.count("see the comment there") == 25
    assert "more finding" not in check.output.summary


def test_what_github_refused_is_said_in_full_after_all():
    many = [
        finding(n, rule=f"rule-{n}", message="m" * 2_000, advice="a" * 1_900) for n in range(1, 29)
    ]
    made = reported(*many, files=[added(40)])
    refused = made.conversation.inline[0]
    check = made.check(frozenset({refused.fingerprint}), ["GitHub refused one comment."])
    assert check.output.summary.count("see the comment there") == 24
    assert "GitHub refused one comment." in check.output.summary


def test_every_finding_is_an_annotation():
    made = reported(
        finding(4, statement="create index users_email on users (email)"),
        finding(5, 8, severity=Severity.WARNING),
    )
    error, warning = made.check().annotations
    assert (error.level, error.start_line, error.end_line) == (Level.FAILURE, 4, 4)
    assert (error.start_column, error.end_column) == (5, 20)
    assert error.title == "non-concurrent-index"
    assert "https://migaudit.example/rules/non-concurrent-index" in error.message
    assert error.raw_details.startswith("create index")
    assert (warning.level, warning.start_column, warning.end_column) == (Level.WARNING, None, None)


def test_annotations_keep_githubs_limits():
    long = finding(4, message="é" * 70_000, statement="é" * 70_000, rule="r" * 300)
    (annotation,) = reported(long).check().annotations
    assert len(annotation.message.encode()) <= 65_536
    assert len(annotation.raw_details.encode()) <= 65_536
    assert len(annotation.title) <= 255


def test_an_audit_that_was_not_possible_needs_action_and_says_why():
    check = could_not_audit("`knexfile.js` names @ann.", "line 1\n```\nline 2")
    assert check.conclusion is Conclusion.ACTION_REQUIRED
    seen = render(check.output.summary)
    assert seen.live == set()
    assert seen.code[-1] == "line 1\n```\nline 2\n"


def test_details_without_end_stay_within_the_limit():
    for character in "a`\u202e\U000e0101\n":
        check = could_not_audit("why", character * 100_000)
        assert len(check.output.summary.encode()) <= 65_535


def test_the_other_ends():
    assert superseded(SUBJECT, "f" * 40).conclusion is Conclusion.CANCELLED
    assert closed().conclusion is Conclusion.CANCELLED
    assert timed_out(15).conclusion is Conclusion.TIMED_OUT
    assert in_progress().title


def test_suppressed_findings_are_listed_with_their_reasons():
    hidden = Suppression(finding(3).place, "drop-table", "nobody <img> uses it", (finding(4),))
    idle = Suppression(finding(8).place, "drop-column", "nobody")
    made = replace(audit(), suppressions=(hidden, idle))
    summary = reported(audit=made).check().output.summary
    (listed,) = (part for part in summary.split("### ") if part.startswith("Suppressed"))
    assert "/rules/drop-table" in listed
    assert "#L3" in listed
    assert finding(4).message in listed
    assert "<img>" in render(listed).shown
    assert "drop-column" not in summary


def test_the_text_tells_of_each_statement_whom_it_keeps_waiting():
    text = reported(finding(4)).check().output.text
    assert f"### `{PATH}`" in text
    assert "| `create index` | blocks writes to users while it runs (SHARE) | – |" in text
    assert f"| [4](https://github.com/acme/tickets/blob/{SUBJECT.head_sha}/{PATH}#L4) |" in text
    assert render(text).blocks.count("td_open") == 4


def test_no_sql_breaks_the_table_or_is_live_in_it():
    evil = "select '|' || \"\\|\" || '` @ann <img> #1' -- | \n | x | \u202e"
    told = replace(audit(), migrations=(sending(evil),))
    shown = render(reported(audit=told).check().output.text)
    assert shown.blocks.count("td_open") == 4
    assert not shown.live


def test_a_thousand_migrations_stay_within_what_github_takes():
    many = tuple(sending("x" * 200, f"migrations/{number}.js") for number in range(1_000))
    output = reported(audit=replace(audit(), migrations=many)).check().output
    assert len(output.text.encode()) <= 65_535
    assert "more migrations: `/migaudit sql` tells what they send." in output.text


def test_a_migration_that_sends_nothing_and_one_that_is_not_known_are_told_apart():
    nothing = MigrationReport("a.js", complete=True)
    unknown = MigrationReport("b.js", complete=False)
    text = reported(audit=replace(audit(), migrations=(nothing, unknown))).check().output.text
    assert "### `a.js`\n\n`up` sends nothing." in text
    assert "### `b.js`\n\nWhat `up` sends is not known: the findings say why." in text


def test_the_checklist_is_for_the_reviewer_to_go_through():
    told = replace(audit(), checklist=("A backup of `orders` is there.",))
    summary = reported(audit=told).check().output.summary
    assert "### Before you approve\n\n- [ ] A backup of `orders` is there." in summary
    assert "Before you approve" not in reported().check().output.summary


def test_what_was_not_understood_is_listed_with_its_place():
    unresolved = UnresolvedReport(Place(PATH, 7, 7, 1, 9), "what `rows` holds is not known")
    told = MigrationReport(PATH, complete=False, unresolved=(unresolved,))
    summary = reported(audit=replace(audit(), migrations=(told,))).check().output.summary
    assert "### What was not understood" in summary
    assert f"{PATH}#L7" in summary
    assert "what `rows` holds is not known" in summary


def sending(sql, path=PATH):
    (statement,) = migration(path).up
    return replace(migration(path), up=(replace(statement, sql=sql),))


def test_how_much_is_suppressed_is_said_first_whatever_else_there_is():
    hidden = Suppression(finding(3).place, "drop-table", "nobody uses it", (finding(4),))
    many = [finding(line, message="x" * 2_000) for line in range(5, 80)]
    made = replace(audit(*many), suppressions=(hidden,))
    summary = reported(audit=made).check().output.summary
    assert "Comments in the files suppress 1 more finding." in summary.split("\n")[0]
