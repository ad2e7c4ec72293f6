"""Options that several subcommands have."""

from collections.abc import Callable
from typing import TypeVar

import click

from analyzers.settings import NEWEST_POSTGRES, OLDEST_POSTGRES, PATH, Settings

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., object])


def format_of(*formats: str) -> Callable[[AnyFunction], AnyFunction]:
    """The option that chooses one of these formats, the first one by default."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How the answer is printed.",
    )


format_option = format_of("text", "json")


def known_major(
    _context: click.Context, _parameter: click.Parameter, written: str | None
) -> int | None:
    if written is None:
        return None
    if (major := _major(written)) is not None:
        return major
    near = _major(written.partition(".")[0])
    meant = "" if near is None else f": say {near}"
    raise click.BadParameter(
        f"{written} is no major version from {OLDEST_POSTGRES} to {NEWEST_POSTGRES}{meant}."
    )


def _major(written: str) -> int | None:
    known = map(str, range(OLDEST_POSTGRES, NEWEST_POSTGRES + 1))
    return int(written) if written in known else None


postgres_option = click.option(
    "--postgres",
    metavar="N",
    callback=known_major,
    help=f"Major version of PostgreSQL in production, {OLDEST_POSTGRES} to {NEWEST_POSTGRES}  "
    f"[default: what {PATH} says, else {Settings().postgres}]",
)
