"""A git repository to work in, and the command as a user runs it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Repository:
    """A git checkout on disk."""

    def __init__(self, directory):
        self.directory = directory
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments):
        ran = subprocess.run(
            ["git", *arguments], cwd=self.directory, check=True, capture_output=True, text=True
        )
        return ran.stdout

    def write(self, path, content=""):
        file = self.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode())
        return file

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=change")
        return self.git("rev-parse", "HEAD").strip()


@dataclass(frozen=True)
class Ran:
    code: int
    output: str
    errors: str

    @property
    def json(self):
        return json.loads(self.output)


@pytest.fixture
def repository(tmp_path):
    directory = tmp_path / "repository"
    directory.mkdir()
    return Repository(directory)


@pytest.fixture
def migaudit(repository):
    """Runs the command in the repository, or elsewhere."""

    def run(*arguments, cwd=repository.directory, **environment):
        ran = subprocess.run(
            [sys.executable, "-m", "app.cli", *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **environment},
            check=False,
            capture_output=True,
            timeout=120,
        )
        return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())

    return run
