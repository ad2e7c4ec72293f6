"""What takes several deployments is told as code, in the migration's own names and style."""

import re

import pytest

from tests.fixes.fixing import findings, findings_after

CODE = re.compile(r"```js\n(.*?)\n```", re.DOTALL)
STEP = re.compile(r"^// \d\..*$", re.MULTILINE)

CHANGES = {
    "rename-column": "table.renameColumn('email', 'mail')",
    "column-type-rewrites-table": "table.bigInteger('age').alter()",
    "not-null-without-default": "table.string('nick').notNullable()",
}


def migration(change):
    return f"""\
exports.up = async (db) => {{
    await db.raw("SET LOCAL lock_timeout = '3s'")
    await db.schema.alterTable('users', (table) => {{
        {change}
    }})
}}

exports.down = async () => {{ throw new Error('there is no way back: restore the backup') }}
"""


def advice(rule, source):
    (found,) = (f for f in findings(source)[1] if f.rule == rule)
    return found.advice


def test_a_renamed_column_is_told_step_by_step():
    told = advice("rename-column", migration(CHANGES["rename-column"]))
    assert (
        CODE.search(told)[1]
        == """\
// 1. this migration: the new column beside the old one
await db.raw('ALTER TABLE "users" ADD COLUMN "mail" varchar(255)')
// 2. deploy code that writes both, then fill the rows that mail lacks
//    (a migration with `transaction: false`, 1,000 rows at a time)
let filled
do {
    filled = await db.raw('UPDATE "users" SET "mail" = "email" WHERE ctid = ANY(ARRAY(\
SELECT ctid FROM "users" WHERE "mail" IS NULL AND "email" IS NOT NULL LIMIT 1000))')
} while (filled.rowCount > 0)
// 3. deploy code that neither reads nor writes email, then
await db.raw('ALTER TABLE "users" DROP COLUMN "email"')"""
    )


@pytest.mark.parametrize("rule", CHANGES)
def test_the_first_step_is_a_migration_without_the_finding(rule):
    code = CODE.search(advice(rule, migration(CHANGES[rule])))[1]
    first = STEP.split(code)[1].strip()
    source = f"exports.up = async (db) => {{\n{first}\n}}\n"
    found = {finding.rule for finding in findings(source)[1]}
    assert not found & {rule, "unparsable-migration", "unparsable-sql", "statement-fails"}


@pytest.mark.parametrize("rule", CHANGES)
def test_all_steps_parse_and_fit_each_other(rule):
    code = CODE.search(advice(rule, migration(CHANGES[rule])))[1]
    steps = [step for step in STEP.split(code) if step.strip()]
    sources = [
        f"exports.up = async (db) => {{\n{step}\n}}\nexports.down = () => {{}}\n" for step in steps
    ]
    for number in range(len(sources)):
        found = {finding.rule for finding in findings_after(sources[:number], sources[number])}
        assert not found & {"unparsable-migration", "unparsable-sql", "statement-fails", rule}
        assert "set-not-null-scans-table" not in found


def test_an_index_for_a_key_of_an_old_table_is_told_as_a_migration():
    source = migration("table.bigInteger('boss_id').references('id').inTable('users')")
    code = CODE.search(advice("unindexed-foreign-key", source))[1]
    assert (
        code
        == """\
// in a migration after this one, with `transaction: false`
await db.raw('DROP INDEX CONCURRENTLY IF EXISTS "users_boss_id_index"')
await db.raw('CREATE INDEX CONCURRENTLY "users_boss_id_index" ON "users" ("boss_id")')"""
    )
    following = (
        f"exports.config = {{ transaction: false }};\nexports.up = async (db) => {{\n{code}\n}};\n"
        "exports.down = (db) => db.raw('DROP INDEX CONCURRENTLY users_boss_id_index');\n"
    )
    assert [f.rule for f in findings_after([source], following)] == []


def test_a_column_that_the_history_does_not_know_has_words_alone():
    source = migration("table.renameColumn('unknown', 'mail')").replace("'users'", "'elsewhere'")
    assert not CODE.search(advice("rename-column", source))
