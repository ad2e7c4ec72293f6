"""`migaudit applied`: reports what a database has run, and issues the tokens for that."""

import click

from app.cli.terminal import line
from app.refusal import Refusal

TABLE = "knex_migrations"
"""`tableName` of a knexfile that says nothing else."""


@click.group()
def applied() -> None:
    """Say which migrations have run where, so that reviews are judged by it."""


@applied.command()
@click.option("--environment", required=True, metavar="NAME", help="As the configuration calls it.")
@click.option("--server", metavar="URL", help="The migaudit to report to  [default: $MIGAUDIT_URL]")
@click.option("--table", default=TABLE, show_default=True, help="`tableName` of the knexfile.")
@click.option("--schema", help="`schemaName` of the knexfile  [default: what the connection finds]")
@click.option("--dry-run", is_flag=True, help="Print what would be reported, and report nothing.")
def push(
    environment: str, server: str | None, table: str, schema: str | None, dry_run: bool
) -> None:
    """Read Knex's table in the database that DATABASE_URL names, and report it to the server.

    MIGAUDIT_TOKEN holds the repository's token. Run it after each deployment's migrations; to do
    it twice does no harm.
    """
    from app.environment import Reporting
    from app.knex_table import migrations
    from app.pushing import push as send

    reporting = Reporting.read()
    names = migrations(reporting.database(), table, schema)
    if dry_run:
        for name in names:
            line(name)
        return
    changed = send(server or reporting.server(), reporting.token(), environment, names)
    news = "new to the server" if changed else "nothing new"
    line(f"{environment}: {len(names)} applied, {news}.")


@applied.command()
@click.argument("repository", metavar="OWNER/REPOSITORY")
@click.option("--replace", is_flag=True, help="The tokens that it has are worth nothing any more.")
def token(repository: str, replace: bool) -> None:
    """Issue a token with which a repository's deploy jobs report. It is shown this once.

    Run it where the server runs, with its variables MIGAUDIT_….
    """
    from app.issuing import issue

    if repository.count("/") != 1 or not all(repository.split("/")):
        raise Refusal(f"{repository} is no OWNER/REPOSITORY.")
    line(issue(repository, alone=replace))
    click.echo("Keep it as the secret MIGAUDIT_TOKEN of the job that deploys.", err=True)
