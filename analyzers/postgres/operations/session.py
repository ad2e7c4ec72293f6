"""Operations on the session: settings, transactions, explicit locks."""

from enum import Enum

from analyzers.postgres.operations.terms import At, Name


class Scope(Enum):
    """How long a setting lasts."""

    SESSION = "session"
    TRANSACTION = "transaction"


class SetSetting(At, frozen=True):
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


class ControlTransaction(At, frozen=True):
    verb: TransactionVerb
    savepoint: str | None = None


class LockTable(At, frozen=True):
    table: Name
    mode: str
