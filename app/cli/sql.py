"""`migaudit sql`: the statements that Knex would send, and what PostgreSQL would do with them."""

from pathlib import Path

import click

from analyzers.knex.directory import READABLE_EXTENSIONS
from app.cli import as_json, statements
from app.cli.check import audit_of
from app.cli.options import format_option, postgres_option
from app.folder import open_files
from app.sandbox import Sandbox

TAKEN = (*READABLE_EXTENSIONS, ".sql")
WRITERS = {"text": statements.write_statements, "json": as_json.write_statements}


@click.command()
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@format_option
@postgres_option
@click.pass_obj
def sql(sandbox: Sandbox, files: tuple[Path, ...], format_: str, postgres: int | None) -> None:
    """Print the SQL that Knex would send for `up` and `down`, with locks, rewrites and scans."""
    with open_files(files) as checkout:
        WRITERS[format_](audit_of(checkout, postgres, sandbox, TAKEN).migrations)
