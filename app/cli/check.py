"""`migaudit check`: audits a local checkout as the App would audit a pull request."""

from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from posixpath import splitext
from typing import Annotated, TypeAlias

import typer

from analyzers.knex.directory import LOAD_EXTENSIONS
from analyzers.request import Request
from analyzers.result import Audit
from analyzers.settings import NEWEST_POSTGRES, OLDEST_POSTGRES, PATH, Settings
from app.checkout import Checkout, CheckoutRefused, open_checkout
from app.cli import as_json, text
from app.folder import open_files
from app.sandbox import Sandbox
from app.shelf import Shelf, Shelves

Writer: TypeAlias = Callable[[Checkout, Audit], None]


class Format(Enum):
    """What `--format` takes."""

    TEXT = "text"
    JSON = "json"


WRITERS: Mapping[Format, Writer] = {
    Format.TEXT: text.write_audit,
    Format.JSON: as_json.write_audit,
}


def known_major(version: int | None) -> int | None:
    if version is not None and not OLDEST_POSTGRES <= version <= NEWEST_POSTGRES:
        raise typer.BadParameter(
            f"{version} is no major version from {OLDEST_POSTGRES} to {NEWEST_POSTGRES}."
        )
    return version


PostgresOption = Annotated[
    int | None,
    typer.Option(
        "--postgres",
        callback=known_major,
        show_default=False,
        help=f"Major version of PostgreSQL in production, {OLDEST_POSTGRES} to {NEWEST_POSTGRES} "
        f"[default: what {PATH} says, else {Settings().postgres}].",
    ),
]


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...",
            show_default=False,
            help="Migrations to audit as if they were being added, after all that sorts before "
            "them in their folder. Without any: what HEAD and the working tree add.",
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            metavar="REF",
            show_default=False,
            help="Branch or commit whose migrations count as applied "
            "[default: where HEAD left the default branch].",
        ),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How findings are printed.")] = (
        Format.TEXT
    ),
    postgres: PostgresOption = None,
) -> None:
    """Audit the migrations of a local checkout as the App would audit a pull request.

    Exits with 0 when the check passes, 1 when it fails, 2 when it could not run.
    """
    if paths and base is not None:
        raise typer.BadParameter("--base compares a whole checkout: leave it or the PATHs out.")
    opened = open_files(paths) if paths else open_checkout(Path.cwd(), base)
    with Sandbox() as sandbox, opened as checkout:
        audited = audit_of(checkout, postgres, sandbox)
        WRITERS[format_](checkout, audited)
    raise typer.Exit(1 if audited.fails(audited.settings.fail_on) else 0)


def audit_of(
    checkout: Checkout,
    postgres: int | None,
    sandbox: Sandbox,
    loaded: tuple[str, ...] = LOAD_EXTENSIONS,
) -> Audit:
    """The audit of a checkout. A file that was asked for must be part of it.

    `loaded` are the extensions that named files may have.
    """
    used = {splitext(path)[1] for path in checkout.named}
    audited = sandbox.audit(
        Request(
            checkout.base,
            checkout.head,
            checkout.changes,
            directories=checkout.directories,
            extensions=tuple(sorted(used.intersection(loaded).difference(LOAD_EXTENSIONS))),
            postgres=postgres,
        ),
        store=kept_histories(checkout.root),
    )
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
