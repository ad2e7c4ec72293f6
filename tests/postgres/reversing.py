"""From the SQL of an `up` and a `down` to the verdict on them, and what a server says."""

from analyzers.batch import replay_batch
from analyzers.history import replay_history
from analyzers.knex.directory import Directory
from analyzers.loading import Loader
from analyzers.memory import MemoryTree
from analyzers.project import Project
from analyzers.reversal import Reversal, reversal
from analyzers.settings import Settings
from analyzers.store import Forgetful

FIRST, SECOND = "migrations/20240101000000_first.js", "migrations/20240102000000_second.js"


def judged(before: str, up: str, down: str) -> Reversal:
    """The verdict on a migration that follows one which sends `before` to an empty database."""
    files = {FIRST: _migration(before, ""), SECOND: _migration(up, down)}
    project = Project(Directory(("migrations",)))
    loader = Loader(MemoryTree(files), project, Settings(postgres=18), {}, lambda path: None)
    known = replay_history(loader, [FIRST], Forgetful()).known
    (added,) = replay_batch(loader, [SECOND], known)
    found = reversal(added, 18)
    assert found is not None
    return found


def _migration(up: str, down: str) -> str:
    return "".join(
        f"exports.{name} = async (knex) => {{ await knex.raw(`{_escaped(sql)}`); }};\n"
        for name, sql in (("up", up), ("down", down))
    )


def _escaped(sql: str) -> str:
    return sql.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${") or "SELECT 1"
