"""What the rules about the repository's configuration have to say in common."""

from analyzers.findings import Finding
from analyzers.rules.context import Misconfiguration
from analyzers.rules.rule import Rule


def told(rule: Rule, mistake: Misconfiguration) -> Finding:
    problem = mistake.problem
    where = "" if mistake.base_line is None else f"Line {mistake.base_line} on the base branch: "
    consequence = (
        "The configuration on the base branch is invalid, so nothing of it counts: this is "
        "audited with the defaults, and the check does not let anything through."
        if mistake.counts
        else "Once this is on the base branch, nothing of the configuration counts, and no check "
        "lets anything through."
    )
    advice = problem.advice
    if mistake.corrected:
        advice = (
            "This pull request corrects it. Whoever may bypass the required check can merge it: "
            "what counts is the base branch."
        )
    return rule.finding(mistake.place, f"{where}{problem.message} {consequence}", advice=advice)
