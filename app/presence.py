"""Which worker this process is, and which others have gone without ending their jobs."""

import fcntl
import os
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from app.database import Database, WorkerLocks
from app.environment import Misconfigured


class Presence(Protocol):
    """`worker` is our name; others see by a lock whether we live."""

    worker: str

    def hold(self) -> None:
        """Takes the lock, or makes sure that it is still held."""

    def is_gone(self, worker: str) -> bool:
        """Whether another worker lives no more."""

    def release(self) -> None:
        """Lets others see that we are gone."""


def presence(database: Database) -> Presence:
    path = database.path
    if path is not None:
        return _OnlyWorker(path)
    return _OneOfMany(database.worker_locks())


class _OnlyWorker:
    """An embedded database has one server: a restarted one has the same name, and its jobs."""

    worker = "local"

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._file: int | None = None

    def hold(self) -> None:
        if self._file is not None:
            return
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise Misconfigured(
                f"Another migaudit serves from {self._path.parent}: for several, "
                "let MIGAUDIT_DATABASE_URL name a PostgreSQL."
            ) from None
        self._file = file

    def is_gone(self, worker: str) -> bool:
        return worker != self.worker

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class _OneOfMany:
    """Workers share a PostgreSQL; none of them ever has the name of an earlier one."""

    def __init__(self, locks: WorkerLocks) -> None:
        self.worker = uuid4().hex
        self._locks = locks

    def hold(self) -> None:
        self._locks.hold(self.worker)

    def is_gone(self, worker: str) -> bool:
        return self._locks.is_gone(worker)

    def release(self) -> None:
        self._locks.release()
