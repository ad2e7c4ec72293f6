"""`migaudit serve`: the web server and its workers in one process."""

from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the GitHub App: deliveries, audits and pages, in one process.

    It is configured by the environment variables MIGAUDIT_…, which the README lists.
    """
    from app.server import serve as run_server

    run_server(host, port)
