"""What servers of PostgreSQL 10 to 18 did with each statement of `measured.jsonl`.

One line a statement: what was committed `setup`, what ran `before` it in its transaction, and for
groups of majors the SQLSTATE, or the strongest lock on each relation, what was rewritten, read in
full and rebuilt. Left out: locks on indexes that block nobody whom the table's lock doesn't.
`outside`: refused in a transaction (25001), so measured without one.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from analyzers.postgres import parser, replay, translate
from analyzers.postgres.effects import Effects, Lock, effects
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import Operation, Scope, SetSetting
from analyzers.postgres.schema import Schema
from analyzers.postgres.transaction import Transaction

HERE = Path(__file__).parent
MAJORS = range(10, 19)
_HARMLESS_ON_INDEXES = LockMode.SHARE_UPDATE_EXCLUSIVE.rank
_PLANNED = ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE")


@dataclass(frozen=True)
class Measured:
    """One statement on one major."""

    case: str
    sql: str
    setup: tuple[str, ...]
    before: tuple[str, ...]
    result: dict[str, Any]
    major: int


def measured(major: int) -> list[Measured]:
    found = []
    for line in (HERE / "measured.jsonl").read_text().splitlines():
        told = json.loads(line)
        setup, before = tuple(told.get("setup", ())), tuple(told.get("before", ()))
        found.extend(
            Measured(told["case"], told["sql"], setup, before, group["result"], major)
            for group in told["results"]
            if major in group["majors"]
        )
    return found


def disagreements(case: Measured) -> list[str]:
    """What is worked out differently from what was measured; empty where all agrees."""
    schema, transaction = _set_up(case)
    schema, transaction, failed = _run_before(case, schema, transaction)
    outside = bool(case.result.get("outside"))
    asked = _operations(case.sql)
    if isinstance(asked, parser.SqlSyntaxError):
        expected = case.result.get("error")
        return (
            []
            if expected == asked.sqlstate_on(case.major)
            else [f"does not parse: {asked.message}"]
        )
    held = transaction
    found = Effects()
    for operation in asked:
        part = effects(operation, schema, Transaction.none() if outside else held, case.major)
        found = found.also(part)
        held, schema = held.advance(operation, part), replay.apply(schema, operation)
        if part.error is not None:
            break
    expected = case.result.get("error")
    worked_out = failed or (found.refusal.sqlstate if found.refusal else None)
    if expected is not None:
        return [] if worked_out == expected else [f"SQLSTATE {expected}, not {worked_out}"]
    if found.error is not None:
        return [f"SQLSTATE {found.error} is certain, and yet it ran"]
    return list(_differences(case, found, transaction, schema))


def prepared(case: Measured) -> tuple[Schema, Transaction, Effects | None]:
    """What a case meets, and what already failed before it."""
    schema, transaction = _set_up(case)
    for sql in case.before:
        operations = _operations(sql)
        for operation in operations if isinstance(operations, list) else ():
            part = effects(operation, schema, transaction, case.major)
            if part.error is not None:
                return schema, transaction, part
            transaction = transaction.advance(operation, part)
            schema = replay.apply(schema, operation)
    return schema, transaction, None


@cache
def _base(major: int) -> Schema:
    schema = Schema(complete=True, major=major)
    operations = _operations((HERE / "measured.sql").read_text())
    assert not isinstance(operations, parser.SqlSyntaxError)
    for operation in operations:
        schema = replay.apply(schema, operation)
    return schema


def _operations(sql: str) -> list[Operation] | parser.SqlSyntaxError:
    found: list[Operation] = []
    for part in parser.parse(sql):
        if isinstance(part, parser.SqlSyntaxError):
            return part
        found.extend(translate.operations(part))
    return found


def _set_up(case: Measured) -> tuple[Schema, Transaction]:
    """The set-up's settings are those of the database; its tables are anybody's by now."""
    schema, settings = _base(case.major), Transaction.none()
    for sql in case.setup:
        operations = _operations(sql)
        for operation in operations if isinstance(operations, list) else ():
            schema = replay.apply(schema, operation)
            if isinstance(operation, SetSetting) and operation.scope is Scope.SESSION:
                settings = settings.advance(operation, Effects())
    return schema.settled(), Transaction.begun(settings.settings)


def _run_before(
    case: Measured, schema: Schema, transaction: Transaction
) -> tuple[Schema, Transaction, str | None]:
    failed = None
    for sql in case.before:
        operations = _operations(sql)
        for operation in operations if isinstance(operations, list) else ():
            part = effects(operation, schema, transaction, case.major)
            failed = failed or part.error
            transaction = transaction.advance(operation, part)
            schema = replay.apply(schema, operation)
    return schema, transaction, failed


def _differences(case: Measured, found: Effects, before: Transaction, schema: Schema) -> Any:
    indexes = {str(name) for name in (*_base(case.major).links.owners, *schema.links.owners)}
    expected = {name: LockMode(mode) for name, mode in case.result.get("locks", {}).items()}
    worked_out: dict[str, LockMode] = {}
    for lock in found.locks:
        name = str(lock.relation)
        if name in indexes and lock.mode.rank < _HARMLESS_ON_INDEXES:
            continue
        if name not in expected and _is_held(before, lock):
            continue
        if not lock.certain and expected.get(name) != lock.mode:
            continue
        strongest = worked_out.get(name, lock.mode)
        worked_out[name] = max(strongest, lock.mode, key=lambda mode: mode.rank)
    for name in sorted(expected.keys() | worked_out.keys()):
        if expected.get(name) != worked_out.get(name):
            yield f"lock on {name}: {expected.get(name)}, not {worked_out.get(name)}"
    yield from _touched(case, found)


def _is_held(transaction: Transaction, lock: Lock) -> bool:
    """A lock that the transaction holds already, or a stronger one, shows as nothing new."""
    return any(mode.rank >= lock.mode.rank for mode in transaction.holds(lock.relation))


def _touched(case: Measured, found: Effects) -> Any:
    verb = case.sql.split()[0]
    for kind in ("rewrites", "scans", "rebuilds"):
        # TRUNCATE gives tables new, empty files; how queries read is the planner's to decide.
        if verb == "TRUNCATE" or (verb in _PLANNED and kind == "scans"):
            continue
        expected = set(case.result.get(kind, ()))
        worked_out = {str(name) for name in getattr(found, kind)}
        if expected != worked_out:
            yield f"{kind}: {sorted(expected)}, not {sorted(worked_out)}"
