"""What each environment has run, in sentences."""

from collections.abc import Iterator, Sequence

from analyzers.result import EnvironmentReport

MOST = 10
"""Migrations that are named one by one."""

BASE = "What is on the base branch counts as applied."


def sentences(reports: Sequence[EnvironmentReport]) -> Iterator[str]:
    """One passage for each environment, plain text in which `backticks` mark code."""
    for one in reports:
        yield f"`{one.name}`, by {one.basis}: " + " ".join(_told(one))


def _told(report: EnvironmentReport) -> Iterator[str]:
    if report.merged:
        held = report.merged - len(report.lacks)
        yield f"has run {_of(held, report.merged)} on the base branch."
    else:
        yield "what is merged counts as applied."
    if report.lacks:
        yield f"Drift: it lacks {_named(report.lacks)}."
    if report.exceeds:
        yield f"Drift: it has run {_named(report.exceeds)}, which the base branch does not have."
    if report.brought:
        named = _named(report.brought)
        yield f"It has run {named} already, which comes with this pull request: no edit reaches it."


def _of(held: int, merged: int) -> str:
    if held == merged:
        return "the migration" if merged == 1 else f"all {merged} migrations"
    return f"{held} of the {merged} migrations"


def _named(names: Sequence[str]) -> str:
    shown = [f"`{name.replace('`', '')}`" for name in names[:MOST]]
    if len(names) > len(shown):
        shown.append(f"{len(names) - len(shown)} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
