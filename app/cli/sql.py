"""`migaudit sql`: the statements that Knex would send, and what PostgreSQL would do with them."""

from pathlib import Path
from typing import Annotated

import typer

from analyzers.request import Request
from analyzers.settings import Settings
from app.cli import as_json, text
from app.cli.check import DEFAULT_POSTGRES, Format, PostgresOption
from app.folder import open_files
from app.sandbox import audit

WRITERS = {Format.TEXT: text.write_statements, Format.JSON: as_json.write_statements}


def sql(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", show_default=False, help="Migrations.")
    ],
    format_: Annotated[Format, typer.Option("--format", help="How they are printed.")] = (
        Format.TEXT
    ),
    postgres: PostgresOption = DEFAULT_POSTGRES,
) -> None:
    """Print the SQL that Knex would send for `up` and `down`, with locks, rewrites and scans."""
    with open_files(files) as checkout:
        request = Request(
            checkout.base, checkout.head, checkout.changes, Settings(postgres=postgres)
        )
        WRITERS[format_](audit(request).migrations)
