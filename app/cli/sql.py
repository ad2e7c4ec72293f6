"""`migaudit sql`: the statements that Knex would send, and what PostgreSQL would do with them."""

from pathlib import Path
from typing import Annotated

import typer

from analyzers.knex.directory import READABLE_EXTENSIONS
from app.cli import as_json, text
from app.cli.check import Format, PostgresOption, audit_of
from app.folder import open_files
from app.sandbox import Sandbox

TAKEN = (*READABLE_EXTENSIONS, ".sql")
WRITERS = {Format.TEXT: text.write_statements, Format.JSON: as_json.write_statements}


def sql(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", show_default=False, help="Migrations.")
    ],
    format_: Annotated[Format, typer.Option("--format", help="How they are printed.")] = (
        Format.TEXT
    ),
    postgres: PostgresOption = None,
) -> None:
    """Print the SQL that Knex would send for `up` and `down`, with locks, rewrites and scans."""
    with Sandbox() as sandbox, open_files(files) as checkout:
        WRITERS[format_](audit_of(checkout, postgres, sandbox, TAKEN).migrations)
