"""An audit that has come to its end as SARIF 2.1.0: what its annotations say, for other tools."""

from typing import TypeAlias
from urllib.parse import quote

from analyzers.rules import catalogue
from app.audits import Ended, Told
from app.report import Conclusion, Level, Subject
from app.sarif import SCHEMA, driver, plain

Json: TypeAlias = dict[str, object]

_LEVELS = {Level.FAILURE.value: "error", Level.WARNING.value: "warning", Level.NOTICE.value: "note"}


def as_sarif(audit: Ended, subject: Subject) -> Json:
    """`subject` says where the pages of the rules are."""
    page = f"{subject.web_url}/{audit.name}"
    run: Json = {
        "tool": {"driver": driver(catalogue(), subject)},
        "automationDetails": {"id": "migaudit/"},
        "versionControlProvenance": [{"repositoryUri": page, "revisionId": audit.sha}],
        "invocations": [
            {"executionSuccessful": audit.conclusion != Conclusion.ACTION_REQUIRED.value}
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_result(one) for one in audit.findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(told: Told) -> Json:
    where = {
        "artifactLocation": {"uri": quote(told.path.encode(errors="surrogateescape"))},
        "region": {"startLine": told.line, "endLine": told.end_line},
    }
    return {
        "ruleId": told.rule,
        "level": _LEVELS.get(told.severity, "warning"),
        "message": {"text": plain(told.message)},
        "locations": [{"physicalLocation": where}],
    }
