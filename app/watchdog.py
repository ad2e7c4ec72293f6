"""Which check runs are open: one that stays so for too long is ended by the rounds of the house."""

import time

from app.database import Database, OpenRun
from app.github import CheckRun, Repository


def watch(database: Database, repository: Repository, run: CheckRun) -> None:
    """From now on this run will end, whatever becomes of us."""
    number, installation = repository.id, repository.installation_id
    opened = OpenRun(installation, number, repository.name, run.head_sha, run.external_id)
    database.begin_run(opened, int(time.time()))


def unwatch(database: Database, repository: Repository, run: CheckRun) -> None:
    """It has ended."""
    database.end_run(repository.id, run.head_sha, run.external_id)


def is_given_up(database: Database, repository: Repository, run: CheckRun) -> bool:
    """Whether the watchdog is about to end it: a new one can be begun after that."""
    mine = (repository.id, run.head_sha, run.external_id)
    return any((one.repository, one.sha, one.run) == mine for one in database.runs_since(1))


def is_open(database: Database, repository: Repository, run: CheckRun) -> bool:
    """Whether the run is still ours to write to: the watchdog may have ended it."""
    return database.is_run_open(repository.id, run.head_sha, run.external_id)
