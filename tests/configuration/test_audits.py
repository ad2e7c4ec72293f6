"""What a repository's configuration changes about an audit."""

from dataclasses import dataclass, field

import pytest

from analyzers.audit import audit
from analyzers.findings import Severity
from analyzers.memory import MemoryTree
from analyzers.request import Change, ChangeStatus, Default, Request
from analyzers.settings import PATH, Settings
from analyzers.source import Entry, Kind, UnreadableFile

KNEXFILE = "module.exports = { client: 'pg', migrations: { directory: './migrations' } };\n"
APPLIED = "migrations/20240101000000_users.js"
ADDED = "migrations/20240201000000_more.js"
CREATE = "exports.up = (knex) => knex.schema.createTable('users', (t) => t.text('name'));\n"
IN_SCHEMA = """\
exports.up = (knex) =>
  knex.schema.withSchema(process.env.DB_SCHEMA).createTable('teams', (t) => t.text('name'));
"""
DROP = "exports.up = (knex) => knex.schema.dropTable('users');\n"


def audited(configuration=None, added=DROP, head=None, path=ADDED, base=None, **request):
    """A pull request that adds a migration, and `head` as the new configuration."""
    files = base or {"knexfile.js": KNEXFILE, APPLIED: CREATE}
    if configuration is not None:
        files = {**files, PATH: configuration}
    changes = [Change(path, ChangeStatus.ADDED)]
    after = {**files, path: added}
    if head is not None:
        after[PATH] = head
        changes.append(Change(PATH, ChangeStatus.MODIFIED))
    return audit(Request(MemoryTree(files), MemoryTree(after), tuple(changes), **request))


def rules(audit):
    return {finding.rule for finding in audit.findings}


def up(audit):
    return [statement.sql for statement in audit.migrations[0].up]


def test_a_variable_is_known_through_the_configuration():
    known = audited("env: {DB_SCHEMA: shop}", IN_SCHEMA)
    assert up(known) == ['create table "shop"."teams" ("name" text)']
    assert known.migrations[0].complete
    assert "unresolved-migration" not in rules(known)


@pytest.mark.parametrize("configuration", [None, "env: {OTHER: shop}"])
def test_a_variable_is_unresolved_otherwise(configuration):
    unknown = audited(configuration, IN_SCHEMA)
    assert not unknown.migrations[0].complete
    assert "`DB_SCHEMA`" in str(unknown.migrations[0].unresolved)


def test_applied_migrations_and_helpers_find_the_variables_too():
    base = {
        "knexfile.js": KNEXFILE,
        "schema.js": "module.exports = process.env.DB_SCHEMA;\n",
        APPLIED: "const s = require('../schema');\n"
        + IN_SCHEMA.replace("process.env.DB_SCHEMA", "s"),
    }
    add = "exports.up = (knex) => knex.raw('ALTER TABLE shop.teams ADD name text');\n"
    assert "statement-fails" in rules(audited("env: {DB_SCHEMA: shop}", add, base=base))
    assert "statement-fails" not in rules(audited("env: {DB_SCHEMA: stock}", add, base=base))
    assert "statement-fails" not in rules(audited(None, add, base=base))


def test_knexfiles_find_the_variables():
    base = {
        "knexfile.js": KNEXFILE.replace("'./migrations'", "process.env.MIGRATIONS"),
        "db/changes/20240101000000_users.js": CREATE,
    }
    path = "db/changes/20240201000000_more.js"
    known = audited("env: {MIGRATIONS: ./db/changes}", path=path, base=base)
    assert known.directories == ("db/changes",)
    assert audited(None, path=path, base=base).directories == ()


@dataclass
class Shelf:
    """A `Store` that counts what it was asked for in vain."""

    kept: dict = field(default_factory=dict)

    def get(self, key):
        return self.kept.get(key)

    def put(self, key, value):
        self.kept[key] = value


def test_a_kept_history_counts_for_the_variables_that_it_was_made_with():
    base = {"knexfile.js": KNEXFILE, APPLIED: IN_SCHEMA}
    add = "exports.up = (knex) => knex.raw('ALTER TABLE shop.teams ADD name text');\n"
    shelf = Shelf()

    def fails(schema):
        files = {**base, PATH: f"env: {{DB_SCHEMA: {schema}}}"}
        head, change = {**files, ADDED: add}, Change(ADDED, ChangeStatus.ADDED)
        found = audit(Request(MemoryTree(files), MemoryTree(head), (change,)), store=shelf)
        return "statement-fails" in rules(found)

    assert [fails("shop"), fails("stock"), fails("shop")] == [True, False, True]
    assert len(shelf.kept) == 2


def test_directories_take_the_place_of_what_would_be_found():
    path = "database/changes/20240201000000_more.js"
    base = {
        "knexfile.js": KNEXFILE,
        APPLIED: CREATE,
        "database/changes/20240101000000_a.js": CREATE,
    }
    assert audited(None, path=path, base=base).directories == ()
    told = audited("directories: [database/changes/]", path=path, base=base)
    assert told.directories == ("database/changes",)
    assert audited("directories: [database/changes]", base=base).directories == ()


def test_who_names_files_says_where_they_lie():
    found = audited("directories: [elsewhere]", directories=("migrations",))
    assert found.directories == ("migrations",)


def test_the_version_of_postgresql_counts_and_can_be_outranked():
    add = "exports.up = (knex) => knex.raw('ALTER TABLE users ADD n int DEFAULT 1');\n"
    assert "default-rewrites-table" in rules(audited("postgres: 10", add))
    assert "default-rewrites-table" not in rules(audited("postgres: 11", add))
    assert "default-rewrites-table" not in rules(audited("postgres: 10", add, postgres=16))
    assert audited("postgres: 10", add, postgres=16).settings.postgres == 16


def test_severities_and_fail_on_count():
    assert "drop-table" not in rules(audited("rules: {drop-table: off}"))
    found = audited("rules: {drop-table: notice}\nfail_on: notice")
    assert {f.severity for f in found.findings if f.rule == "drop-table"} == {Severity.NOTICE}
    assert found.fails(found.settings.fail_on)


def test_what_a_rule_finds_less_grave_than_usual_stays_so():
    archived = """exports.up = async (knex) => {
  await knex.raw('CREATE TABLE users_archive AS TABLE users');
  await knex.schema.dropTable('users');
};
"""
    found = audited("rules:\n  drop-table: error\n", added=archived).findings
    assert [f.severity for f in found if f.rule == "drop-table"] == [Severity.WARNING]
    found = audited("rules:\n  drop-table: notice\n", added=archived).findings
    assert [f.severity for f in found if f.rule == "drop-table"] == [Severity.NOTICE]


def test_what_a_pull_request_brings_along_does_not_count():
    found = audited(None, head="rules: {drop-table: off}\nfail_on: never")
    assert "drop-table" in rules(found)
    assert found.settings == Settings()


def test_nothing_of_an_invalid_configuration_counts():
    found = audited("rules: {drop-table: off}\nfail_on: never\npostgers: 10")
    assert found.misconfigured
    assert found.settings == Settings()
    assert {"drop-table", "invalid-configuration"} <= rules(found)


def test_a_mistake_of_the_pull_request_does_not_invalidate_the_base():
    found = audited("rules: {drop-table: off}", head="rule: {drop-table: off}")
    assert not found.misconfigured
    assert "invalid-configuration" in rules(found)
    assert "drop-table" not in rules(found)


def test_who_corrects_an_invalid_configuration_can_merge_that():
    stays = audited("postgres: sixteen\n", added=CREATE.replace("users", "teams"))
    corrected = audited(
        "postgres: sixteen\n", head="postgres: 16\n", added=CREATE.replace("users", "teams")
    )
    assert stays.misconfigured
    assert not corrected.misconfigured
    found = [f for f in corrected.findings if f.rule == "invalid-configuration"]
    assert [f.severity for f in found] == [Severity.NOTICE]


def test_a_mistake_is_told_though_no_migration_changes():
    base = MemoryTree({PATH: "postgres: 9\n"})
    found = audit(Request(base, base, (Change("README.md", ChangeStatus.MODIFIED),)))
    assert [(f.rule, f.place.line, f.place.column) for f in found.findings] == [
        ("invalid-configuration", 1, 11)
    ]


def test_a_mistake_keeps_its_fingerprint_when_it_moves():
    one, other = audited("postgres: 9"), audited("fail_on: error\n\npostgres: 9")
    marks = [f.fingerprint for a in (one, other) for f in a.findings if f.place.path == PATH]
    assert len(marks) == 2
    assert len(set(marks)) == 1


def test_a_file_that_crashed_the_analysis_is_not_read_again():
    found = audited("fail_on: never", unanalysable={PATH: "it took longer than 15 seconds"})
    assert found.misconfigured
    (told,) = (f for f in found.findings if f.rule == "invalid-configuration")
    assert "longer than 15 seconds" in told.message


class Linked(MemoryTree):
    """A tree in which the configuration is a link."""

    def entries(self):
        return {**super().entries(), PATH: Entry("0", Kind.SYMLINK)}

    def read(self, path):
        if path == PATH:
            raise UnreadableFile(path, "it is a symlink")
        return super().read(path)


def test_a_link_is_no_configuration():
    found = audit(Request(Linked({}), MemoryTree({}), ()))
    assert found.misconfigured
    assert "it is a symlink" in found.findings[0].message


INDEX = "exports.up = (knex) => knex.raw('CREATE INDEX i ON {} (name)');\n"


def graded(found, rule):
    return [finding.severity for finding in found.findings if finding.rule == rule]


@pytest.mark.parametrize(
    ("configuration", "table", "severity"),
    [
        (None, "users", Severity.ERROR),
        ("small_tables: [users]", "users", Severity.NOTICE),
        ("small_tables: [public.users]", "users", Severity.NOTICE),
        ("small_tables: [shop.users]", "users", Severity.ERROR),
        ("small_tables: [users]", "shop.users", Severity.NOTICE),
        ("small_tables: [user]", "users", Severity.ERROR),
        ("small_tables: [users]\nlarge_tables: [users]", "users", Severity.ERROR),
        ("large_tables: [users]\nrules: {non-concurrent-index: warning}", "users", Severity.ERROR),
        (
            "large_tables: [teams]\nrules: {non-concurrent-index: warning}",
            "users",
            Severity.WARNING,
        ),
    ],
)
def test_time_that_grows_with_the_rows_is_judged_by_the_size_of_the_table(
    configuration, table, severity
):
    found = audited(configuration, INDEX.format(table))
    assert graded(found, "non-concurrent-index") == [severity]


def test_data_is_lost_from_small_tables_too():
    assert graded(audited("small_tables: [users]"), "drop-table") == [Severity.ERROR]


def test_both_ends_of_a_foreign_key_are_read():
    add = """exports.up = (knex) => knex.raw(
  'ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (name) REFERENCES teams (name)');
"""
    one = audited("small_tables: [teams]", add)
    both = audited("small_tables: [teams, users]", add)
    assert graded(one, "validating-foreign-key") == [Severity.ERROR]
    assert graded(both, "validating-foreign-key") == [Severity.NOTICE]


@pytest.mark.parametrize(
    ("paths", "silent"),
    [
        ("migrations", True),
        ("migrations/", True),
        ("migrations/**", True),
        ("**/*.js", True),
        ("*.js", False),
        ("migrations/2024*.js", True),
        ("migrations/2023*.js", False),
        ("migration", False),
        ("migrations/20240201000000_more.js", True),
        ("migrations/20240201000000_mor?.js", True),
        ("**", True),
        ("packages/**", False),
    ],
)
def test_severities_can_differ_by_path(paths, silent):
    found = audited(f"overrides: [{{paths: ['{paths}'], rules: {{drop-table: off}}}}]")
    assert ("drop-table" not in rules(found)) is silent


def test_of_several_overrides_the_last_one_counts():
    found = audited("""\
rules: {drop-table: notice}
overrides:
  - {paths: [migrations], rules: {drop-table: off}}
  - {paths: [migrations], rules: {drop-table: warning}}
  - {paths: [elsewhere], rules: {drop-table: off}}
""")
    assert graded(found, "drop-table") == [Severity.WARNING]


def test_the_release_of_knex_can_be_told():
    add = """exports.up = (knex) => knex.schema.alterTable('users', (table) => {
  table.unique(['name'], { useConstraint: false });
});
"""
    assert up(audited("knex: 1.0", add)) != up(audited("knex: 3.1.0", add))
    assert up(audited(None, add)) == up(audited("knex: 3", add))


def test_a_knexfile_can_be_named():
    base = {
        "config/database.js": KNEXFILE.replace("./migrations", "../db/changes"),
        "knexfile.js": KNEXFILE,
        "db/changes/20240101000000_users.js": CREATE,
    }
    path = "db/changes/20240201000000_more.js"
    assert audited(None, path=path, base=base).directories == ()
    named = audited("knexfiles: [config/database.js]", path=path, base=base)
    assert named.directories == ("db/changes",)
    assert audited("knexfiles: [config/database.js]", base=base).directories == ()


def test_several_directories_without_a_knexfile_may_share_a_database():
    """What one of them lacks, another one may have made."""
    base = {
        "core/migrations/20240101000000_users.js": CREATE,
        "shop/migrations/20240101000000_orders.js": CREATE.replace("users", "orders"),
    }
    add = """exports.up = async (knex) => {
  if (!(await knex.schema.hasTable('users'))) await knex.raw('SELECT 1');
};
"""
    both = audited(None, add, path="shop/migrations/20240201000000_more.js", base=base)
    del base["core/migrations/20240101000000_users.js"]
    alone = audited(None, add, path="shop/migrations/20240201000000_more.js", base=base)
    assert both.migrations[0].up[-1].conditional
    assert not alone.migrations[0].up[-1].conditional


def test_a_knexfile_that_leaves_its_directory_open_is_told():
    base = {"knexfile.js": KNEXFILE.replace("'./migrations'", "process.env.MIGRATIONS")}
    found = audited(None, base=base, path="db/changes/20240201000000_more.js")
    assert found.directories == ()
    (told,) = found.unresolved
    assert (told.place.path, told.place.line) == ("knexfile.js", 1)
    assert "MIGRATIONS" in told.reason
    assert audited("env: {MIGRATIONS: db}", base=base).unresolved == ()


ORGANISATION = "acme/.github: .github/migaudit.yml"


def under(organisation, own=None, **more):
    default = Default(ORGANISATION, organisation.encode())
    return audited(own, organisation=default, **more)


def test_an_organisation_has_defaults():
    found = under("fail_on: never\npostgres: 11\nrules: {drop-table: off}")
    assert found.settings.fail_on is None
    assert found.settings.postgres == 11
    assert "drop-table" not in rules(found)


def test_what_a_repository_says_outranks_its_organisation():
    found = under(
        "postgres: 11\nrules: {drop-table: off, drop-column: off}\nenv: {A: a, B: b}\n"
        "directories: [elsewhere]",
        "rules: {drop-table: warning}\nenv: {A: own}\ndirectories: [migrations]\n",
    )
    assert found.settings.severities == {"drop-table": Severity.WARNING, "drop-column": None}
    assert found.settings.environment == {"A": "own", "B": "b"}
    assert found.settings.directories == ("migrations",)
    assert found.settings.postgres == 11


def test_a_repository_can_go_back_to_what_is_usual():
    assert under("fail_on: never", "fail_on: error").settings.fail_on is Severity.ERROR


def test_a_mistake_of_the_organisation_lets_nothing_through():
    found = under("fail_on: nevr", "fail_on: never")
    assert found.misconfigured
    assert found.settings == Settings()
    (told,) = (f for f in found.findings if f.rule == "invalid-configuration")
    assert f"`{ORGANISATION}`, line 1, column 10" in told.message
    assert "Write `never`." in told.advice


def test_an_organisations_file_that_cannot_be_had_lets_nothing_through():
    found = audited(None, organisation=Default(ORGANISATION, refused="it is no ordinary file"))
    assert found.misconfigured
    assert "it is no ordinary file" in str([finding.message for finding in found.findings])


def test_a_pull_request_sees_what_its_configuration_would_change():
    found = audited(
        "postgres: 16\nfail_on: error",
        head="postgres: 10\nfail_on: never\nrules: {drop-table: off, missing-down: notice}\n",
    )
    seen = found.preview
    assert {one.name: (one.before, one.after) for one in seen.settings} == {
        "fail_on": ("error", "never"),
        "postgres": ("16", "10"),
        "rules.drop-table": (None, "off"),
        "rules.missing-down": (None, "notice"),
    }
    assert [finding.rule for finding in seen.gone] == ["drop-table"]
    assert [(one.finding.rule, one.severity) for one in seen.regraded] == [
        ("missing-down", Severity.NOTICE)
    ]
    assert seen.new == ()
    assert (seen.fails_now, seen.fails_then) == (True, False)
    assert "drop-table" in rules(found)


def test_what_would_newly_be_found_is_told_too():
    add = "exports.up = (knex) => knex.raw('ALTER TABLE users ADD n int DEFAULT 1');\n"
    found = audited(None, add, head="postgres: 10")
    assert [finding.rule for finding in found.preview.new] == ["default-rewrites-table"]


def test_to_delete_the_configuration_is_to_change_it():
    base = {"knexfile.js": KNEXFILE, APPLIED: CREATE}
    changes = (Change(PATH, ChangeStatus.DELETED), Change(ADDED, ChangeStatus.ADDED))
    before = MemoryTree({**base, PATH: "fail_on: never"})
    found = audit(Request(before, MemoryTree({**base, ADDED: DROP}), changes))
    assert (found.preview.fails_now, found.preview.fails_then) == (False, True)


@pytest.mark.parametrize("head", [None, "postgres: 15 # as ever\n", "postgres: none\n"])
def test_what_changes_no_setting_is_no_preview(head):
    assert audited("postgres: 15\n", head=head).preview is None


def test_the_value_of_a_variable_is_not_repeated():
    found = audited("env: {A: hunter1}", head="env: {A: hunter2}")
    assert [one.name for one in found.preview.settings] == ["env.A"]
    assert "hunter" not in str(found.preview.settings)
