"""What comments in a file suppress, and what everybody is told about it."""

import time

from analyzers.audit import audit
from analyzers.memory import MemoryTree
from analyzers.request import Change, ChangeStatus, Request

PATH = "migrations/20240201000000_drop.js"


def audited(source, path=PATH, base=None, **files):
    base = base or {}
    change = Change(path, ChangeStatus.ADDED)
    return audit(Request(MemoryTree(base), MemoryTree({**base, **files, path: source}), (change,)))


def rules(audited_):
    return {finding.rule for finding in audited_.findings}


def test_everybody_sees_what_is_hidden_and_why():
    found = audited("""\
exports.up = async (knex) => {
  /* migaudit-disable-next-line drop-table, missing-lock-timeout
     -- empty since 2019,
     see the runbook */
  await knex.schema.dropTable('users');
};
""")
    assert {"drop-table", "missing-lock-timeout"}.isdisjoint(rules(found))
    told = [(one.rule, one.place.path, one.place.line, one.reason) for one in found.suppressions]
    reason = "empty since 2019, see the runbook"
    assert told == [
        ("drop-table", PATH, 2, reason),
        ("missing-lock-timeout", PATH, 2, reason),
    ]
    hidden = [[finding.place.line for finding in one.findings] for one in found.suppressions]
    assert hidden == [[5], [5]]
    assert found.suppressions[0].findings[0].rule == "drop-table"


def test_one_that_hides_nothing_is_listed_too():
    found = audited("// migaudit-disable drop-table -- none\nexports.up = async (knex) => {};\n")
    assert [(one.rule, one.findings) for one in found.suppressions] == [("drop-table", ())]


def test_files_of_sql_have_the_same_comments():
    source = """\
/* migaudit-disable missing-lock-timeout -- nobody reads them */
-- migaudit-disable-next-line drop-table -- empty
DROP TABLE users;
DROP TABLE teams; -- migaudit-disable-line drop-table -- empty
DROP TABLE roles;
"""
    path = "migrations/20240201000000_drop.sql"
    base = MemoryTree({})
    change = Change(path, ChangeStatus.ADDED)
    request = Request(
        base, MemoryTree({path: source}), (change,), directories=("migrations",),
        extensions=(".sql",),
    )  # fmt: skip
    found = audit(request)
    lines = [finding.place.line for finding in found.findings if finding.rule == "drop-table"]
    assert lines == [5]
    assert "missing-lock-timeout" not in rules(found)


def test_what_is_suppressed_in_a_file_of_sql_is_suppressed_there_only():
    base = {
        "sql/a.sql": "-- migaudit-disable drop-table -- empty\nDROP TABLE users;\n",
        "sql/b.sql": "DROP TABLE teams;\n",
    }
    source = """\
const { readFileSync } = require('fs');
const { join } = require('path');
exports.up = async (knex) => {
  await knex.raw(readFileSync(join(__dirname, '../sql/a.sql'), 'utf8'));
  await knex.raw(readFileSync(join(__dirname, '../sql/b.sql'), 'utf8'));
};
"""
    found = audited(source, base=base)
    assert [f.place.line for f in found.findings if f.rule == "drop-table"] == [5]
    (listed,) = found.suppressions
    assert (listed.place.path, listed.place.line) == ("sql/a.sql", 1)


def test_an_applied_migration_suppresses_nothing():
    comment = "// migaudit-disable drop-table -- x\n"
    base = {"migrations/20240101000000_a.js": f"{comment}exports.up = (knex) => {{}};\n"}
    found = audited("exports.up = (knex) => knex.schema.dropTable('users');\n", base=base)
    assert "drop-table" in rules(found)
    assert found.suppressions == ()


def test_a_comment_in_a_template_is_text_to_javascript():
    found = audited("""\
const note = `
// migaudit-disable-next-line drop-table -- no comment`;
exports.up = (knex) => knex.schema.dropTable('users');
""")
    assert "drop-table" in rules(found)


def test_a_literal_of_sql_holds_no_comment():
    found = audited("""\
exports.up = (knex) => knex.raw(`
  SELECT $$ -- migaudit-disable-line drop-table -- no comment
  $$, '/* migaudit-disable drop-table -- no comment */';
  DROP TABLE users;
`);
""")
    assert "drop-table" in rules(found)
    assert found.suppressions == ()


def test_very_many_of_them_do_not_take_long():
    comment = "  // migaudit-disable-next-line drop-table -- x\n"
    drop = "  await knex.schema.dropTable('users');\n"
    source = "exports.up = async (knex) => {\n" + (comment + drop) * 1_000 + "};\n"
    began = time.process_time()
    found = audited(source)
    assert "drop-table" not in rules(found)
    assert time.process_time() - began < 10
