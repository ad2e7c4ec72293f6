"""Where a statement runs: in which transaction, with which settings and locks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from analyzers.postgres.effect import Effects
from analyzers.postgres.layered import Layered
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    AddEnumValue,
    ControlTransaction,
    CreateObject,
    Name,
    ObjectKind,
    Operation,
    Range,
    Scope,
    SetSetting,
    TransactionVerb,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting in force. `certain` False: set by a statement that may not have run."""

    value: str
    scope: Scope
    at: Range
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Savepoint:
    """What ROLLBACK TO goes back to."""

    name: str | None
    settings: Mapping[str, Setting]
    locks: Layered[Name, frozenset[LockMode]]


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction, or the lack of one, between two statements.

    `open` False: every statement commits on its own. `locks`: by full name, what is held until
    the end. `settings`: by lower-case name. `on_entry`: the settings a ROLLBACK goes back to.
    `new_types`: enum types it made; `new_values`: the values it added to enum types, which
    nothing can use before it commits. Both as the statements name the types.
    """

    open: bool = True
    settings: Mapping[str, Setting] = field(default_factory=dict)
    locks: Layered[Name, frozenset[LockMode]] = field(default_factory=Layered)
    savepoints: tuple[Savepoint, ...] = ()
    on_entry: Mapping[str, Setting] = field(default_factory=dict)
    new_types: frozenset[Name] = frozenset()
    new_values: frozenset[tuple[Name, str]] = frozenset()

    @classmethod
    def begun(cls, settings: Mapping[str, Setting] | None = None) -> "Transaction":
        """A transaction block as Knex opens it; `settings` of the session, if any."""
        return cls(True, settings or {}, on_entry=settings or {})

    @classmethod
    def none(cls, settings: Mapping[str, Setting] | None = None) -> "Transaction":
        """No transaction block: `transaction: false`."""
        return cls(False, settings or {}, on_entry=settings or {})

    def setting(self, name: str) -> Setting | None:
        """The value in force of, say, `lock_timeout`; None: the server's own."""
        return self.settings.get(name.lower())

    @property
    def lock_timeout(self) -> Setting | None:
        """None: statements wait for locks without end (or as the server is configured)."""
        return self._timeout("lock_timeout")

    @property
    def statement_timeout(self) -> Setting | None:
        return self._timeout("statement_timeout")

    def holds(self, table: Name) -> frozenset[LockMode]:
        held: frozenset[LockMode] = self.locks.get(table, frozenset())
        return held

    def advance(self, operation: Operation, effects: Effects) -> "Transaction":
        """The transaction after `operation`, which had `effects`."""
        if isinstance(operation, SetSetting):
            return self._set(operation)
        if isinstance(operation, ControlTransaction):
            return self._control(operation)
        return self._lock(effects)._enums(operation)

    def _timeout(self, name: str) -> Setting | None:
        found = self.setting(name)
        return None if found is None or _is_zero(found.value) else found

    def _set(self, operation: SetSetting) -> "Transaction":
        local = operation.scope is Scope.TRANSACTION
        if local and not self.open:
            return self  # only a WARNING: https://www.postgresql.org/docs/current/sql-set.html
        settings = dict(self.settings)
        if operation.value is None:
            settings.pop(operation.setting, None)
        else:
            settings[operation.setting] = Setting(
                operation.value, operation.scope, operation.at, not operation.conditional
            )
        return replace(self, settings=settings)

    def _lock(self, effects: Effects) -> "Transaction":
        if not self.open or not effects.locks:
            return self
        locks = self.locks
        for lock in effects.locks:
            held = locks.get(lock.relation, frozenset())
            if lock.mode not in held:
                locks = locks.having(lock.relation, held | {lock.mode})
        return self if locks is self.locks else replace(self, locks=locks)

    def _enums(self, operation: Operation) -> "Transaction":
        if not self.open:
            return self
        if isinstance(operation, CreateObject) and operation.kind is ObjectKind.ENUM:
            return replace(self, new_types=self.new_types | {operation.name})
        if isinstance(operation, AddEnumValue):
            added = (operation.type, operation.value)
            return replace(self, new_values=self.new_values | {added})
        return self

    def _control(self, operation: ControlTransaction) -> "Transaction":
        match operation.verb:
            case TransactionVerb.BEGIN:
                return self if self.open else replace(self, open=True, on_entry=self.settings)
            case TransactionVerb.COMMIT:
                return Transaction.none(_lasting(self.settings))
            case TransactionVerb.ROLLBACK:
                return Transaction.none(self.on_entry)
            case TransactionVerb.SAVEPOINT:
                saved = Savepoint(operation.savepoint, self.settings, self.locks)
                return replace(self, savepoints=(*self.savepoints, saved))
            case TransactionVerb.RELEASE:
                return replace(self, savepoints=self.savepoints[: self._at(operation)])
            case TransactionVerb.ROLLBACK_TO:
                return self._rolled_back_to(operation)

    def _at(self, operation: ControlTransaction) -> int:
        names = [savepoint.name for savepoint in self.savepoints]
        if operation.savepoint not in names:
            return len(names)
        return len(names) - 1 - names[::-1].index(operation.savepoint)

    def _rolled_back_to(self, operation: ControlTransaction) -> "Transaction":
        index = self._at(operation)
        if index == len(self.savepoints):
            return self
        saved = self.savepoints[index]
        return replace(
            self,
            settings=saved.settings,
            locks=saved.locks,
            savepoints=self.savepoints[: index + 1],
        )


def _lasting(settings: Mapping[str, Setting]) -> Mapping[str, Setting]:
    return {n: s for n, s in settings.items() if s.scope is Scope.SESSION}


def _is_zero(value: str) -> bool:
    """`0`, `0ms`, `0 s` switch a timeout off."""
    return value.strip().lower().rstrip("abcdefghijklmnopqrstuvwxyz ") in ("0", "0.0")
