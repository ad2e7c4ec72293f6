"""How near migaudit is to real Knex and real PostgreSQL, in figures, each with its least."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from analyzers.postgres.parser import SqlSyntaxError, parse
from tests.conformance.claims import Claim, claims
from tests.conformance.comparisons import Compared, compared
from tests.conformance.immutability import EDITED, REFORMATTED, audited, edited
from tests.conformance.migrating import DoesNotRun, migrate
from tests.conformance.programs import generated
from tests.conformance.recording import Recorded, record
from tests.conformance.snippets import recorded_anew
from tests.conformance.working_out import Histories, worked_out
from tests.corpus.packages import Listing, listings
from tests.knex.test_snippets import RECORDED, SNIPPETS, different_in
from tests.postgres.catalogue import of_server
from tests.postgres.server import fresh_database, running_server


@dataclass(frozen=True)
class Figure:
    """`count` of `of`, of which `least` (a share) must hold; `details` are what doesn't."""

    what: str
    count: int
    of: int
    least: float = 1
    details: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return self.of > 0 and self.count >= self.least * self.of

    @property
    def told(self) -> str:
        share = 100 * self.count / self.of if self.of else 0
        return f"{self.count:,} of {self.of:,} = {share:.1f} % (at least {self.least:.0%})"


@dataclass(frozen=True)
class Count:
    """Something that must not be there at all."""

    what: str
    details: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.details

    @property
    def told(self) -> str:
        return f"{len(self.details)} (none may be)"


def snippets() -> Iterator[Figure]:
    """The small uses of Knex's builders, sent again by each release."""
    anew = recorded_anew()
    yield Figure("recorded snippets, sent again by real Knex: the same", *_again(anew))
    for place, release in enumerate(RECORDED):
        wrong = different_in(release)
        yield Figure(
            f"snippets, Knex {release}: identical SQL",
            len(SNIPPETS) - len(wrong),
            len(SNIPPETS),
            1 if place == 0 else 0.98,
            tuple(wrong),
        )


def _again(anew: dict[str, dict[str, object]]) -> tuple[int, int, float, tuple[str, ...]]:
    every = [(release, name) for release in anew for name in anew[release]]
    wrong = [f"{r} {n}" for r, n in every if RECORDED.get(r, {}).get(n) != anew[r][n]]
    return len(every) - len(wrong), len(every), 1, tuple(wrong)


def published(packages: Iterable[str]) -> Iterator[Figure | Count]:
    """The migrations of the packages, without a database."""
    every = [listing for package in packages for listing in listings(package)]
    recorded = [record(listing) for listing in every]
    pairs = zip(every, recorded, strict=True)
    files = [one for listing, sent in pairs for one in compared(listing, worked_out(listing), sent)]
    yield from _files("published migrations", files, 0.97)
    yield _parsed(recorded)


def invented(folder: Path, count: int) -> Iterator[Figure | Count]:
    """Migrations that nobody wrote, each by itself on an empty database."""
    every = []
    for number, text in enumerate(generated(count)):
        root, path = folder / str(number), f"migrations/{20240101000000 + number}_change.js"
        (root / "migrations").mkdir(parents=True)
        (root / path).write_text(text)
        every.append(Listing("generated", root, ("migrations",), (path,)))
    sent = record(*every)
    files = [one for listing in every for one in compared(listing, worked_out(listing), sent)]
    yield from _files("generated migrations", files, 0.97)


def _files(which: str, files: list[Compared], least: float) -> Iterator[Figure | Count]:
    different = tuple(one.path for one in files if not one.identical)
    open_ = tuple(f"{one.path}: {'; '.join(one.reasons)}" for one in files if one.reasons)
    yield Figure(
        f"{which}: identical SQL, up and down", *_out_of(files, different), least, different
    )
    yield Figure(f"{which}: understood to their end", *_out_of(files, open_), least, open_)
    yield Count(f"{which}: complete, and yet the SQL differs", _wrongly_complete(files))
    yield Count(f"{which}: statements lost, nothing unresolved", _lost(files))


def _out_of(files: list[Compared], wrong: tuple[str, ...]) -> tuple[int, int]:
    return len(files) - len(wrong), len(files)


def _wrongly_complete(files: list[Compared]) -> tuple[str, ...]:
    return tuple(one.path for one in files if one.runs and one.complete and not one.identical)


def _lost(files: list[Compared]) -> tuple[str, ...]:
    return tuple(f"{one.path}: {sql}" for one in files if one.complete for sql in one.lost)


def _parsed(recorded: Iterable[Recorded]) -> Figure:
    runs = (run for of_list in recorded for group in of_list.values() for run in group)
    texts = sorted({sent.sql for run in runs for sent in run.sent if sent.raw})
    wrong = [sql for sql in texts if any(isinstance(one, SqlSyntaxError) for one in parse(sql))]
    return Figure("raw texts that parse", len(texts) - len(wrong), len(texts), 0.99, tuple(wrong))


def on_a_server(packages: Iterable[str]) -> Iterator[Figure | Count]:
    """What the replayed histories claim after each migration that real Knex has run."""
    every = [listing for package in packages for listing in listings(package)]
    told: list[Claim] = []
    ran, others = 0, []
    with running_server() as address:
        for listing in every:
            try:
                told.extend(claims_of(listing, address))
                ran += len(alone(listing))
            except DoesNotRun as reason:
                others.append(f"{listing.package} {listing.directories[0]}: {reason}")
            left_out = (Path(path).name for path in listing.paths if path not in alone(listing))
            others.extend(f"{name}: needs {LEFT_OUT[name]}" for name in left_out)
    wrong = tuple(f"{c.subject}: told {c.told}, found {c.found}" for c in told if not c.holds)
    files = sum(len(listing.paths) for listing in every)
    yield Figure("published migrations that run by themselves", ran, files, 0.97, tuple(others))
    yield Figure("what histories claim is in the catalogues", len(told) - len(wrong), len(told), 1,
                 wrong)  # fmt: skip


def claims_of(listing: Listing, address: str, *, at_once: bool = False) -> Iterator[Claim]:
    """The claims after each migration, or after all, of those not left out."""
    paths = alone(listing)
    histories = Histories(listing)
    with fresh_database(address) as connection:
        for count in migrate(listing, connection, paths, at_once=at_once):
            yield from claims(histories.after(paths[:count]), of_server(connection))


def alone(listing: Listing) -> tuple[str, ...]:
    """The files of a list that need nothing but Knex and a server."""
    return tuple(path for path in listing.paths if Path(path).name not in LEFT_OUT)


LEFT_OUT = {
    "1698750314-add-full-quality-converted-object-to-storedobjects.js": "models that are not here",
    "1722494210-rename-chat-thread-to-chat-channel.js": "models that are not here",
    "1722612876-chat-message-chat-channel-id-cascade.js": "what the one before would have made",
    "1716030987-pgcrypto.js": "an extension that the packaged server comes without",
}
"""Files that need more than Knex and a server, and what."""


def immutability(repository: Path) -> Iterator[Figure]:
    """Edited migrations, as `migaudit check` tells them in a git repository."""
    by_knex, by_migaudit = edited(), audited(repository)
    expected = {"error": EDITED, "notice": REFORMATTED}
    right = by_migaudit == expected and by_knex == EDITED
    details = () if right else (json.dumps([sorted(by_knex), str(by_migaudit)]),)
    yield Figure("edited migrations that are told, exactly", int(right), 1, 1, details)
