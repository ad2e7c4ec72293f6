"""The hook for pre-commit: what its own program makes of the manifest, and what a commit does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"

CREATE = """\
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => { table.bigIncrements('id'); });
exports.down = (knex) => knex.schema.dropTable('users');
"""
DROP = "exports.up = (knex) => knex.schema.dropTable('users');\nexports.down = async () => {};\n"


def test_the_manifest_is_valid():
    ran = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", MANIFEST],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture
def hooked(repository, tmp_path, monkeypatch):
    """A repository whose commits run the hook, with a command that needs no installation."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    text = MANIFEST.read_text()
    assert "language: python\n" in text
    (hooks / MANIFEST.name).write_text(text.replace("language: python\n", "language: system\n"))
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "hooks"]):
        subprocess.run(["git", *arguments], cwd=hooks, check=True)
    revision = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=hooks, text=True).strip()
    command = tmp_path / "bin" / "migaudit"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m app.cli "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    repository.write(
        ".pre-commit-config.yaml",
        f"repos: [{{repo: '{hooks}', rev: {revision}, hooks: [{{id: migaudit}}]}}]\n",
    )
    repository.write("migrations/20240101000000_create_users.js", CREATE)
    repository.commit()
    subprocess.run(
        [sys.executable, "-m", "pre_commit", "install"],
        cwd=repository.directory,
        check=True,
        capture_output=True,
    )
    return repository


def commit(repository):
    repository.git("add", "--all")
    return subprocess.run(
        ["git", "commit", "--message=change"],
        cwd=repository.directory,
        check=False,
        capture_output=True,
        text=True,
    )


def test_a_dangerous_migration_stops_a_commit(hooked):
    hooked.write("migrations/20240102000000_drop.js", DROP)
    ran = commit(hooked)
    assert ran.returncode == 1
    assert "error drop-table" in ran.stderr + ran.stdout
    hooked.write("migrations/20240102000000_drop.js", CREATE.replace("users", "teams"))
    assert commit(hooked).returncode == 0


def test_a_commit_without_migrations_waits_for_nothing(hooked):
    hooked.write("README.md", "words\n")
    ran = commit(hooked)
    assert ran.returncode == 0
    assert "Skipped" in ran.stderr + ran.stdout
