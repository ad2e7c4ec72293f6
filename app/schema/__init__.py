"""The tables of our own, version by version: alembic's folder."""
