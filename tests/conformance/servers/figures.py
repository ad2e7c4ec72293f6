"""How near migaudit is to real servers of every major, in figures."""

from collections.abc import Iterable, Iterator

from tests.conformance.figures import Count, Figure
from tests.conformance.servers.binaries import MAJORS, NEWEST, NotFetched, binaries
from tests.conformance.servers.cases import repeated
from tests.conformance.servers.inventing import Tried, tried
from tests.conformance.servers.transacting import transacted
from tests.conformance.servers.written import written
from tests.postgres.server import running_server

STATEMENTS = {major: 5000 if major == NEWEST else 500 for major in MAJORS}
"""How many statements are made up for each major."""

KNOWN = 0.97  # of the statements; of the others migaudit says itself that it doesn't know all


def servers(seed: int, statements: dict[int, int] = STATEMENTS) -> Iterator[Figure | Count]:
    """The figures of each major; one that can't be had is a figure that doesn't hold."""
    for major, count in statements.items():
        try:
            programs = binaries(major)
        except NotFetched as reason:
            yield Count(f"PostgreSQL {major}: what keeps it from being compared", (str(reason),))
            continue
        with running_server(programs) as address:
            yield from _invented(major, tried(address, major, seed, count))
            yield _transacted(major, list(transacted(address, major, seed, count // 5)))
        with running_server(programs) as address:
            yield _written(major, list(written(address, major)))
            yield from _recorded(major, address)


def _recorded(major: int, address: str) -> Iterator[Figure]:
    every = list(repeated(address, major))
    ran = [one for one in every if one.not_here is None]
    lacking = tuple(f"{one.case.case}: {one.not_here}" for one in every if one.not_here)
    wrong = tuple(f"{one.case.case}: {each}" for one in ran for each in one.wrong)
    changed = tuple(f"{one.case.case}: {each}" for one in ran for each in one.changed)
    bad = sum(bool(one.wrong) for one in ran)
    other = sum(bool(one.changed) for one in ran)
    what = f"PostgreSQL {major}: recorded statements"
    yield Figure(f"{what} that it can run", len(ran), len(every), 0.98, lacking)
    yield Figure(f"{what}, done as is told", len(ran) - bad, len(ran), 1, wrong)
    yield Figure(f"{what}, done as before", len(ran) - other, len(ran), 1, changed)


def _written(major: int, every: list[Tried]) -> Figure:
    wrong = tuple(f"{one.place} {one.sql}: {each}" for one in every for each in one.wrong)
    bad = sum(bool(one.wrong) for one in every)
    what = f"PostgreSQL {major}: written statements, done as is told"
    return Figure(what, len(every) - bad, len(every), 1, wrong)


def _transacted(major: int, every: list[Tried]) -> Figure:
    wrong = tuple(f"{one.place} {one.sql}: {one.wrong[0]}" for one in every if one.wrong)
    what = f"PostgreSQL {major}: statements of invented transactions, done as is told"
    return Figure(what, len(every) - len(wrong), len(every), 1, wrong)


def _invented(major: int, every: Iterable[Tried]) -> Iterator[Figure | Count]:
    total, known, failed, wrong = 0, 0, 0, []
    for one in every:
        total, known, failed = total + 1, known + one.known, failed + (one.error is not None)
        wrong += [f"{one.place} {one.sql}: {each}" for each in one.wrong[:1]]
    what = f"PostgreSQL {major}: invented statements"
    yield Figure(f"{what}, done as is told", total - len(wrong), total, 1, tuple(wrong))
    yield Figure(f"{what} of which all is known", known, total, KNOWN)
    yield Figure(f"{what} that run", total - failed, total, 0.5)
