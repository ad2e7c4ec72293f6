"""The command `migaudit` as a whole: its subcommands, and what its exit codes mean."""

import sys
import traceback

import typer

from analyzers.source import UnreadableFile
from app.cli.check import check
from app.cli.rules import rules
from app.cli.serve import serve
from app.cli.sql import sql
from app.cli.terminal import complain, prepare_streams
from app.refusal import Refusal

COULD_NOT_RUN = 2

application = typer.Typer(
    name="migaudit",
    help="Reviews Knex.js migrations for PostgreSQL: locks, lost data, broken rollbacks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (check, rules, sql, serve):
    application.command()(command)


def run() -> None:
    """Exits with 0 for passed, 1 for failed, 2 for could not run: a crash never counts as 1."""
    prepare_streams()
    try:
        application()
    except (Refusal, UnreadableFile) as refusal:
        complain(str(refusal))
        sys.exit(COULD_NOT_RUN)
    except Exception:  # noqa: BLE001 - the boundary of the process: Python itself would exit with 1
        complain("migaudit has failed; this is a fault of its own.")
        traceback.print_exc()
        sys.exit(COULD_NOT_RUN)
