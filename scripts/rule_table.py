"""The table of rules in README.md, made from the rules."""

from analyzers.rules import catalogue

BEGIN = "<!-- rules: written by scripts/docs -->"
END = "<!-- end of rules -->"


def refreshed(readme: str) -> str:
    """`readme` with the table as it has to be now."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md lacks the line {BEGIN if not begin else END}")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def table() -> str:
    rows = [
        f"| [`{rule.id}`](analyzers/rules/{rule.id.replace('-', '_')}.py) "
        f"| {rule.severity.value} | {rule.title} |"
        for rule in catalogue().values()
    ]
    return "\n".join(["| rule | severity | what it catches |", "|---|---|---|", *rows])
