#!/usr/bin/env python3
"""Times `migaudit check` beside @flvmnt/pgfence on the same files, and prints what it measured.

Both are timed as whole processes, one after the other in each round, so that whatever else the
machine does slows both; the figures are medians, and ratios of medians. Then, where the time of an
audit goes, and what a long history costs once it has been replayed and kept.

usage: bench/compare.py [--files N] [--rounds N] [--long N]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

import bootstrap  # noqa: E402

SHORT = 10
NEW_FILE = """exports.up = async function (knex) {
  await knex.schema.createTable('benchmarks', (table) => {
    table.increments('id');
    table.string('name', 120).notNullable();
  });
  await knex.raw(`CREATE INDEX benchmarks_by_name ON benchmarks (name)`);
};

exports.down = async function (knex) {
  await knex.schema.dropTable('benchmarks');
};
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, default=500, help="in the directory [500]")
    parser.add_argument("--rounds", type=int, default=7, help="of each measurement [7]")
    parser.add_argument("--long", type=int, default=1000, help="applied migrations [1000]")
    chosen = parser.parse_args()
    bootstrap.enter(__file__)
    with tempfile.TemporaryDirectory(prefix="migaudit-bench-") as folder:
        compare_with_rival(Path(folder), chosen.files, chosen.rounds)
        compare_histories(Path(folder), chosen.long, chosen.rounds)
    return 0


def compare_with_rival(folder: Path, count: int, rounds: int) -> None:
    from bench.generate import write
    from bench.rival import command
    from bench.shares import shares

    files = write(folder / "many" / "migrations", count)
    (one,) = write(folder / "one" / "migrations", 1)
    theirs = command()
    for title, paths in ((f"{count} files", files), ("one file", [one])):
        ours, rival = alternating(
            (migaudit("check", str(paths[0].parent)), [*theirs, *map(str, paths)]), folder, rounds
        )
        print(f"{title}: migaudit {ours:.2f} s, pgfence {rival:.2f} s, ratio {ours / rival:.2f}")
    for part, share in shares(files).items():
        print(f"of an audit of {count} files, in {part}: {share:.0%}")


def compare_histories(folder: Path, long: int, rounds: int) -> None:
    """The first audit of each repository keeps its history, and is not counted."""
    repositories = [repository(folder / str(count), count) for count in (SHORT, long)]
    commands = [migaudit("check", folder=path) for path in repositories]
    for command in commands:
        seconds(command, folder)
    short, longer = alternating(commands, folder, rounds)
    print(
        f"one new file, history kept: {longer:.2f} s beside {long} applied migrations, "
        f"{short:.2f} s beside {SHORT}, ratio {longer / short:.2f}"
    )


def repository(folder: Path, applied: int) -> Path:
    """A git repository with so many migrations on its main branch, and a new one beside them."""
    from bench.generate import write

    write(folder / "migrations", applied)
    for words in (
        ["init", "--quiet", "--initial-branch", "main"],
        ["add", "--all"],
        ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "-qm", "Applied"],
    ):
        subprocess.run(["git", *words], cwd=folder, check=True)
    (folder / "migrations" / "20991231235959_create_benchmarks.js").write_text(NEW_FILE)
    return folder


def migaudit(*arguments: str, folder: Path | None = None) -> list[str]:
    place = ["env", "--chdir", str(folder)] if folder else []
    return [*place, sys.executable, "-m", "app.cli", *arguments]


def alternating(commands: list[list[str]], folder: Path, rounds: int) -> list[float]:
    """The median of what each takes; they take turns."""
    taken = [[seconds(command, folder) for command in commands] for _ in range(rounds)]
    return [median(times) for times in zip(*taken, strict=True)]


def seconds(command: list[str], folder: Path) -> float:
    """How long a process takes from its start to its end. Findings make both exit with 1.

    It may keep what Python compiles, as the installation of a package does.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    ended = subprocess.run(
        command, env=environment, capture_output=True, check=False, timeout=600, text=True
    )
    taken = time.perf_counter() - began
    if ended.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)[:200]} failed:\n{ended.stdout}{ended.stderr}")
    return taken


if __name__ == "__main__":
    sys.exit(main())
