"""Whatever a migration says, in whatever style: what a fix leaves parses, and is better."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzers.javascript.syntax import Tree
from analyzers.source import SourceFile
from tests.conformance.programs import generated
from tests.fixes.fixing import APPLIED, HISTORY, findings, fix
from tests.fixes.sources import styles

CALLS = st.sampled_from(
    [
        "string('nick')",
        "string('nick').notNullable()",
        "json('body')",
        "specificType('body', 'json')",
        "timestamp('at', { useTz: false }).defaultTo(knex.fn.now())",
        "timestamp('at', true)",
        "increments('number')",
        "integer('boss_id').references('id').inTable('users').onDelete('CASCADE')",
        "bigInteger('boss_id').references('users.id').index()",
        "foreign(['team_id']).references('id').inTable('teams')",
        "index(['email'])",
        "index(['age'], 'by_age')",
        "unique(['email'])",
        "dropIndex(['team_id'])",
        "string('email', 300).alter()",
        "integer('age').notNullable().alter()",
        "renameColumn('email', 'mail')",
        "dropColumn('age')",
        "strng('nick')",
        "check('age > 3', {}, 'grown')",
    ]
)
SENT = st.sampled_from(
    [
        "CREATE INDEX by_age ON users (age)",
        "CREATE UNIQUE INDEX IF NOT EXISTS by_age ON users (age)",
        "create index concurrently by_age on users (age)",
        "DROP INDEX users_team_id_index",
        "ALTER TABLE users ADD CONSTRAINT c CHECK (age > 3)",
        "ALTER TABLE users ADD FOREIGN KEY (team_id) REFERENCES teams",
        "CREATE TABLE notes (id serial PRIMARY KEY, body json, at timestamp)",
        "CREATE EXTENSION IF NOT EXISTS citext",
        "CREATE EXTENSION citext",
        "SET lock_timeout = 5000",
        "DROP TABLE IF EXISTS users",
    ]
).map("knex.raw(`{}`)".format)
TABLES = st.sampled_from(["alterTable('users'", "table('teams'", "createTable('notes'"])
BUILT = st.builds(
    "knex.schema.{}, function (table) {{\n{}  }})".format,
    TABLES,
    st.lists(CALLS.map("    table.{};\n".format), min_size=1, max_size=4).map("".join),
)
UP = st.one_of(SENT, BUILT, st.builds("Promise.all([{}, {}])".format, BUILT, SENT))
DOWN = st.sampled_from(["Promise.resolve()", "knex.schema.dropTable('notes')"])


def broken(source, extension="js"):
    """What the fixes of a migration make worse."""
    path, found = findings(source, extension)
    for rule in {finding.rule for finding in found if finding.fix}:
        fixed = fix(rule, source, extension)
        before, after = Counter(fixed.rules), Counter(fixed.rules_left)
        if Tree(SourceFile(path, fixed.after)).problems():
            yield rule, "does not parse", fixed.after
        if after[rule] >= before[rule] or after - before:
            yield rule, after - before, fixed.after


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(UP, DOWN, st.integers(0, 7))
def test_a_fix_makes_nothing_worse(up, down, style):
    case = list(styles("any", up, down))[style]
    assert list(broken(case.source, case.extension)) == []


def test_a_fix_makes_nothing_worse_amid_control_flow():
    assert [found for source in generated(40) for found in broken(source)] == []


def test_the_history_itself_has_nothing_to_fix():
    assert not any(finding.fix for finding in findings(HISTORY[APPLIED])[1])
