"""`migaudit serve`: the web server and its workers in one process."""

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on.",
)
def serve(host: str, port: int) -> None:
    """Serve the GitHub App: deliveries, audits and pages, in one process.

    It is configured by the environment variables MIGAUDIT_…, which the README lists.
    """
    from app.server import serve as run_server

    run_server(host, port)
