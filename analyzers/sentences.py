"""What a statement does to production, in sentences that the terminal and GitHub share."""

from collections.abc import Iterable, Iterator

from analyzers.postgres.locks import LockMode
from analyzers.result import LockReport, LossReport, StatementReport
from analyzers.struct import Struct

MOST_NAMES = 4
_HARMLESS = (LockMode.ACCESS_SHARE, LockMode.ROW_SHARE)


class LockSentence(Struct, frozen=True):
    """A lock, and whom it keeps waiting for how long."""

    mode: LockMode
    relations: tuple[str, ...]
    text: str


def sentences(statement: StatementReport) -> Iterator[str]:
    """All that is to be said of a statement, the gravest first; nothing where nothing happens."""
    yield from failure(statement)
    for lock in lock_sentences(statement):
        yield f"{lock.mode.sql}: {lock.text}"
    yield from losses(statement)
    yield from work(statement)
    yield from circumstances(statement)


def failure(statement: StatementReport) -> Iterator[str]:
    """That PostgreSQL refuses it, whatever the tables hold: no more than locks come of it."""
    if statement.error:
        said = f": {statement.message.rstrip('.')}" if statement.message else ""
        yield f"fails with SQLSTATE {statement.error}{said}"


def lock_sentences(statement: StatementReport) -> Iterator[LockSentence]:
    """Whom its locks keep waiting, the strongest first.

    Left out are those that reading takes, and those on indexes, views and sequences that block
    nobody whom the lock of a table doesn't.
    """
    by_mode: dict[LockMode, list[LockReport]] = {}
    for lock in statement.locks:
        by_mode.setdefault(LockMode(lock.mode), []).append(lock)
    tables = [lock for lock in statement.locks if lock.is_table]
    strongest = max((LockMode(lock.mode).rank for lock in tables), default=-1)
    for mode in sorted(by_mode, key=lambda mode: -mode.rank):
        if mode in _HARMLESS:
            continue
        told = [lock for lock in by_mode[mode] if lock.is_table or mode.rank > strongest]
        if told:
            relations = tuple(short(lock.relation) for lock in told)
            yield LockSentence(
                mode, relations, f"{mode.blocks(listed(relations))} {statement.until}"
            )


def losses(statement: StatementReport) -> Iterator[str]:
    """Which data is gone afterwards."""
    told: dict[tuple[str, bool], list[LossReport]] = {}
    for loss in () if statement.error else statement.losses:
        if loss.table in statement.new:
            continue
        told.setdefault((loss.how, loss.column is None), []).append(loss)
    for key, some in told.items():
        yield _LOSSES[key].format(listed(_lost(loss) for loss in some))


_LOSSES = {
    ("dropped", True): "drops {} with all rows",
    ("dropped", False): "drops {} with all values",
    ("emptied", True): "deletes all rows of {}",
    ("emptied", False): "deletes all values of {}",
    ("cut", True): "cuts values of {} that are too long",
    ("cut", False): "cuts values of {} that are too long",
    ("rounded", True): "rounds values of {}",
    ("rounded", False): "rounds values of {}",
}


def work(statement: StatementReport) -> Iterator[str]:
    """What takes long on a large table. What is rewritten is read for it."""
    if statement.error:
        return
    new = frozenset(statement.new)
    rewrites = [name for name in statement.rewrites if name not in new]
    scans = [name for name in statement.scans if name not in new.union(rewrites)]
    rebuilds = [name for name in statement.rebuilds if name not in new]
    if rewrites:
        yield f"rewrites {_names(rewrites)}"
    if scans:
        yield f"reads all of {_names(scans)}"
    if rebuilds:
        kind = "index" if len(rebuilds) == 1 else "indexes"
        yield f"rebuilds the {kind} {_names(rebuilds)}"
    if statement.waits:
        yield "waits until all transactions that use the table have ended"


def circumstances(statement: StatementReport) -> Iterator[str]:
    """What is unusual about how it runs."""
    if statement.conditional:
        yield "runs only under a condition"
    if statement.repeated:
        yield "runs any number of times"
    for kind in statement.not_modelled:
        yield f"may do more than is said here: {kind} is not modelled"


def listed(names: Iterable[str]) -> str:
    """`a, b and c`; of many the first ones and how many more there are."""
    every = list(dict.fromkeys(names))
    if len(every) > MOST_NAMES:
        every = [*every[: MOST_NAMES - 1], f"{len(every) - MOST_NAMES + 1} more"]
    return " and ".join(filter(None, (", ".join(every[:-1]), every[-1] if every else "")))


def short(relation: str) -> str:
    """A full name as people say it."""
    return relation.removeprefix("public.")


def _names(relations: Iterable[str]) -> str:
    return listed(short(relation) for relation in relations)


def _lost(loss: LossReport) -> str:
    return short(loss.table) if loss.column is None else f"{short(loss.table)}.{loss.column}"
