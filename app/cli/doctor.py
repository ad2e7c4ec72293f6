"""`migaudit doctor`: whether GitHub has registered, granted and required what is needed."""

import sys

import click

from app.cli.terminal import line

SOMETHING_WRONG = 1


@click.command()
@click.argument("repositories", metavar="[OWNER/REPOSITORY]…", nargs=-1)
def doctor(repositories: tuple[str, ...]) -> None:
    """Compare the App on GitHub with what it needs; for each repository, whether it is required.

    Run it where the server runs, with its variables MIGAUDIT_…. Exits with 1 where somebody has to
    do something.
    """
    from app.doctor import examine

    found = list(examine(repositories))
    for remark in found:
        line(f"{'wrong' if remark.wrong else 'fine':5}  {remark.text}")
    if any(remark.wrong for remark in found):
        sys.exit(SOMETHING_WRONG)
