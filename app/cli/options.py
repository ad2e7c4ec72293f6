"""Options that several subcommands have."""

import click

from analyzers.settings import NEWEST_POSTGRES, OLDEST_POSTGRES, PATH, Settings

format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the answer is printed.",
)


def known_major(
    _context: click.Context, _parameter: click.Parameter, version: int | None
) -> int | None:
    if version is not None and not OLDEST_POSTGRES <= version <= NEWEST_POSTGRES:
        raise click.BadParameter(
            f"{version} is no major version from {OLDEST_POSTGRES} to {NEWEST_POSTGRES}."
        )
    return version


postgres_option = click.option(
    "--postgres",
    type=int,
    callback=known_major,
    help=f"Major version of PostgreSQL in production, {OLDEST_POSTGRES} to {NEWEST_POSTGRES}  "
    f"[default: what {PATH} says, else {Settings().postgres}]",
)
