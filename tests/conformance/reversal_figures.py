"""The verdicts on `up` and `down`, held against a server's catalogues before and after both."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analyzers.postgres.difference import Difference
from analyzers.reversal import Reversal, Verdict
from tests.conformance.figures import Figure, alone
from tests.conformance.migrating import DoesNotRun
from tests.conformance.reversal_runs import Reversed, reversals
from tests.conformance.working_out import Histories
from tests.corpus.packages import Listing, listings
from tests.postgres.server import running_server

POSTGRES = 18
LEAST_KNOWN = 0.99


@dataclass(frozen=True)
class Judged:
    """One migration: what was told of it, and what the server showed."""

    told: Reversal
    found: Reversed

    @property
    def known(self) -> bool:
        return self.told.verdict is not Verdict.UNKNOWN

    @property
    def agrees(self) -> bool:
        return (self.told.verdict is Verdict.DIFFERS) == bool(self.found.different)

    @property
    def refusal_agrees(self) -> bool:
        """A `down` that is said to be refused is: no such error is made up."""
        return self.told.refused is None or self.found.error is not None

    @property
    def same_parts(self) -> bool:
        return names(self.told.differences) == comparable(self.found.different)

    def line(self) -> str:
        told = sorted(names(self.told.differences).items())
        found = sorted(comparable(self.found.different).items())
        return (
            f"{self.found.path}: told {self.told.verdict.value} {told} {self.told.reasons}, "
            f"found {found} {self.found.error or ''}"
        )


def reversed_on_a_server(packages: Iterable[str]) -> Iterator[Figure]:
    """Each migration up, down and up again in the middle of its history."""
    judged: list[Judged] = []
    with running_server() as address:
        for listing in (one for package in packages for one in listings(package)):
            try:
                judged.extend(judgements(listing, address))
            except DoesNotRun as reason:
                raise AssertionError(f"{listing.package}: {reason}") from reason
    known = [one for one in judged if one.known]
    differing = [one for one in known if one.found.different]
    told = [one.known for one in judged]
    yield _figure("up and down: the verdict is known", told, judged, LEAST_KNOWN)
    yield _figure("up and down: the server says the same", [o.agrees for o in known], known)
    yield _figure("up and down: no refusal is made up", [o.refusal_agrees for o in known], known)
    if differing:
        same = [one.same_parts for one in differing]
        yield _figure("up and down: the same parts differ", same, differing)


def judgements(listing: Listing, address: str) -> Iterator[Judged]:
    paths = alone(listing)
    histories = Histories(listing)
    for count, found in enumerate(reversals(listing, address, paths), 1):
        told = histories.reversal(paths[:count], POSTGRES)
        assert told is not None, f"{found.path} has no verdict"
        yield Judged(told, found)


def names(differences: Iterable[Difference]) -> dict[str, str]:
    """Differences by the names of the server's catalogues."""
    every = (one for one in differences if one.part.kind != "sequence")
    return {_name(one).partition("(")[0]: one.how.value for one in every}


def _name(one: Difference) -> str:
    kind, name, of = one.part
    parts = (of.schema, of.name, name) if of is not None else (name,)
    return f"{kind} {'.'.join(part for part in parts if part)}"


def comparable(different: dict[str, str]) -> dict[str, str]:
    """Without sequences, which come and go with columns, and without functions' arguments."""
    return {
        name.partition("(")[0]: how
        for name, how in different.items()
        if not name.startswith("sequence ")
    }


def _figure(what: str, holds: list[bool], of: list[Judged], least: float = 1) -> Figure:
    wrong = tuple(one.line() for one, right in zip(of, holds, strict=True) if not right)
    return Figure(what, len(of) - len(wrong), len(of), least, wrong)
