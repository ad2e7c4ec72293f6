"""What the rules about the repository's configuration have to say in common."""

from analyzers.findings import Finding, Severity
from analyzers.rules.context import Misconfiguration
from analyzers.rules.rule import Rule


def told(rule: Rule, mistake: Misconfiguration) -> Finding:
    problem = mistake.problem
    where = "" if mistake.base_line is None else f"Line {mistake.base_line} on the base branch: "
    return rule.finding(
        mistake.place,
        f"{where}{problem.message} {_consequence(mistake)}",
        advice="" if mistake.corrected else problem.advice,
        severity=Severity.NOTICE if mistake.corrected else None,
    )


def _consequence(mistake: Misconfiguration) -> str:
    if mistake.corrected:
        return "This pull request corrects it, and is itself audited with the defaults."
    if mistake.elsewhere:
        return (
            "The organisation's configuration is invalid, so nothing of it counts, nor of this "
            "repository's: the check does not let anything through."
        )
    if mistake.counts:
        return (
            "The configuration on the base branch is invalid, so nothing of it counts: this is "
            "audited with the defaults, and the check does not let anything through."
        )
    return (
        "Once this is on the base branch, nothing of the configuration counts, and no check lets "
        "anything through."
    )
