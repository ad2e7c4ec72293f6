"""`migaudit check`: audits a local checkout as the App would audit a pull request."""

from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from analyzers.audit import Audit
from analyzers.request import Request
from analyzers.settings import NEWEST_POSTGRES, OLDEST_POSTGRES, Settings
from app.checkout import Checkout, open_checkout
from app.cli import as_json, text
from app.folder import open_files
from app.sandbox import audit

Writer: TypeAlias = Callable[[Checkout, Audit, Settings], None]


class Format(Enum):
    """What `--format` takes."""

    TEXT = "text"
    JSON = "json"


WRITERS: Mapping[Format, Writer] = {
    Format.TEXT: text.write_audit,
    Format.JSON: as_json.write_audit,
}

DEFAULT_POSTGRES = Settings().postgres

PostgresOption = Annotated[
    int,
    typer.Option(
        "--postgres",
        min=OLDEST_POSTGRES,
        max=NEWEST_POSTGRES,
        help="Major version of PostgreSQL in production.",
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
    postgres: PostgresOption = DEFAULT_POSTGRES,
) -> None:
    """Audit the migrations of a local checkout as the App would audit a pull request.

    Exits with 0 when the check passes, 1 when it fails, 2 when it could not run.
    """
    if paths and base is not None:
        raise typer.BadParameter("--base compares a whole checkout: leave it or the PATHs out.")
    settings = Settings(postgres=postgres)
    with open_files(paths) if paths else open_checkout(Path.cwd(), base) as checkout:
        request = Request(checkout.base, checkout.head, checkout.changes, settings)
        audited = audit(request)
        WRITERS[format_](checkout, audited, settings)
    raise typer.Exit(1 if audited.fails(settings.fail_on) else 0)
