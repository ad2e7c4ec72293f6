"""The output of the commands for other programs. Its names are a promise."""

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzers.findings import Finding, Fix
from analyzers.result import Audit, MigrationReport, StatementReport, Suppression
from app.checkout import Checkout

if TYPE_CHECKING:
    from analyzers.rules import Rule


def write_audit(checkout: Checkout, audit: Audit) -> None:
    write(
        {
            "findings": [finding_of(finding) for finding in audit.findings],
            "migrations": [migration.path for migration in audit.migrations],
            "suppressions": [suppression_of(one) for one in audit.suppressions],
            "conclusion": "failure" if audit.fails(audit.settings.fail_on) else "success",
        }
    )


def finding_of(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "path": finding.place.path,
        "line": finding.place.line,
        "end_line": finding.place.end_line,
        "column": finding.place.column,
        "direction": finding.direction.value if finding.direction else None,
        "message": finding.message,
        "statement": finding.statement,
        "fix": fix_of(finding.fix) if finding.fix else None,
    }


def fix_of(fix: Fix) -> dict[str, object]:
    return {
        "start_line": fix.start_line,
        "end_line": fix.end_line,
        "replacement": fix.replacement,
    }


def suppression_of(suppression: Suppression) -> dict[str, object]:
    return {
        "rule": suppression.rule,
        "path": suppression.place.path,
        "line": suppression.place.line,
        "reason": suppression.reason,
        "findings": [finding_of(finding) for finding in suppression.findings],
    }


def write_statements(migrations: Sequence[MigrationReport]) -> None:
    write([migration_of(migration) for migration in migrations])


def migration_of(migration: MigrationReport) -> dict[str, object]:
    return {
        "path": migration.path,
        "complete": migration.complete,
        "unresolved": [
            {"line": item.place.line, "end_line": item.place.end_line, "reason": item.reason}
            for item in migration.unresolved
        ],
        "up": [statement_of(statement) for statement in migration.up],
        "down": [statement_of(statement) for statement in migration.down],
    }


def statement_of(statement: StatementReport) -> dict[str, object]:
    return {
        "sql": statement.sql,
        "line": statement.place.line,
        "end_line": statement.place.end_line,
        "in_transaction": statement.in_transaction,
        "conditional": statement.conditional,
        "repeated": statement.repeated,
        "locks": [{"relation": lock.relation, "mode": lock.mode} for lock in statement.locks],
        "rewrites": list(statement.rewrites),
        "scans": list(statement.scans),
        "error": statement.error,
    }


def write_rules(rules: "Sequence[Rule]") -> None:
    write(
        [
            {
                "rule": rule.id,
                "severity": rule.severity.value,
                "title": rule.title,
                "suppressible": rule.suppressible,
                "page": rule.page,
            }
            for rule in rules
        ]
    )


def write(value: object) -> None:
    """In ASCII, so that no text of a pull request reaches a terminal as anything but text."""
    json.dump(value, sys.stdout, indent=2)
    sys.stdout.write("\n")
