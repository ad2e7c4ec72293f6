"""The GitHub Action: its steps, run as a runner would, over what actions/checkout leaves."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import jsonschema_rs
import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
ACTION = YAML(typ="safe", pure=True).load(ROOT / "action.yml")
STEPS = ACTION["runs"]["steps"]
SCHEMA = json.loads((Path(__file__).parent / "schemas/github-action.json").read_text())

USERS = "migrations/20240101000000_create_users.js"
TEAMS = "migrations/20240102000000_create_teams.js"
DROP = "migrations/20240103000000_drop.js"
CREATE = """\
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => { table.bigIncrements('id'); });
exports.down = (knex) => knex.schema.dropTable('users');
"""
DROP_USERS = "exports.up = (knex) => knex.schema.dropTable('users');\nexports.down = () => {};\n"


def test_its_file_is_one_that_github_accepts():
    validator = jsonschema_rs.validator_for(SCHEMA)
    validator.validate(ACTION)
    assert not validator.is_valid({**ACTION, "runs": {"using": "composite"}})


def test_other_actions_are_pinned_to_a_commit():
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", name) for name in used)


def test_no_value_is_written_into_a_script():
    """A branch may be called `$(…)`: values come as variables."""
    assert not [step["name"] for step in STEPS if "${{" in step.get("run", "")]


def test_every_input_is_used_and_documented():
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text()))
    assert used == set(ACTION["inputs"])
    readme = (ROOT / "README.md").read_text()
    assert all(f"`{name}`" in readme for name in ACTION["inputs"])


@dataclass
class Runner:
    """Runs the action's steps one after the other in one workspace."""

    workspace: Path
    temporary: Path
    contexts: dict

    def run(self, **inputs):
        defaults = {name: given["default"] for name, given in ACTION["inputs"].items()}
        self.contexts["inputs"] = {**defaults, **inputs}
        log, code = "", 0
        for step in STEPS:
            if "run" not in step or (step["name"] == "Install migaudit" and self.installed()):
                continue
            ran = self.step(step)
            log, code = log + ran.stdout + ran.stderr, ran.returncode
            if code:
                break
        return code, log

    def installed(self):
        return (self.temporary / "migaudit").exists()

    def step(self, step):
        output = self.temporary / "output"
        output.write_text("")
        folder = self.value(step.get("working-directory", "."))
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.workspace / folder,
            env={
                **os.environ,
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(self.temporary / "summary.md"),
                "GITHUB_REPOSITORY": "octo/shop",
                "RUNNER_TEMP": str(self.temporary),
                **{name: self.value(text) for name, text in step.get("env", {}).items()},
            },
            check=False,
            capture_output=True,
            text=True,
            timeout=500,
        )
        told = dict(line.split("=", 1) for line in output.read_text().splitlines())
        if "id" in step:
            self.contexts["steps"][step["id"]] = {"outputs": told}
        return ran

    def value(self, text):
        """What an expression of contexts and `||` gives."""
        found = re.fullmatch(r"\$\{\{ (.+) \}\}", text)
        if found is None:
            return text
        return next(filter(None, map(self.looked_up, found[1].split(" || "))), "")

    def looked_up(self, name):
        value = self.contexts
        for part in name.split("."):
            value = value.get(part, {})
        return value or ""


@pytest.fixture
def pull_request(tmp_path, repository, monkeypatch):
    """A pull request, as its workflow finds it: one commit, the merge, of a repository whose base
    branch has moved on."""
    repository.write(USERS, CREATE)
    repository.commit()
    repository.git("switch", "--quiet", "--create", "topic")
    repository.write(DROP, DROP_USERS)
    repository.commit()
    repository.git("switch", "--quiet", "main")
    repository.write("README.md", "more\n")
    repository.commit()
    repository.git("switch", "--quiet", "--detach")
    repository.git("merge", "--quiet", "--no-edit", "topic")
    repository.git("update-ref", "refs/pull/1/merge", "HEAD")
    repository.git("switch", "--quiet", "main")
    repository.write(TEAMS, CREATE.replace("users", "teams"))
    repository.commit()
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    remote = repository.directory.as_uri()
    for command in (
        ["init", "--quiet"],
        ["remote", "add", "origin", remote],
        ["fetch", "--quiet", "--depth=1", "origin", "+refs/pull/1/merge:refs/remotes/pull/1/merge"],
        ["checkout", "--quiet", "--force", "refs/remotes/pull/1/merge"],
    ):
        subprocess.run(["git", *command], cwd=workspace, check=True, capture_output=True)
    temporary = tmp_path / "runner"
    temporary.mkdir()
    steps = {"python": {"outputs": {"python-path": sys.executable}}}
    event = {"repository": {"default_branch": "main"}}
    github = {"base_ref": "main", "event": event}
    return Runner(workspace, temporary, {"github": github, "steps": steps})


@pytest.fixture
def prepared(pull_request):
    """The same, with a command that needs no installation."""
    command = pull_request.temporary / "migaudit" / "bin" / "migaudit"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m app.cli "$@"\n')
    command.chmod(0o755)
    return pull_request


def test_what_the_pull_request_adds_is_checked_against_its_base(prepared):
    code, log = prepared.run()
    assert code == 1
    assert f"::error file={DROP},line=1" in log
    assert TEAMS not in log, "that one is the base branch's own"
    assert "`drop-table`" in (prepared.temporary / "summary.md").read_text()


def test_a_pull_request_without_findings_passes(prepared):
    (prepared.workspace / DROP).unlink()
    code, log = prepared.run()
    assert (code, "::error" in log) == (0, False)


def test_inputs_choose_the_base_the_version_and_a_file_for_code_scanning(prepared):
    sarif = prepared.temporary / "migaudit.sarif"
    code, _ = prepared.run(**{"base": "topic", "postgres": "12", "sarif-file": str(sarif)})
    assert code == 0, "topic has the dangerous migration already"
    assert json.loads(sarif.read_text())["version"] == "2.1.0"


def test_a_failing_check_still_leaves_the_file_for_code_scanning(prepared):
    sarif = prepared.temporary / "migaudit.sarif"
    code, _ = prepared.run(**{"sarif-file": str(sarif)})
    assert code == 1
    assert json.loads(sarif.read_text())["runs"][0]["results"]


def test_what_cannot_run_fails_the_job(prepared):
    assert prepared.run(postgres="9")[0] == 2


def test_a_base_that_cannot_be_fetched_is_told(prepared):
    code, log = prepared.run(base="gone")
    assert code == 2
    assert "::error title=migaudit could not run::The base could not be fetched" in log


def test_a_merge_queue_is_checked_against_its_own_base(prepared, repository):
    base = repository.git("rev-parse", "main~1").strip()
    repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
    prepared.contexts["github"] = {"event": {"merge_group": {"base_sha": base}}}
    code, log = prepared.run()
    assert code == 1
    assert f"::error file={DROP},line=1" in log


@pytest.mark.timeout(600)
def test_it_installs_itself_and_runs_no_code_of_the_pull_request(pull_request, tmp_path):
    """Python would take modules from the folder in which it runs."""
    ran = tmp_path / "ran"
    for name in ("venv", "pip", "json", "app", "analyzers", "click"):
        (pull_request.workspace / f"{name}.py").write_text(f"open({str(ran)!r}, 'w')\n")
    code, log = pull_request.run()
    assert f"::error file={DROP},line=1" in log
    assert code == 1
    assert not ran.exists()
