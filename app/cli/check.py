"""`migaudit check`: audits a local checkout as the App would audit a pull request."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from posixpath import splitext
from typing import TypeAlias

import click

from analyzers.knex.directory import LOAD_EXTENSIONS
from analyzers.ledger import Record
from analyzers.request import Request
from analyzers.result import Audit
from analyzers.source import UnreadableFile
from app.checkout import Checkout, CheckoutRefused, open_checkout
from app.cli.applied_file import applied_in
from app.cli.options import format_of, postgres_option
from app.cli.progress import progress
from app.cli.surroundings import shows_progress
from app.folder import open_files
from app.refusal import Refusal
from app.sandbox import Sandbox
from app.shelf import Shelf, Shelves

Writer: TypeAlias = Callable[[Checkout, Audit], None]


WRITERS = {
    "text": "app.cli.text",
    "json": "app.cli.as_json",
    "sarif": "app.cli.as_sarif",
    "github": "app.cli.as_workflow",
    "markdown": "app.cli.as_markdown",
}
"""The module of each format. Only the one that is asked for is loaded."""

BRIEF = frozenset({"text", "json", "sarif"})
"""Formats that tell findings, and no more than the place of what is not understood."""


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--base",
    metavar="REF",
    help="Branch or commit whose migrations count as applied  "
    "[default: where HEAD left the default branch]",
)
@click.option(
    "--applied",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Names of the migrations that a database has run, one on each line, in that order  "
    "[default: those of the base count as applied]",
)
@click.option(
    "--repository",
    is_flag=True,
    help="Judge all knexfiles, workflows and scripts, too, not only what changes in them.",
)
@click.option(
    "--fix",
    is_flag=True,
    help="First rewrite the files of the working tree where there is a safe way to.",
)
@format_of(*WRITERS)
@postgres_option
@click.pass_obj
def check(
    sandbox: Sandbox,
    paths: tuple[Path, ...],
    base: str | None,
    applied: Path | None,
    repository: bool,
    fix: bool,
    format_: str,
    postgres: int | None,
) -> None:
    """Audit the migrations of a local checkout as the App would audit a pull request.

    PATHs are migrations to audit as if they were being added, after all that sorts before them in
    their folder. Without any: what HEAD and the working tree add.

    Exits with 0 when the check passes, 1 when it fails, 2 when it could not run.
    """
    if paths and base is not None:
        raise click.BadParameter("--base compares a whole checkout: leave it or the PATHs out.")
    if paths and repository:
        raise click.BadParameter("--repository is about a whole checkout: leave the PATHs out.")
    if paths and applied is not None:
        raise click.BadParameter("--applied is about a whole checkout: leave the PATHs out.")
    ledger = () if applied is None else applied_in(applied)
    writer: Writer = import_module(WRITERS[format_]).write_audit

    def opened() -> AbstractContextManager[Checkout]:
        return open_files(paths) if paths else open_checkout(Path.cwd(), base)

    def audit(checkout: Checkout) -> Audit:
        return audit_of(
            checkout,
            postgres,
            sandbox,
            repository=repository,
            ledger=ledger,
            brief=format_ in BRIEF,
        )

    try:
        if fix:
            import_module("app.cli.fixing").fix_all(opened, audit)
        with opened() as checkout:
            audited = audit(checkout)
            writer(checkout, audited)
    except (Refusal, UnreadableFile) as refusal:
        if format_ == "github":
            import_module(WRITERS[format_]).write_refusal(str(refusal))
        raise
    sys.exit(1 if audited.fails(audited.settings.fail_on) else 0)


def audit_of(
    checkout: Checkout,
    postgres: int | None,
    sandbox: Sandbox,
    loaded: tuple[str, ...] = LOAD_EXTENSIONS,
    *,
    repository: bool = False,
    ledger: tuple[Record, ...] = (),
    brief: bool = False,
) -> Audit:
    """The audit of a checkout. A file that was asked for must be part of it.

    `loaded` are the extensions that named files may have. `ledger` tells what has run; without it,
    what is on the base has. `brief`: of migrations, only what is found in them.
    """
    used = {splitext(path)[1] for path in checkout.named}
    request = Request(
        checkout.base,
        checkout.head,
        checkout.changes,
        directories=checkout.directories,
        extensions=tuple(sorted(used.intersection(loaded).difference(LOAD_EXTENSIONS))),
        postgres=postgres,
        now=datetime.now(UTC),
        repository=repository,
        ledger=ledger,
        brief=brief,
    )
    with progress(wanted=shows_progress()) as tell:
        audited = sandbox.audit(request, tell, store=kept_histories(checkout.root))
    read = {migration.path for migration in audited.migrations}
    for path in checkout.named:
        if path not in read:
            ends = " ".join(loaded)
            raise CheckoutRefused(f"{path} is no migration: those are files that end in {ends}.")
    return audited


def kept_histories(root: Path) -> Shelf | None:
    """Where replayed histories are kept for the user, beside other programs' caches."""
    try:
        home = Path.home()
    except RuntimeError:  # a user without a home, as in some containers
        return None
    return Shelves(home / ".cache" / "migaudit").of(str(root))
