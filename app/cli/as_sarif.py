"""The report as SARIF 2.1.0, for code scanning and for editors.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, and what GitHub makes of it:
https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
"""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TypeAlias
from urllib.parse import quote

from analyzers.findings import Finding, Fix, Related
from analyzers.previewed import not_audited, not_judged, unknown_directories
from analyzers.result import Audit, Suppression
from analyzers.rules import catalogue
from analyzers.source import Place
from app.checkout import Checkout
from app.cli import as_json
from app.cli.anchored import anchored
from app.cli.surroundings import subject
from app.report.escape import paragraphs, prose, visible
from app.report.fingerprint import fingerprints
from app.report.values import Subject
from app.sarif import LEVELS, SCHEMA, driver, plain

Json: TypeAlias = dict[str, object]

ROOT = "%SRCROOT%"

MAX_RESULTS = 25_000
"""More, and code scanning takes none of them.

https://docs.github.com/code-security/reference/code-scanning/sarif-files/troubleshoot-sarif-uploads/results-exceed-limit
"""


def write_audit(checkout: Checkout, audit: Audit) -> None:
    told = anchored(checkout, audit)
    as_json.write({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(told, subject())]})


def _run(audit: Audit, about: Subject) -> Json:
    hidden = {finding: one for one in audit.suppressions for finding in one.findings}
    findings = fingerprints(chain(audit.findings, hidden))
    rules = {rule: index for index, rule in enumerate(catalogue())}
    results = [
        _result(fingerprint, finding, rules, hidden.get(finding))
        for fingerprint, finding in findings.items()
    ]
    return {
        "tool": {"driver": driver(catalogue(), about)},
        "automationDetails": {"id": "migaudit/"},
        "invocations": [_invocation(audit, len(results))],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The repository's root."}}},
        "columnKind": "unicodeCodePoints",
        "results": results[:MAX_RESULTS],
    }


def _result(
    fingerprint: str, finding: Finding, rules: Mapping[str, int], hidden: Suppression | None
) -> Json:
    result: Json = {
        "ruleId": finding.rule,
        "level": LEVELS[finding.severity],
        "message": _message(finding),
        "locations": [_location(finding.place)],
        "partialFingerprints": {"migaudit/v1": fingerprint},
    }
    if finding.rule in rules:
        result["ruleIndex"] = rules[finding.rule]
    if finding.related:
        result["relatedLocations"] = [_related(n, one) for n, one in enumerate(finding.related, 1)]
    if finding.fix:
        result["fixes"] = [_fix(finding, finding.fix)]
    # An empty list says that nothing suppresses it; a missing one, that nobody knows.
    result["suppressions"] = [_suppression(hidden)] if hidden else []
    return result


def _message(finding: Finding) -> Json:
    said = "\n\n".join(filter(None, (finding.message, finding.advice)))
    markdown = "\n\n".join(filter(None, (prose(finding.message), paragraphs(finding.advice))))
    return {"text": plain(said), "markdown": markdown}


def _location(place: Place) -> Json:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(place.path),
            "region": {
                "startLine": place.line,
                "startColumn": place.column,
                "endLine": place.end_line,
                "endColumn": place.end_column,
            },
        }
    }


def _artifact(path: str) -> Json:
    return {"uri": quote(path.encode(errors="surrogateescape")), "uriBaseId": ROOT}


def _related(number: int, related: Related) -> Json:
    return {"id": number, "message": {"text": plain(related.note)}, **_location(related.place)}


def _fix(finding: Finding, fix: Fix) -> Json:
    """Whole lines, up to and without the end of the last one."""
    replacement = {
        "deletedRegion": {"startLine": fix.start_line, "endLine": fix.end_line},
        "insertedContent": {"text": fix.replacement.removesuffix("\n")},
    }
    change = {"artifactLocation": _artifact(finding.place.path), "replacements": [replacement]}
    return {"description": {"text": f"Fix {finding.rule}."}, "artifactChanges": [change]}


def _suppression(suppression: Suppression) -> Json:
    return {
        "kind": "inSource",
        "status": "accepted",
        "justification": visible(suppression.reason),
        "location": _location(suppression.place),
    }


def _invocation(audit: Audit, results: int) -> Json:
    """How the audit went, and what no result tells."""
    failed = audit.fails(audit.settings.fail_on)
    return {
        "executionSuccessful": not audit.misconfigured,
        "exitCode": 1 if failed else 0,
        "exitCodeDescription": f"the check {'fails' if failed else 'passes'}",
        "toolExecutionNotifications": [
            *(_notification(unknown_directories(one), one.place) for one in audit.unresolved),
            *(_notification(not_judged(one), one.place) for one in audit.unjudged),
            *(_notification(not_audited(one), one.place) for one in audit.refused),
            *_not_understood(audit),
            *_cut(results),
        ],
    }


def _not_understood(audit: Audit) -> Iterable[Json]:
    for migration in audit.migrations:
        yield from (_notification(one.reason, one.place) for one in migration.unresolved)
        for statement in (*migration.up, *migration.down):
            for kind in statement.not_modelled:
                said = f"What {kind} does is not modelled, so no rule has judged it."
                yield _notification(said, statement.place)


def _cut(results: int) -> Iterable[Json]:
    if results > MAX_RESULTS:
        yield {
            "level": "error",
            "message": {"text": f"Of {results} results, the {MAX_RESULTS} most severe are here."},
        }


def _notification(said: str, place: Place) -> Json:
    return {
        "level": "warning",
        "message": {"text": plain(said)},
        "locations": [_location(place)],
    }
