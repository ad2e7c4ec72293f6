"""All subcommands of `migaudit`, and what its exit codes mean."""

import sys
import traceback

import click

from analyzers.source import UnreadableFile
from app.cli.applied import applied
from app.cli.check import check
from app.cli.config import config
from app.cli.doctor import doctor
from app.cli.rules import rules
from app.cli.serve import serve
from app.cli.sql import sql
from app.cli.terminal import complain, prepare_streams
from app.refusal import Refusal
from app.sandbox import Sandbox

COULD_NOT_RUN = 2


@click.group(name="migaudit")
def application() -> None:
    """Reviews Knex.js migrations for PostgreSQL: locks, lost data, broken rollbacks."""


for command in (applied, check, config, doctor, rules, sql, serve):
    application.add_command(command)


def run_command(sandbox: Sandbox | None) -> None:
    """Exits with 0 for passed, 1 for failed, 2 for could not run: a crash never counts as 1.

    `sandbox` is there for the commands that analyse.
    """
    prepare_streams()
    try:
        application(obj=sandbox)
    except (Refusal, UnreadableFile) as refusal:
        complain(str(refusal))
        sys.exit(COULD_NOT_RUN)
    except Exception:  # noqa: BLE001 - the boundary of the process: Python itself would exit with 1
        complain("migaudit has failed; this is a fault of its own.")
        traceback.print_exc()
        sys.exit(COULD_NOT_RUN)
