"""`migaudit check` judges by the base branch, unless a file tells what has run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CREATE = "exports.up = (knex) => knex.schema.createTable('%s', (t) => { t.bigIncrements(); });\n"
DROP = "exports.down = (knex) => knex.schema.dropTable('%s');\n"
FIRST, SECOND = "20240101000000_users.js", "20240102000000_teams.js"


@pytest.fixture
def checkout(tmp_path):
    """A branch that edits the second of two merged migrations."""
    folder = tmp_path / "checkout" / "migrations"
    folder.mkdir(parents=True)
    git = ["git", "-C", str(folder.parent)]
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", folder.parent], check=True)
    for name, table in ((FIRST, "users"), (SECOND, "teams")):
        (folder / name).write_text((CREATE + DROP) % (table, table))
    subprocess.run([*git, "add", "--all"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message=x"], check=True)
    (folder / SECOND).write_text((CREATE + DROP) % ("groups", "groups"))
    return folder.parent


def check(checkout, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "check", *map(str, arguments)],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        check=False,
        capture_output=True,
        timeout=60,
        text=True,
    )


def test_without_a_file_the_base_counts(checkout):
    ran = check(checkout)
    assert ran.returncode == 1
    assert "applied-migration-modified" in ran.stdout


@pytest.mark.parametrize("text", [f"{FIRST}\n", f"\ufeff{FIRST}\r\n\r\n", json.dumps([FIRST])])
def test_a_file_tells_what_has_run(checkout, tmp_path, text):
    file = tmp_path / "production.txt"
    file.write_text(text, newline="")
    ran = check(checkout, "--applied", file)
    assert ran.returncode == 0
    assert "`production`, by `production.txt`: has run 1 of the 2 migrations" in ran.stdout.replace(
        "\n", " "
    )
    file.write_text(f"{FIRST}\n{SECOND}\n")
    assert check(checkout, "--applied", file).returncode == 1


@pytest.mark.parametrize("text", ["{", '{"a": 1}', "[1]", "[" * 100_000])
def test_a_file_of_something_else_is_refused(checkout, tmp_path, text):
    file = tmp_path / "production.json"
    file.write_text(text)
    ran = check(checkout, "--applied", file)
    assert ran.returncode == 2
    assert "production.json" in ran.stderr


def test_it_is_about_a_whole_checkout(checkout, tmp_path):
    file = tmp_path / "production.txt"
    file.write_text(f"{FIRST}\n")
    ran = check(checkout, "--applied", file, f"migrations/{SECOND}")
    assert ran.returncode == 2
    assert "PATHs" in ran.stderr
