"""What is judged otherwise once somebody says what has been applied."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.applied import Books
from analyzers.audit import audit
from analyzers.environments import sentences
from analyzers.findings import Severity
from analyzers.knex.directory import Directory
from analyzers.ledger import Record
from analyzers.memory import MemoryTree
from analyzers.project import Project
from analyzers.request import Change, ChangeStatus, Request
from analyzers.settings import Source
from analyzers.struct import replace

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
USERS, TEAMS, TAGS = (
    f"2025010{n}000000_{name}.js" for n, name in enumerate(("users", "teams", "tags"), 1)
)
BETWEEN = "20250102120000_between.js"
LAST = "20250201000000_last.js"


def creates(table, more=""):
    return (
        f"exports.up = (knex) => knex.schema.createTable('{table}', (t) => {{ t.bigIncrements(); "
        f"{more}}});\nexports.down = (knex) => knex.schema.dropTable('{table}');\n"
    )


def adds_to(table, column):
    return (
        f"exports.up = (knex) => knex.schema.alterTable('{table}', "
        f"(t) => {{ t.text('{column}'); }});\n"
        f"exports.down = (knex) => knex.schema.alterTable('{table}', "
        f"(t) => {{ t.dropColumn('{column}'); }});\n"
    )


MERGED = {USERS: creates("users"), TEAMS: creates("teams"), TAGS: creates("tags")}


def reported(*names, environment="production", **more):
    told = {"names": names, "at": NOW - timedelta(hours=3), **more}
    return Record(environment, Source.REPORTS, **told)


def request(head, *ledger, base=MERGED, folder="migrations", other=()):
    """A pull request that turns `base` into `base` and `head`; None deletes a file."""
    after = {name: text for name, text in {**base, **head}.items() if text is not None}
    changes = []
    for name, text in head.items():
        status = ChangeStatus.MODIFIED if name in base else ChangeStatus.ADDED
        changes.append(Change(f"{folder}/{name}", status if text else ChangeStatus.DELETED))
    there = dict(other)
    return Request(
        MemoryTree({f"{folder}/{name}": text for name, text in base.items()} | there),
        MemoryTree({f"{folder}/{name}": text for name, text in after.items()} | there),
        tuple(changes),
        now=NOW,
        ledger=ledger,
    )


def found(asked, rule):
    return [finding for finding in audit(asked).findings if finding.rule == rule]


def told(asked):
    return " ".join(sentences(audit(asked).environments))


EDITED = creates("tags", "t.text('name'); ")


def test_what_ran_in_production_may_not_change():
    (finding,) = found(request({TAGS: EDITED}, reported(*MERGED)), "applied-migration-modified")
    assert finding.severity is Severity.ERROR
    assert "already applied in `production`" in finding.message


def test_what_is_merged_and_ran_nowhere_may_still_be_repaired():
    (finding,) = found(
        request({TAGS: EDITED}, reported(USERS, TEAMS)), "applied-migration-modified"
    )
    assert finding.severity is Severity.WARNING
    assert "may still be repaired" in finding.message
    assert "not yet applied in `production`" in finding.message


def test_the_repair_itself_is_audited_like_any_new_migration():
    repaired = creates("tags").replace("knex.schema", "knex.schema.dropTable('users')", 1)
    asked = request({TAGS: repaired}, reported(USERS, TEAMS))
    assert found(asked, "drop-table")
    assert not found(request({TAGS: repaired}, reported(*MERGED)), "drop-table")


def test_a_repair_is_replayed_over_what_is_there_without_it():
    """It creates its table for the first time: no statement of it fails."""
    assert not found(request({TAGS: EDITED}, reported(USERS, TEAMS)), "statement-fails")


def test_what_ran_nowhere_may_still_be_deleted():
    (finding,) = found(request({TAGS: None}, reported(USERS, TEAMS)), "applied-migration-deleted")
    assert finding.severity is Severity.WARNING
    (finding,) = found(request({TAGS: None}, reported(*MERGED)), "applied-migration-deleted")
    assert finding.severity is Severity.ERROR


def renaming(*ledger):
    asked = request({LAST: MERGED[TAGS], TAGS: None}, *ledger)
    change = Change(f"migrations/{LAST}", ChangeStatus.RENAMED, f"migrations/{TAGS}")
    return replace(asked, changes=(change,))


def test_what_ran_nowhere_may_still_be_renamed():
    (finding,) = found(renaming(reported(USERS, TEAMS)), "applied-migration-renamed")
    assert finding.severity is Severity.WARNING
    assert not found(renaming(reported(USERS, TEAMS)), "statement-fails")
    (finding,) = found(renaming(reported(*MERGED)), "applied-migration-renamed")
    assert finding.severity is Severity.ERROR


def test_one_environment_is_enough_to_make_it_final():
    ledger = (reported(USERS), reported(*MERGED, environment="staging"))
    (finding,) = found(request({TAGS: EDITED}, *ledger), "applied-migration-modified")
    assert finding.severity is Severity.ERROR
    assert "already applied in `staging`." not in finding.message
    assert "already applied in `staging` and" in finding.message


def test_a_formatter_is_a_notice_whoever_ran_what():
    text = MERGED[TAGS].replace(";", " ;")
    for ledger in (reported(USERS), reported(*MERGED)):
        (finding,) = found(request({TAGS: text}, ledger), "applied-migration-modified")
        assert finding.severity is Severity.NOTICE


def test_out_of_order_means_before_one_that_has_run():
    late = {BETWEEN: creates("other")}
    assert found(request(late), "migration-out-of-order")
    (finding,) = found(request(late, reported(*MERGED)), "migration-out-of-order")
    assert "already applied in `production`" in finding.message
    assert not found(request(late, reported(USERS, TEAMS)), "migration-out-of-order")


def test_what_ran_before_it_was_merged_has_run():
    ledger = reported(*MERGED, "20250301000000_unmerged.js")
    (finding,) = found(request({LAST: creates("other")}, ledger), "migration-out-of-order")
    assert "unmerged" in finding.message


def test_what_the_pull_request_brings_itself_does_not_precede_it():
    first, second = "20250301000000_a.js", "20250302000000_b.js"
    asked = request({first: creates("a"), second: creates("b")}, reported(*MERGED, second))
    assert not found(asked, "migration-out-of-order")


def test_a_statement_fails_where_its_table_comes_only_later():
    """`teams` and `tags` have run nowhere: the new file is run between them."""
    needs_tags = {BETWEEN: adds_to("tags", "name")}
    (finding,) = found(request(needs_tags, reported(USERS)), "statement-fails")
    assert "tags" in finding.message
    assert not found(request(needs_tags, reported(*MERGED)), "statement-fails")
    assert not found(
        request({BETWEEN: adds_to("teams", "name")}, reported(USERS)), "statement-fails"
    )


def test_the_history_is_replayed_in_the_order_in_which_it_ran():
    """`between` was merged late: production has run it after `tags`, which it changes."""
    base = {**MERGED, BETWEEN: adds_to("tags", "name")}
    new = {LAST: adds_to("tags", "name")}
    ran = reported(USERS, TEAMS, TAGS, BETWEEN)
    assert "already exists" in found(request(new, ran, base=base), "statement-fails")[0].message


def test_a_table_of_a_migration_that_waits_to_be_run_is_an_existing_one():
    """By the time that the pull request is deployed, it will have rows."""
    index = "exports.up = (knex) => knex.schema.alterTable('tags', (t) => { t.index('id'); });\n"
    assert found(request({LAST: index}, reported(USERS)), "non-concurrent-index")


@pytest.mark.parametrize(
    "record",
    [
        Record("production", Source.REPORTS, unknown="nobody has reported yet"),
        Record("production", Source.BASE),
        reported("20990101000000_somebody_elses.js"),
        reported(USERS, at=NOW - timedelta(days=31)),
    ],
    ids=["nothing is known", "the base", "another database's", "out of date"],
)
def test_without_an_answer_what_is_merged_counts_as_applied(record):
    (finding,) = found(request({TAGS: EDITED}, record), "applied-migration-modified")
    assert finding.severity is Severity.ERROR
    assert "base branch" in told(request({TAGS: EDITED}, record))


def test_an_environment_that_has_run_nothing_has_run_nothing():
    (finding,) = found(request({TAGS: EDITED}, reported()), "applied-migration-modified")
    assert finding.severity is Severity.WARNING


def test_source_and_age_are_named():
    assert told(request({LAST: creates("a")}, reported(*MERGED))) == (
        "`production`, by `migaudit applied push` 3 hours ago: has run all 3 migrations on the "
        "base branch."
    )


def test_a_commit_tells_by_its_files():
    names = (f"migrations/{USERS}", f"migrations/{TEAMS}", "src/index.js")
    record = Record("production", Source.TAGS, names, "v1.2", NOW - timedelta(days=4))
    said = told(request({LAST: creates("a")}, record))
    assert said.startswith("`production`, by the tag `v1.2` 4 days ago: has run 2 of the 3")
    assert f"Drift: it lacks `{TAGS}`." in said
    assert "does not have" not in said


def test_drift_is_shown_in_both_directions():
    said = told(request({LAST: creates("a")}, reported(USERS, TAGS, "20250109000000_gone.js")))
    assert f"Drift: it lacks `{TEAMS}`." in said
    assert (
        "Drift: it has run `20250109000000_gone.js`, which the base branch does not have." in said
    )


def test_what_ran_before_it_was_merged_is_told():
    """In staging, say: nobody there will ever see what is pushed from now on."""
    said = told(request({LAST: creates("a")}, reported(*MERGED, LAST)))
    assert f"It has run `{LAST}` already, which comes with this pull request" in said
    assert "Drift" not in said


def test_names_of_reports_are_dead_in_sentences():
    said = told(request({LAST: creates("a")}, reported(*MERGED, "`@ann` <img>.js")))
    assert "`@ann <img>.js`" in said


def test_typescript_is_known_by_what_it_was_compiled_to():
    base = {name.replace(".js", ".ts"): text for name, text in MERGED.items()}
    asked = request({TAGS.replace(".js", ".ts"): EDITED}, reported(*MERGED), base=base)
    assert found(asked, "applied-migration-modified")[0].severity is Severity.ERROR
    assert "Drift" not in told(asked)


def test_a_report_of_one_database_says_nothing_of_the_others():
    others = {"billing/migrations/20250105000000_bills.js": creates("bills")}
    asked = request({TAGS: EDITED}, reported(*MERGED), other=others)
    assert "Drift" not in told(asked)
    bills = "billing/migrations/20250105000000_bills.js"
    changed = replace(
        asked,
        head=MemoryTree({**{f"migrations/{n}": t for n, t in MERGED.items()}, bills: EDITED}),
        changes=(Change(bills, ChangeStatus.MODIFIED),),
    )
    assert found(changed, "applied-migration-modified")[0].severity is Severity.ERROR


def test_an_environment_may_run_some_directories_only():
    others = {"billing/migrations/20250105000000_bills.js": creates("bills")}
    ledger = (
        reported(directories=("billing/migrations",)),
        reported(*MERGED, environment="shop", directories=("migrations",)),
    )
    asked = request({TAGS: EDITED}, *ledger, other=others)
    (finding,) = found(asked, "applied-migration-modified")
    assert "already applied in `shop` and" in finding.message


@given(
    st.lists(st.lists(st.sampled_from([*MERGED, BETWEEN, "elsewhere.js"]), unique=True), max_size=3)
)
def test_whatever_is_told_each_merged_migration_is_applied_or_waits(told_names):
    ledger = [reported(*names, environment=f"e{n}") for n, names in enumerate(told_names)]
    asked = request({LAST: creates("a")}, *ledger)
    project = Project(Directory(("migrations",)))
    standing = Books(asked, (project,)).standing(project)
    assert sorted(standing.sequence) == [f"migrations/{name}" for name in sorted(MERGED)]
    ran = {name for names in told_names for name in names}
    foreign = {f"migrations/{name}" for name in ran.difference(MERGED)}
    assert {*standing.foreign} <= foreign
    for path, environments in standing.where.items():
        assert path in standing.applied
        assert environments


def test_nothing_is_told_of_environments_where_no_migration_is_concerned():
    asked = request({}, reported(USERS))
    assert audit(asked).environments == ()
