"""`migaudit check` over the migrations that others have published."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus.packages import PACKAGES, folder, migrations

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_is_understood_or_said_not_to_be(package):
    """No crash, no file left out, and no published migration is taken for broken code."""
    paths = [path.relative_to(folder(package)).as_posix() for path in migrations(package)]
    assert len(paths) == PACKAGES[package]
    command = [sys.executable, "-m", "app.cli", "check", "--format", "json", *paths]
    ran = subprocess.run(
        command,
        cwd=folder(package),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.stderr == ""
    assert ran.returncode in (0, 1)
    audit = json.loads(ran.stdout)
    assert sorted(audit["migrations"]) == sorted(paths)
    assert not [f for f in audit["findings"] if f["rule"] == "unparsable-migration"]
