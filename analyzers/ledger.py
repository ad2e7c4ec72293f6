"""What is applied where: what each environment is said to have run, and by whom."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from analyzers.settings import Source
from analyzers.struct import Struct, field

TRUSTED_FOR = timedelta(days=30)
"""An older report no longer says what an environment lacks: somebody may have stopped reporting."""


class Record(Struct, frozen=True):
    """One environment, as its source tells it.

    `names` are what it has run: of reports, Knex's names in the order of their runs; of
    deployments and tags, the paths of the commit `reference`. None where nothing is known, for
    the reason in `unknown`: what is on the base branch counts as applied there. `at`: since when
    it is so. `directories` are those whose migrations run there; none: all.
    """

    environment: str
    source: Source
    names: tuple[str, ...] | None = None
    reference: str = ""
    at: datetime | None = None
    directories: tuple[str, ...] = ()
    unknown: str = ""

    def is_stale(self, now: datetime | None) -> bool:
        """Of a commit it is known for good what it holds; of a database only what was reported."""
        if self.source is not Source.REPORTS or self.at is None or now is None:
            return False
        return now - self.at > TRUSTED_FOR


class Standing(Struct, frozen=True):
    """What has become of the migrations of one directory that are on the base branch.

    `applied` are those that ran in some environment, in the order in which they did; `pending`
    those that ran nowhere, in Knex's order. `where` names the environments of each, as far as they
    tell; `foreign` holds what ran somewhere and is not on the base branch. `asked` are the
    environments that were asked; without any, the base branch speaks for all.
    """

    applied: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    foreign: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asked: tuple[str, ...] = ()

    @property
    def sequence(self) -> tuple[str, ...]:
        """All of them, in the order in which a database gets them."""
        return (*self.applied, *self.pending)
