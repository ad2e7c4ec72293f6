"""What the two commands do before there is anything installed."""

import ast
import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
COMMANDS = ("demo", "docs", "test")


def enter_as(version, path):
    """Starts a command with a Python that calls itself `version`."""
    program = (
        f"import sys; sys.version_info = {version!r}; sys.path.insert(0, {str(SCRIPTS)!r})\n"
        "import bootstrap; bootstrap.enter('script')"
    )
    return subprocess.run(
        [sys.executable, "-S", "-c", program],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": str(path)},
        timeout=60,
    )


def test_a_python_that_is_too_old_is_told_what_is_needed(tmp_path):
    ran = enter_as((3, 9, 1, "final", 0), tmp_path)
    assert ran.returncode == 1
    assert "migaudit needs Python 3.11 to 3.14; this is 3.9" in ran.stderr
    assert "apt install python3.11" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_another_python_on_the_path_is_taken_instead(tmp_path):
    """One that runs: a launcher for a version that isn't there is passed over."""
    for name, text in (("python3.13", "exit 127"), ("python3.12", "echo started with $1")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    ran = enter_as((3, 9, 1, "final", 0), tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "started with script\n")


def test_old_pythons_can_read_the_message():
    for name in (*COMMANDS, "bootstrap.py"):
        ast.parse((SCRIPTS / name).read_text(), feature_version=(3, 7))


def test_the_commands_can_be_run():
    assert all((SCRIPTS / name).stat().st_mode & 0o111 for name in COMMANDS)
