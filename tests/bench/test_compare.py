"""The benchmark runs, on a small scale, and prints what it measured."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def printed():
    small = ["--files", "3", "--rounds", "1", "--long", "3"]
    ran = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "compare.py"), *small],
        check=False,
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.parametrize(
    "line",
    [
        r"3 files: migaudit \d+\.\d\d s, pgfence \d+\.\d\d s, ratio \d+\.\d\d",
        r"one file: migaudit \d+\.\d\d s, pgfence \d+\.\d\d s, ratio \d+\.\d\d",
        r"of an audit of 3 files, in tree-sitter: \d+%",
        r"of an audit of 3 files, in PostgreSQL's parser: \d+%",
        r"one new file, history kept: .* 3 applied migrations, .* beside 10, ratio \d+\.\d\d",
    ],
)
def test_each_figure_is_printed(printed, line):
    assert re.search(f"^{line}$", printed, re.MULTILINE), printed


def test_the_same_number_gives_the_same_files(tmp_path):
    from bench.generate import write

    one, other = (write(tmp_path / name, 30) for name in ("one", "other"))
    assert [path.name for path in one] == [path.name for path in other]
    assert [path.read_text() for path in one] == [path.read_text() for path in other]
