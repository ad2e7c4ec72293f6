"""Rules speak of a statement exactly where a server was seen to work through a table that others
wait for: the statements of `tests/postgres/measured.jsonl`, as migrations."""

import json
from datetime import UTC, datetime

import pytest

from analyzers.audit import audit
from analyzers.memory import MemoryTree
from analyzers.postgres.locks import LockMode
from analyzers.request import Change, ChangeStatus, Request
from analyzers.settings import PATH
from tests.postgres.measured import HERE, Measured, measured

MAJOR = 18
FIRST, SECOND = "migrations/20240101000000_first.js", "migrations/20240102000000_second.js"

OF_WORK = {
    "blocking-unique-constraint", "column-type-rewrites-table", "default-rewrites-table",
    "exclusive-maintenance", "generated-column-rewrites-table", "lock-held-over-slow-statement",
    "narrowing-column-type", "non-concurrent-index", "set-not-null-scans-table",
    "validate-in-same-transaction", "validating-check-constraint", "validating-foreign-key",
}  # fmt: skip
OF_MORE = {"not-null-without-default", "truncate-table"}
"""What is said of a statement is said by one rule, and theirs is the graver matter."""

SILENT = {
    "create_table_index_new": "the table is new",
    "refresh_materialized_view_concurrently": "nobody but it writes to the view",
    "type_timestamptz_to_timestamp_other": "by the TimeZone of the server, which no file tells",
}
SPOKEN_OF = {
    "detach_partition": "every query of the partitioned table waits",
    "add_fk_not_valid_then_validate_same_tx": "under the lock of the statement before",
    "knex_alter_notnullable_last_step": "under the lock of the statements before",
}


@pytest.mark.parametrize("case", [c for c in measured(MAJOR) if not c.result.get("error")],
                         ids=lambda case: case.case)  # fmt: skip
def test_rules_tell_of_work_that_others_wait_for_and_of_no_other(case: Measured):
    found = _found(case)
    if case.case in SILENT:
        assert not found, f"silent where {SILENT[case.case]}"
    elif _works_while_others_wait(case) or case.case in SPOKEN_OF:
        assert found
    else:
        assert not found & OF_WORK


def _works_while_others_wait(case: Measured) -> bool:
    told = case.result
    waited_for = {n for n, mode in told.get("locks", {}).items() if LockMode(mode).blocks_writes}
    return not waited_for.isdisjoint([*told.get("scans", ()), *told.get("rewrites", ())])


def _found(case: Measured) -> set[str]:
    """The rules that speak of the measured statement."""
    outside = bool(case.result.get("outside"))
    setup = _migration([(HERE / "measured.sql").read_text(), *case.setup])
    base = {PATH: f"postgres: {MAJOR}\n", FIRST: setup}
    head = {**base, SECOND: _migration([*case.before, case.sql], outside=outside)}
    changes = (Change(SECOND, ChangeStatus.ADDED),)
    now = datetime(2026, 1, 15, tzinfo=UTC)
    findings = audit(Request(MemoryTree(base), MemoryTree(head), changes, now=now)).findings
    line = len(head[SECOND].splitlines()) - 1
    here = {f.rule for f in findings if (f.place.path, f.place.line) == (SECOND, line)}
    return here & (OF_WORK | OF_MORE)


def _migration(statements: list[str], *, outside: bool = False) -> str:
    sent = [f"  await knex.raw({json.dumps(sql)});" for sql in statements]
    config = ["exports.config = { transaction: false };"] if outside else []
    return "\n".join([*config, "exports.up = async (knex) => {", *sent, "};"])
