"""`python -m app.cli`: the command from a checkout that is not installed."""

from app.cli.main import run

run()
