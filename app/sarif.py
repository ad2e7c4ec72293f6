"""What all reports in SARIF have: the rules, with their pages as help, and texts that are no links.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import re
from collections.abc import Mapping

from analyzers.findings import Severity
from analyzers.rules import Rule
from app.report.escape import shorten, visible
from app.report.values import Subject
from app.report.words import rule_url
from app.rule_page import markdown_of

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}

MAX_DESCRIPTION = 1024
"""Characters of a rule's descriptions that code scanning shows."""

_PROBLEM = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTICE: "recommendation",
}
_ADDRESS = re.compile(r"https?://[^\s)>\]]+[^\s)>\].,:;]")


def driver(rules: Mapping[str, Rule], about: Subject) -> dict[str, object]:
    """The tool and all rules that it has asked."""
    known = {"informationUri": f"{about.public_url}/rules"} if about.public_url else {}
    return {
        "name": "migaudit",
        **known,
        "rules": [_descriptor(rule, about) for rule in rules.values()],
    }


def plain(said: str) -> str:
    """Text in which nothing becomes a link: `[text](target)` is one even in plain messages.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html#_Toc34317467
    """
    lines = (visible(line, keep="\t") for line in said.split("\n"))
    return "\n".join(lines).replace("](", "]\\(")


def _descriptor(rule: Rule, about: Subject) -> dict[str, object]:
    page = markdown_of(rule)
    first = " ".join(page.partition("\n\n")[0].split())
    return {
        "id": rule.id,
        "name": rule.id.title().replace("-", ""),
        "shortDescription": {"text": shorten(f"{rule.title}.", MAX_DESCRIPTION)},
        "fullDescription": {"text": shorten(first, MAX_DESCRIPTION)},
        "help": {"text": f"{rule.title}\n\n{page}", "markdown": f"# {rule.title}\n\n{page}"},
        **_help_uri(rule, about),
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {
            "tags": ["knex", "migrations", "postgresql"],
            "problem.severity": _PROBLEM[rule.severity],
            "precision": "high",
        },
    }


def _help_uri(rule: Rule, about: Subject) -> dict[str, str]:
    """Its page on a server of ours that is known, else the documentation that the page names."""
    address = rule_url(about, rule.id)
    if not address and (found := _ADDRESS.search(rule.page)):
        address = found[0]
    return {"helpUri": address} if address else {}
