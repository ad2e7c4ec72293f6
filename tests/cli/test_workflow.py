"""`migaudit check --format github`: a step's log as GitHub reads it, and the job's summary."""

import re

import pytest

USERS = "migrations/20240101000000_create_users.js"
DROP = "migrations/20240102000000_drop.js"

CREATE_USERS = """\
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => { table.bigIncrements('id'); });
exports.down = (knex) => knex.schema.dropTable('users');
"""
DROP_USERS = """\
exports.up = (knex) => knex.schema.dropTable('users');
exports.down = (knex) =>
  knex.schema.createTable('users', (table) => { table.bigIncrements('id'); });
"""

COMMAND = re.compile(r"::(?P<name>[\w-]+)(?: (?P<properties>[^:]*))?::(?P<message>.*)")


class Log:
    """A step's log as the runner reads it: commands, and what stays text."""

    def __init__(self, output):
        self.commands, self.text, stopped = [], [], None
        for line in output.splitlines():
            found = COMMAND.fullmatch(line.lstrip())
            if stopped is not None:
                stopped = None if line.strip() == f"::{stopped}::" else stopped
                self.text.append(line)
            elif found and found["name"] == "stop-commands":
                stopped = found["message"]
            elif found:
                self.commands.append(Command(found))
            else:
                self.text.append(line)
        assert stopped is None

    def annotations(self):
        return [one for one in self.commands if one.name in ("error", "warning", "notice")]


class Command:
    def __init__(self, found):
        self.name = found["name"]
        pairs = (pair.split("=", 1) for pair in (found["properties"] or "").split(",") if pair)
        self.properties = {name: unescaped(value) for name, value in pairs}
        self.message = unescaped(found["message"])


def unescaped(text):
    for written, meant in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(written, meant)
    return text


@pytest.fixture
def step(repository, migaudit):
    """Runs the check as a step of a job, over one applied migration."""
    repository.write(USERS, CREATE_USERS)
    repository.commit()

    def run(*arguments, **environment):
        return migaudit("check", "--format", "github", *arguments, **environment)

    return run


def test_a_finding_is_an_annotation_on_its_place(repository, step):
    repository.write(DROP, DROP_USERS)
    ran = step()
    assert ran.code == 1
    (error,) = (one for one in Log(ran.output).annotations() if one.name == "error")
    assert error.properties == {
        "file": DROP,
        "line": "1",
        "endLine": "1",
        "col": "36",
        "endColumn": "54",
        "title": "drop-table",
    }
    assert "its rows are gone for good" in error.message
    assert "\n" in error.message
    assert ran.output.splitlines()[-1].endswith("the check fails.")


def test_the_whole_report_is_in_a_group(repository, step):
    repository.write(DROP, DROP_USERS)
    log = Log(step().output)
    assert [one.name for one in log.commands][:2] == ["group", "endgroup"]
    assert any("error drop-table" in line for line in log.text)


def test_more_findings_than_github_shows_are_counted(repository, step):
    drops = "\n".join(f"  await knex.schema.dropTable('t{n}');" for n in range(14))
    repository.write(
        DROP, f"exports.up = async (knex) => {{\n{drops}\n}};\nexports.down = async () => {{}};\n"
    )
    log = Log(step().output)
    shown = [one for one in log.annotations() if one.name == "error"]
    assert len(shown) == 10
    (told,) = (line for line in log.text if line.startswith("GitHub shows"))
    assert "10 findings of each severity" in told
    listed = sum("error drop-table" in line for line in log.text)
    assert listed == 14
    assert re.search(r": (\d+) more findings? in the report above", told)[1] == "5"


def test_a_safe_migration_says_only_that_it_passes(repository, step):
    repository.write(DROP, "exports.up = async () => {};\nexports.down = async () => {};\n")
    ran = step()
    assert ran.code == 0
    assert not Log(ran.output).annotations()
    assert ran.output.splitlines()[-1] == "No findings; 1 added migration: the check passes."


HOSTILE = """\
exports.up = async (knex) => {
  await knex.schema.dropTable('x\\n::add-mask::e\\r\\n::error::owned,title=a%0A::b');
  await knex.raw(`
::error file=a::owned
##[add-mask]owned
  DROP TABLE users`);
};
exports.down = async () => {};
"""


def test_no_text_of_a_migration_becomes_a_command(repository, step):
    repository.write("migrations/20240103000000_a,line=1::b%.js", HOSTILE)
    log = Log(step().output)
    assert {one.name for one in log.commands} <= {"group", "endgroup", "error", "warning", "notice"}
    for one in log.annotations():
        assert one.properties["file"] == "migrations/20240103000000_a,line=1::b%.js"
        assert set(one.properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert "owned" not in one.properties["title"]


def test_the_word_that_lets_commands_through_again_is_new_each_time(repository, step):
    words = {re.search("::stop-commands::(.+)", step().output)[1] for _ in range(2)}
    assert len(words) == 2
    assert all(len(word) >= 32 for word in words)


def test_the_jobs_summary_is_added_to(repository, step, tmp_path):
    repository.write(DROP, DROP_USERS)
    summary = tmp_path / "summary.md"
    summary.write_text("# Another step\n")
    step(
        GITHUB_STEP_SUMMARY=summary,
        GITHUB_REPOSITORY="octo/shop",
        GITHUB_SHA="c0ffee",
        GITHUB_SERVER_URL="https://github.example.com",
    )
    written = summary.read_text()
    assert written.startswith("# Another step\n**1 error")
    assert f"https://github.example.com/octo/shop/blob/c0ffee/{DROP}#L1" in written


def test_a_summary_that_cannot_be_written_changes_no_verdict(repository, step, tmp_path):
    repository.write(DROP, DROP_USERS)
    ran = step(GITHUB_STEP_SUMMARY=tmp_path)
    assert ran.code == 1
    assert "summary could not be written" in ran.errors


def test_what_could_not_run_is_an_annotation(step):
    ran = step("--base", "nowhere")
    assert ran.code == 2
    (error,) = Log(ran.output).annotations()
    assert error.properties["title"] == "migaudit could not run"
    assert "no commit 'nowhere'" in error.message
    assert "no commit 'nowhere'" in ran.errors


def test_paths_begin_at_the_root_of_the_repository(repository, step):
    repository.write("packages/shop/package.json", "{}")
    file = repository.write(f"packages/shop/{DROP}", DROP_USERS)
    files = {one.properties["file"] for one in Log(step(file).output).annotations()}
    assert files == {f"packages/shop/{DROP}"}
