"""What environments have reported as applied, and the tokens that they report with."""

import hmac
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from app.database import Database
from app.work import Origin

MOST_ENVIRONMENTS = 50
"""Of one repository: what nobody needs, nobody should be able to fill the database with."""

_PREFIX = "migaudit_"


@dataclass(frozen=True, slots=True)
class Report:
    """The names in `knex_migrations`, in the order of the runs, and when we were told."""

    names: tuple[str, ...]
    received_at: int


class TooManyEnvironments(Exception):
    """A repository reports more environments than anybody has."""


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports of all repositories. `clock` gives seconds since 1970."""

    database: Database
    clock: Callable[[], float] = time.time

    def keep(self, repository: int, environment: str, names: tuple[str, ...]) -> bool:
        """Replaces what the environment said before; whether it says something else now.

        It goes on doing so until it is `told`: who judged by the earlier report has to know.
        """
        said = json.dumps(names)
        mine = {"repository": repository, "environment": environment}
        with self.database.statements() as run:
            before = run(f"select names, told {_OF_ENVIRONMENT}", **mine)
            known = run(f"select count(*) {_OF_REPOSITORY}", repository=repository)
        if not before and known[0][0] >= MOST_ENVIRONMENTS:
            raise TooManyEnvironments
        with self.database.statements() as run:
            same = bool(before) and before[0][0] == said and bool(before[0][1])
            run(_KEEP, names=said, received_at=int(self.clock()), told=same, **mine)
        return not same

    def told(self, repository: int, environment: str, names: tuple[str, ...]) -> None:
        """What was judged by an earlier report than this one is due again."""
        mine = {"repository": repository, "environment": environment, "names": json.dumps(names)}
        with self.database.statements() as run:
            run(_TOLD, **mine)

    def latest(self, repository: int, environment: str) -> Report | None:
        with self.database.statements() as run:
            found = run(
                f"select names, received_at {_OF_ENVIRONMENT}",
                repository=repository,
                environment=environment,
            )
        return Report(tuple(json.loads(found[0][0])), found[0][1]) if found else None

    def issue(self, owner: Origin, *, alone: bool = False) -> str:
        """A new token that reports for `owner`; it is known here by its digest only.

        `alone`: those that were issued before are worth nothing any more.
        """
        token = _PREFIX + secrets.token_urlsafe(32)
        with self.database.statements() as run:
            if alone:
                run("delete from migaudit_tokens where repository = :r", r=owner.repository)
            run(
                _ISSUE,
                digest=_digest(token),
                installation=owner.installation,
                repository=owner.repository,
                name=owner.name,
                now=int(self.clock()),
            )
        return token

    def owner(self, token: str) -> Origin | None:
        """For whom a token reports; None: it is none of ours, or isn't any more."""
        digest = _digest(token)
        with self.database.statements() as run:
            found = run(
                "select digest, installation, repository, name from migaudit_tokens "
                "where digest = :digest",
                digest=digest,
            )
        if not found or not hmac.compare_digest(found[0][0], digest):
            return None
        return Origin(*found[0][1:])


_OF_REPOSITORY = "from migaudit_reports where repository = :repository"
_OF_ENVIRONMENT = f"{_OF_REPOSITORY} and environment = :environment"
_KEEP = (
    "insert into migaudit_reports (repository, environment, names, received_at, told)"
    " values (:repository, :environment, :names, :received_at, :told)"
    " on conflict (repository, environment)"
    " do update set names = excluded.names, received_at = excluded.received_at,"
    " told = excluded.told"
)
_TOLD = (
    "update migaudit_reports set told = true"
    " where repository = :repository and environment = :environment and names = :names"
)
_ISSUE = (
    "insert into migaudit_tokens (digest, installation, repository, name, created_at)"
    " values (:digest, :installation, :repository, :name, :now)"
)


def _digest(token: str) -> str:
    """256 random bits need no slow hash: nobody guesses them."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
