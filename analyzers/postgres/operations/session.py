"""Operations on the session: settings, transactions, explicit locks."""

from dataclasses import dataclass
from enum import Enum

from analyzers.postgres.operations.terms import At, Name


class Scope(Enum):
    """How long a setting lasts."""

    SESSION = "session"
    TRANSACTION = "transaction"


@dataclass(frozen=True, slots=True)
class SetSetting(At):
    """SET and set_config(). `value` None: RESET, or SET … TO DEFAULT."""

    setting: str
    value: str | None
    scope: Scope = Scope.SESSION


class TransactionVerb(Enum):
    BEGIN = "begin"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    SAVEPOINT = "savepoint"
    RELEASE = "release"
    ROLLBACK_TO = "rollback to"


@dataclass(frozen=True, slots=True)
class ControlTransaction(At):
    verb: TransactionVerb
    savepoint: str | None = None


@dataclass(frozen=True, slots=True)
class LockTable(At):
    table: Name
    mode: str
