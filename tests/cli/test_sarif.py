"""`migaudit check --format sarif`: what code scanning and editors are given."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from markdown_it import MarkdownIt

from analyzers.rules import catalogue

# A bracket in its pattern of languages stands for itself in some dialects of patterns only.
SCHEMA = (Path(__file__).parent / "schemas/sarif-2.1.0.json").read_text()
VALIDATOR = jsonschema_rs.validator_for(json.loads(SCHEMA.replace("{2}]?$", r"{2}\\]?$")))

CREATE_USERS = """\
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => {
    table.bigIncrements('id');
    table.string('email');
  });

exports.down = (knex) => knex.schema.dropTable('users');
"""

DANGEROUS = """\
exports.up = async (knex) => {
  await knex.schema.alterTable('users', (table) => {
    table.index(['email']); // 日本語 🎉
  });
  // migaudit-disable-next-line drop-column -- nobody reads it
  await knex.schema.alterTable('users', (table) => { table.dropColumn('email'); });
  await knex.raw(process.argv[2]);
};

exports.down = async () => {
  throw new Error('nobody goes back: restore the backup');
};
"""

VALIDATED_AT_ONCE = """\
exports.up = async (knex) => {
  await knex.raw('ALTER TABLE users ADD CONSTRAINT c CHECK (id > 0) NOT VALID');
  await knex.raw('ALTER TABLE users VALIDATE CONSTRAINT c');
};
"""

USERS = "migrations/20240101000000_create_users.js"
FILE = "migrations/20240102000000_dangerous.js"


@pytest.fixture
def run(repository, migaudit):
    """The one run of the report on a repository with one applied migration and a dangerous one."""
    repository.write(USERS, CREATE_USERS)
    repository.commit()

    def report(source=DANGEROUS, path=FILE, code=1, arguments=(), **environment):
        repository.write(path, source)
        ran = migaudit("check", "--format", "sarif", *arguments, **environment)
        assert (ran.code, ran.errors) == (code, "")
        VALIDATOR.validate(ran.json)
        (run,) = ran.json["runs"]
        return run

    return report


def results(run, rule):
    return [result for result in run["results"] if result["ruleId"] == rule]


def test_the_schema_refuses_what_is_not_sarif():
    assert not VALIDATOR.is_valid({"version": "2.1.0"})
    assert not VALIDATOR.is_valid({"version": "2.1.0", "runs": [{"tool": {}}]})


def test_a_finding_is_a_result_with_its_region(run):
    (result,) = results(run(), "non-concurrent-index")
    (location,) = result["locations"]
    assert result["level"] == "error"
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": FILE, "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 27},
    }
    assert "keeps every write of the table waiting" in result["message"]["text"]
    assert "CONCURRENTLY" in result["message"]["text"]
    assert result["suppressions"] == []


def test_columns_are_counted_as_the_report_says(run):
    told = run("exports.up = (knex) => /* 🎉 */ knex.schema.dropTable('users');\n")
    assert told["columnKind"] == "unicodeCodePoints"
    (result,) = results(told, "drop-table")
    assert result["locations"][0]["physicalLocation"]["region"]["startColumn"] == 44


def test_every_result_refers_to_its_rule(run):
    told = run()
    rules = told["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(catalogue())
    assert told["results"]
    for result in told["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_rule_carries_its_page_and_severity(run):
    rules = {rule["id"]: rule for rule in run()["tool"]["driver"]["rules"]}
    rule = rules["non-concurrent-index"]
    assert rule["shortDescription"]["text"].startswith("Creating an index without CONCURRENTLY")
    assert "## Unsafe" in rule["help"]["markdown"]
    assert "expect:" not in rule["help"]["markdown"]
    assert rule["helpUri"].startswith("https://www.postgresql.org/docs/")
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert all(rule["help"]["text"] and rule["fullDescription"]["text"] for rule in rules.values())
    assert all(len(rule["fullDescription"]["text"]) <= 1024 for rule in rules.values())
    assert all(rule["helpUri"].startswith("https://") for rule in rules.values())


def test_a_rule_links_the_server_where_one_is_known(run):
    told = run(MIGAUDIT_PUBLIC_URL="https://migaudit.example.com/")
    addresses = {rule["id"]: rule["helpUri"] for rule in told["tool"]["driver"]["rules"]}
    assert addresses["drop-table"] == "https://migaudit.example.com/rules/drop-table"
    assert told["tool"]["driver"]["informationUri"] == "https://migaudit.example.com/rules"


def test_a_finding_that_moves_keeps_its_fingerprint(run):
    def fingerprints(source):
        return {
            (result["ruleId"], result["partialFingerprints"]["migaudit/v1"])
            for result in run(source)["results"]
        }

    before = fingerprints(DANGEROUS)
    assert len(before) >= 3
    assert fingerprints("// one line more\n\n" + DANGEROUS) == before


def test_what_a_comment_suppresses_is_a_suppressed_result(run):
    (result,) = results(run(), "drop-column")
    (suppression,) = result["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("inSource", "accepted")
    assert suppression["justification"] == "nobody reads it"
    assert suppression["location"]["physicalLocation"]["region"]["startLine"] == 5


def test_a_fix_replaces_whole_lines(run, repository):
    fixes = {result["ruleId"]: result.get("fixes") for result in run()["results"]}
    (fix,) = fixes["missing-lock-timeout"]
    (change,) = fix["artifactChanges"]
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    assert set(region) == {"startLine", "endLine"}
    lines = DANGEROUS.split("\n")
    lines[region["startLine"] - 1 : region["endLine"]] = [replacement["insertedContent"]["text"]]
    assert not results(run("\n".join(lines)), "missing-lock-timeout")


def test_related_places_are_numbered(run):
    told = run(VALIDATED_AT_ONCE)
    (result,) = results(told, "validate-in-same-transaction")
    (related,) = result["relatedLocations"]
    assert (related["id"], related["message"]) == (1, {"text": "this adds it"})
    assert related["physicalLocation"]["region"]["startLine"] == 2


def test_what_was_not_understood_is_a_notification(run):
    (invocation,) = run()["invocations"]
    told = invocation["toolExecutionNotifications"]
    assert [one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in told] == [7]
    assert invocation["executionSuccessful"] is True
    assert invocation["exitCode"] == 1


def test_a_safe_migration_gives_a_run_without_results(run):
    """So that code scanning closes what it knew."""
    told = run("exports.up = async () => {};\nexports.down = async () => {};\n", code=0)
    assert told["results"] == []
    assert told["automationDetails"] == {"id": "migaudit/"}


def test_paths_begin_at_the_root_of_the_repository(repository, run, migaudit):
    repository.write("packages/shop/package.json", "{}")
    file = repository.write(f"packages/shop/{FILE}", DANGEROUS)
    told = migaudit("check", file, "--format", "sarif").json["runs"][0]
    uris = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in told["results"]
    }
    assert uris == {f"packages/shop/{FILE}"}


def test_hostile_names_become_no_links_and_no_controls(run):
    told = run(
        "exports.up = (knex) => knex.schema.dropTable('x](https://evil.example)\\u202e\\u001b[2J');\n",
        "migrations/20240103000000_a b#c?.js",
    )
    (result,) = results(told, "drop-table")
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "migrations/20240103000000_a%20b%23c%3F.js"
    message = result["message"]
    assert "](https" not in message["text"]
    rendered = MarkdownIt("commonmark").parse(message["markdown"])
    assert "link_open" not in {part.type for token in rendered for part in token.children or []}
    for text in message.values():
        assert all(character.isprintable() or character == "\n" for character in text)
