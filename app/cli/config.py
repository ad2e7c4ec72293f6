"""`migaudit config`: validates a repository's configuration, and explains what is in force."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzers.settings import PATH
from analyzers.struct import Struct
from app.checkout import CheckoutRefused, Git
from app.cli import as_json
from app.cli.options import format_option
from app.cli.terminal import line, prose

if TYPE_CHECKING:
    from analyzers.configuration import Configuration
    from analyzers.source import Place


class Explained(Struct, frozen=True):
    """One setting, as it is written, and who says so: a file and its line, or nobody."""

    name: str
    value: str
    path: str | None = None
    line: int | None = None

    @property
    def where(self) -> str:
        return "default" if self.path is None else f"{self.path}:{self.line}"


@click.command()
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--organisation",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=f"The {PATH} of the organisation's repository .github, which this one lies over.",
)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the file, for editors.")
@format_option
def config(file: Path | None, organisation: Path | None, schema: bool, format_: str) -> None:
    """Validate the configuration, and tell each setting that is in force and where it comes from.

    FILE is .github/migaudit.yml of the checkout, unless another one is named.

    Exits with 0 where it is valid, 1 where it is not.
    """
    from analyzers.configuration import schema as schema_of
    from analyzers.rules import catalogue

    if schema:
        as_json.write(schema_of(catalogue()))
        return
    own = _read(file or _root() / PATH, required=file is not None)
    default = _read(organisation) if organisation is not None else None
    files = [one for one in (default, own) if one is not None]
    explained = [] if any(one.problems for one in files) else list(_explained(default, own))
    write = _write_json if format_ == "json" else _write_text
    write(files, explained)
    sys.exit(0 if explained else 1)


def _root() -> Path:
    """The checkout's own folder; this one where it is no checkout."""
    try:
        return Path(Git(Path.cwd()).line("rev-parse", "--show-toplevel"))
    except CheckoutRefused:
        return Path.cwd()


def _read(path: Path, *, required: bool = True) -> "Configuration":
    from analyzers.configuration import parse
    from analyzers.rules import catalogue

    try:
        content = path.read_bytes() if required or path.exists() else b""
    except OSError as error:
        raise CheckoutRefused(f"{path} cannot be read: {error.strerror}.") from None
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return parse(content, catalogue(), str(shown))


def _explained(default: "Configuration | None", own: "Configuration") -> Iterator[Explained]:
    from analyzers.configuration import merged, parse
    from analyzers.explained import lines

    below = default or parse(b"", ())
    for name, value in lines(merged(below, own)).items():
        place = _origin(own, name) or _origin(below, name)
        if place is None:
            yield Explained(name, value)
        else:
            yield Explained(name, value, place.path, place.line)


def _origin(configuration: "Configuration", name: str) -> "Place | None":
    """Where a setting is said; one of a group at least where the group is."""
    group = name.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
    grouped = group not in ("rules", "env")
    origins = configuration.origins
    return origins.get(name) or (origins.get(group) if grouped else None)


def _write_text(files: Sequence["Configuration"], explained: Sequence[Explained]) -> None:
    for one in files:
        for problem in one.problems:
            place = problem.place
            line((f"{place.path}:{place.line}:{place.column}", "bold red"))
            prose(f"{problem.message} {problem.advice}".strip(), indent=2)
    if not explained:
        return
    line(", ".join(one.file.path for one in files), (" valid", "bold green"))
    longest = max(len(one.name) for one in explained)
    widest = min(max(len(one.value) for one in explained), 40)
    for setting in explained:
        line(
            (f"{setting.name:<{longest}}  ", "bold"),
            f"{setting.value:<{widest}}  ",
            (setting.where, "bright_black"),
        )


def _write_json(files: Sequence["Configuration"], explained: Sequence[Explained]) -> None:
    as_json.write(
        {
            "valid": bool(explained),
            "problems": [
                {
                    "path": problem.place.path,
                    "line": problem.place.line,
                    "column": problem.place.column,
                    "message": problem.message,
                    "advice": problem.advice,
                }
                for one in files
                for problem in one.problems
            ],
            "settings": [
                {"name": one.name, "value": one.value, "path": one.path, "line": one.line}
                for one in explained
            ],
        }
    )
