"""What `pip install .` gives: the command, and everything that it needs at run time."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from analyzers.rules import catalogue

ROOT = Path(__file__).resolve().parents[2]


def run(*command, code=0, **options):
    ran = subprocess.run(
        [*map(str, command)], check=False, capture_output=True, text=True, timeout=280, **options
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def bin_directory(tmp_path_factory):
    """A fresh virtual environment in which nothing but the built wheel is installed."""
    folder = tmp_path_factory.mktemp("package")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (wheel,) = folder.glob("migaudit-*.whl")
    venv.create(folder / "venv", with_pip=True)
    found = folder / "venv" / "bin"
    pip = (found / "python", "-m", "pip", "--disable-pip-version-check", "install")
    run(*pip, "--require-hashes", "--requirement", ROOT / "requirements.lock")
    run(*pip, "--no-deps", wheel)
    run(found / "python", "-m", "pip", "check")
    return found


@pytest.fixture
def environment():
    """Without the checkout: what is found is what was installed."""
    return {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}


@pytest.mark.timeout(600)
def test_the_installed_command_lists_every_rule(bin_directory, environment, tmp_path):
    listed = run(bin_directory / "migaudit", "rules", cwd=tmp_path, env=environment)
    assert [line.split()[0] for line in listed.splitlines()] == list(catalogue())


@pytest.mark.timeout(600)
def test_the_installed_command_checks_a_migration(bin_directory, environment, tmp_path):
    file = tmp_path / "20250101000000_create_users.js"
    file.write_text("exports.up = (knex) => knex.schema.dropTable('users');\n")
    output = run(
        bin_directory / "migaudit", "check", file, "--format", "json",
        cwd=tmp_path, env=environment, code=1,
    )  # fmt: skip
    rules = {finding["rule"] for finding in json.loads(output)["findings"]}
    assert rules >= {"missing-down", "drop-table"}


@pytest.mark.timeout(600)
def test_the_installed_pages_have_their_templates(bin_directory, environment, tmp_path):
    program = "from app.pages import templates; print(*sorted(templates().list_templates()))"
    printed = run(bin_directory / "python", "-c", program, cwd=tmp_path, env=environment)
    assert printed.split() == sorted(path.name for path in (ROOT / "templates").iterdir())


@pytest.mark.timeout(600)
def test_the_installed_server_knows_what_the_app_may_do(bin_directory, environment, tmp_path):
    program = "from app.manifest import manifest; print(*manifest().permissions)"
    printed = run(bin_directory / "python", "-c", program, cwd=tmp_path, env=environment)
    assert "merge_queues" in printed.split()
