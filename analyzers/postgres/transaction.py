"""Where a statement runs: in which transaction, with which settings and locks."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from analyzers.postgres.effect import Effects
from analyzers.postgres.layered import Layered
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    AddEnumValue,
    ControlTransaction,
    CreateObject,
    MoveObject,
    Name,
    ObjectKind,
    Operation,
    Range,
    RenameConstraint,
    RenameIndex,
    RenameObject,
    RenameTable,
    Scope,
    SetSetting,
    TransactionVerb,
)
from analyzers.postgres.schema import Schema
from analyzers.struct import Struct, field, replace


class Setting(Struct, frozen=True):
    """A setting in force. `certain` False: set by a statement that may not have run."""

    value: str
    scope: Scope
    at: Range
    certain: bool = True


class Savepoint(Struct, frozen=True):
    """What ROLLBACK TO goes back to: locks taken and settings made since are gone then.

    `schema`: the one of that moment, where somebody keeps account of it.
    https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
    """

    name: str | None
    before: "Transaction"
    schema: Schema | None = None


class Transaction(Struct, frozen=True):
    """A transaction, or the lack of one, between two statements.

    `open` False: every statement commits on its own. `locks`: by full name, what is held until
    the end; `perhaps`: those of them that are uncertain. `settings`: the session's, by lower-case
    name; they outlive the transaction. `local`: those of SET LOCAL, which hide the session's until
    it ends; None is the server's own value. `on_entry`, `began`: the settings and the schema that
    a ROLLBACK goes back to, the schema where somebody keeps account of it. `new_types`: enum types
    it made; `new_values`: the values it added to enum types, which nothing can use before it
    commits. Both as the statements name the types.
    """

    open: bool = True
    settings: Mapping[str, Setting] = field(default_factory=dict)
    locks: Layered[Name, frozenset[LockMode]] = field(default_factory=Layered)
    savepoints: tuple[Savepoint, ...] = ()
    on_entry: Mapping[str, Setting] = field(default_factory=dict)
    new_types: frozenset[Name] = frozenset()
    new_values: frozenset[tuple[Name, str]] = frozenset()
    local: Mapping[str, Setting | None] = field(default_factory=dict)
    began: Schema | None = None
    perhaps: Layered[Name, frozenset[LockMode]] = field(default_factory=Layered)

    @classmethod
    def begun(
        cls, settings: Mapping[str, Setting] | None = None, schema: Schema | None = None
    ) -> "Transaction":
        """A transaction block as Knex opens it; `settings` of the session, if any."""
        return cls(True, settings or {}, on_entry=settings or {}, began=schema)

    @classmethod
    def none(cls, settings: Mapping[str, Setting] | None = None) -> "Transaction":
        """No transaction block: `transaction: false`."""
        return cls(False, settings or {}, on_entry=settings or {})

    def setting(self, name: str) -> Setting | None:
        """The value in force of, say, `lock_timeout`; None: the server's own."""
        known = name.lower()
        return self.local[known] if known in self.local else self.settings.get(known)

    @property
    def lock_timeout(self) -> Setting | None:
        """None: statements wait for locks without end (or as the server is configured)."""
        return self._timeout("lock_timeout")

    @property
    def statement_timeout(self) -> Setting | None:
        return self._timeout("statement_timeout")

    @property
    def transaction_timeout(self) -> Setting | None:
        """PostgreSQL 17 and newer.

        https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-TRANSACTION-TIMEOUT
        """
        return self._timeout("transaction_timeout")

    def holds(self, table: Name) -> frozenset[LockMode]:
        held: frozenset[LockMode] = self.locks.get(table, frozenset())
        return held

    def surely_holds(self, table: Name) -> frozenset[LockMode]:
        held: frozenset[LockMode] = self.holds(table) - self.perhaps.get(table, frozenset())
        return held

    def strong(self) -> Iterator[tuple[Name, LockMode]]:
        """The relations that it keeps others from writing to, each with its strongest lock."""
        for relation, modes in self.locks.items():
            mode = max(modes, key=lambda one: one.rank)
            if mode.blocks_writes:
                yield relation, mode

    def advance(
        self, operation: Operation, effects: Effects, schema: Schema | None = None
    ) -> "Transaction":
        """The transaction after `operation`, which had `effects` and met `schema`."""
        if isinstance(operation, SetSetting):
            return self._set(operation) if effects.error is None else self
        if isinstance(operation, ControlTransaction):
            return self._control(operation, schema)
        return self._lock(effects)._renamed(operation, effects)._enums(operation)

    def undone(self, operation: Operation) -> Schema | None:
        """The schema that `operation` brings back; None: it undoes nothing."""
        if not self.open or not isinstance(operation, ControlTransaction):
            return None
        if operation.verb is TransactionVerb.ROLLBACK:
            return self.began
        if operation.verb is not TransactionVerb.ROLLBACK_TO:
            return None
        saved = self.savepoints[self._at(operation) :]
        return saved[0].schema if saved else None

    def has_savepoint(self, name: str | None) -> bool:
        return any(savepoint.name == name for savepoint in self.savepoints)

    def _timeout(self, name: str) -> Setting | None:
        found = self.setting(name)
        return None if found is None or _is_zero(found.value) else found

    def _set(self, operation: SetSetting) -> "Transaction":
        """https://www.postgresql.org/docs/current/sql-set.html"""
        name, value = operation.setting, _setting(operation)
        if operation.scope is Scope.TRANSACTION:
            # Outside of a transaction it is only a WARNING.
            return replace(self, local={**self.local, name: value}) if self.open else self
        if name == ALL:
            return replace(self, settings={}, local={})
        settings = _without(self.settings, name)
        if value is not None:
            settings[name] = value
        return replace(self, settings=settings, local=_without(self.local, name))

    def _lock(self, effects: Effects) -> "Transaction":
        if not self.open or not effects.locks:
            return self
        locks, perhaps = self.locks, self.perhaps
        for lock in effects.locks:
            held = locks.get(lock.relation, _NONE)
            if lock.mode not in held:
                locks = locks.having(lock.relation, held | {lock.mode})
                if not lock.certain:
                    unsure = perhaps.get(lock.relation, _NONE) | {lock.mode}
                    perhaps = perhaps.having(lock.relation, unsure)
            elif lock.certain and lock.mode in (unsure := perhaps.get(lock.relation, _NONE)):
                perhaps = perhaps.having(lock.relation, unsure - {lock.mode})
        if locks is self.locks and perhaps is self.perhaps:
            return self
        return replace(self, locks=locks, perhaps=perhaps)

    def _renamed(self, operation: Operation, effects: Effects) -> "Transaction":
        """A lock is on the relation, whatever that is called from now on."""
        if not self.open or effects.error is not None:
            return self
        locks, perhaps = self.locks, self.perhaps
        for lock in effects.locks:
            old, name = lock.relation, called(lock.relation, operation)
            if name != old and (held := locks.get(old)):
                locks = locks.without(old).having(name, held)
                perhaps = perhaps.without(old).having(name, perhaps.get(old, _NONE))
        return self if locks is self.locks else replace(self, locks=locks, perhaps=perhaps)

    def _enums(self, operation: Operation) -> "Transaction":
        if not self.open:
            return self
        if isinstance(operation, CreateObject) and operation.kind is ObjectKind.ENUM:
            return replace(self, new_types=self.new_types | {operation.name})
        if isinstance(operation, AddEnumValue):
            added = (operation.type, operation.value)
            return replace(self, new_values=self.new_values | {added})
        return self

    def _control(self, operation: ControlTransaction, schema: Schema | None) -> "Transaction":
        match operation.verb:
            case TransactionVerb.BEGIN:
                return self if self.open else Transaction.begun(self.settings, schema)
            case TransactionVerb.COMMIT:
                return Transaction.none(self.settings)
            case TransactionVerb.ROLLBACK:
                return Transaction.none(self.on_entry)
            case TransactionVerb.SAVEPOINT:
                saved = Savepoint(operation.savepoint, self, schema)
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
        kept = self.savepoints[: index + 1]
        return replace(kept[index].before, savepoints=kept)


def called(relation: Name, operation: Operation) -> Name:
    """What a relation that `operation` has locked is called after it, by its full name."""
    match operation:
        case MoveObject(to=schema):
            return Name(relation.name, schema)
        case RenameConstraint(constraint=named, to=to):
            old = Name(named, relation.schema)
        case RenameTable(table=old, to=to) | RenameIndex(index=old, to=to):
            pass
        case RenameObject(name=old, to=to, table=None):
            pass
        case _:
            return relation
    same = old.name == relation.name and old.schema in (None, relation.schema)
    return Name(to, relation.schema) if same else relation


_NONE: frozenset[LockMode] = frozenset()

ALL = "all"
"""The name under which RESET ALL comes."""

Item = TypeVar("Item")


def _setting(operation: SetSetting) -> Setting | None:
    if operation.value is None:
        return None
    return Setting(operation.value, operation.scope, operation.at, not operation.conditional)


def _without(settings: Mapping[str, Item], name: str) -> dict[str, Item]:
    return {key: value for key, value in settings.items() if key != name}


def _is_zero(value: str) -> bool:
    """`0`, `0ms`, `0 s` switch a timeout off."""
    return value.strip().lower().rstrip("abcdefghijklmnopqrstuvwxyz ") in ("0", "0.0")
