"""Replays the migrations that a pull request adds, as Knex will run them together."""

from collections.abc import Iterator, Sequence
from functools import partial

from analyzers.directives import directives
from analyzers.findings import Direction
from analyzers.history import known_after
from analyzers.knex.batch import latest
from analyzers.loading import Loaded, Loader
from analyzers.postgres.deployed import Deployed
from analyzers.postgres.transaction import Transaction
from analyzers.replay import Known
from analyzers.rules.context import AddedMigration, Later, Replay
from analyzers.struct import Struct, replace


def replay_batch(loader: Loader, paths: Sequence[str], before: Known) -> Iterator[AddedMigration]:
    """The migrations at `paths`, in Knex's order, each over the schema that the last one left."""
    loaded = [loader.load(path) for path in paths]
    loader.foresee(paths, list(Direction))
    pending = [one.migration for one in loaded if one.migration is not None]
    disabled = loader.project.disable_transactions
    together = len(latest(pending, disable_transactions=disabled)) <= 1
    state = _State(before)
    deployed = Deployed.of(before.schema)
    for one in loaded:
        earlier = deployed
        up, state = _up(loader, one, state if together else _State(state.known))
        deployed = earlier.following(state.known.schema)
        rollback = Later(
            partial(_down, loader, one, _in_use(state.known, deployed)),
            loader.foreseen(one, Direction.DOWN),
        )
        yield completed(loader, one, _added(loader, one, earlier, up, rollback))


def completed(loader: Loader, one: Loaded, added: AddedMigration) -> AddedMigration:
    """The migration with all files that it sends something from, and with its comments."""
    executions = added.executions()
    return replace(
        added,
        sources=loader.sources(one, executions),
        directives=directives(loader, one, executions),
    )


def _in_use(known: Known, deployed: Deployed) -> Known:
    """What a `down` meets: by then the new tables are in use, too."""
    return replace(known, schema=deployed.settled)


class _State(Struct, frozen=True):
    known: Known
    transaction: Transaction | None = None


def _up(loader: Loader, one: Loaded, state: _State) -> tuple[Replay | None, _State]:
    replaying = loader.database(state.known, state.transaction)
    replay = loader.execute(one, Direction.UP, replaying)
    return replay, _State(known_after(replaying.known, one.path, replay), replaying.transactions[0])


def _down(loader: Loader, one: Loaded, known: Known) -> Replay | None:
    return loader.execute(one, Direction.DOWN, loader.database(known))


def _added(
    loader: Loader, one: Loaded, before: Deployed, up: Replay | None, rollback: Later
) -> AddedMigration:
    return AddedMigration(
        path=one.path,
        name=one.path.rpartition("/")[2],
        sources=loader.sources(one, ()),
        transaction=loader.in_transaction(one),
        exports=one.exports,
        syntax_problems=one.problems,
        before=before,
        up=up,
        rollback=rollback,
    )
