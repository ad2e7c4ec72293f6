"""Settings, transactions and explicit locks."""

from collections.abc import Iterator

from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    ControlTransaction,
    LockTable,
    Opaque,
    Operation,
    Scope,
    SetSetting,
    TransactionVerb,
)
from analyzers.postgres.syntax import Node
from analyzers.postgres.translate.reading import Reading, Translators
from analyzers.postgres.translate.terms import constant, is_only, name

_VERBS = {
    "TRANS_STMT_BEGIN": TransactionVerb.BEGIN,
    "TRANS_STMT_START": TransactionVerb.BEGIN,
    "TRANS_STMT_COMMIT": TransactionVerb.COMMIT,
    "TRANS_STMT_ROLLBACK": TransactionVerb.ROLLBACK,
    "TRANS_STMT_SAVEPOINT": TransactionVerb.SAVEPOINT,
    "TRANS_STMT_RELEASE": TransactionVerb.RELEASE,
    "TRANS_STMT_ROLLBACK_TO": TransactionVerb.ROLLBACK_TO,
}
_RESETS = frozenset({"VAR_SET_DEFAULT", "VAR_RESET", "VAR_RESET_ALL"})


def _set(reading: Reading) -> Iterator[Operation]:
    node = reading.node
    scope = Scope.TRANSACTION if node.flag("is_local") else Scope.SESSION
    kind = node.choice("kind")
    if kind == "VAR_RESET_ALL":
        yield SetSetting("all", None, scope, at=reading.at)
    elif kind in _RESETS:
        yield SetSetting(node.text("name").lower(), None, scope, at=reading.at)
    elif kind == "VAR_SET_VALUE":
        yield SetSetting(node.text("name").lower(), _value(node), scope, at=reading.at)
    else:
        yield Opaque("SET", reason=f"sets {node.text('name').lower()}", at=reading.at)


def _value(node: Node) -> str:
    return ", ".join(constant(argument) or "" for argument in node.children("args"))


def _transaction(reading: Reading) -> Iterator[Operation]:
    verb = _VERBS.get(reading.node.choice("kind"))
    if verb is None:
        yield Opaque("PREPARE TRANSACTION", at=reading.at)
        return
    yield ControlTransaction(verb, reading.node.text("savepoint_name") or None, at=reading.at)


def _lock(reading: Reading) -> Iterator[Operation]:
    # lockdefs.h numbers the modes from 1, weakest first.
    mode = tuple(LockMode)[reading.node.number("mode") - 1]
    for relation in reading.node.children("relations"):
        yield LockTable(name(relation), mode.sql, at=reading.at, alone=is_only(relation))


def _constraints(reading: Reading) -> Iterator[Operation]:
    value = "deferred" if reading.node.flag("deferred") else "immediate"
    yield SetSetting("constraints", value, Scope.TRANSACTION, at=reading.at)


TRANSLATORS: Translators = {
    "VariableSetStmt": _set,
    "TransactionStmt": _transaction,
    "LockStmt": _lock,
    "ConstraintsSetStmt": _constraints,
}
