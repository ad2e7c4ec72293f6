"""`migaudit rules`: the catalogue, or the page of one rule."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from app.cli import as_json, text
from app.cli.options import format_option

if TYPE_CHECKING:
    from analyzers.rules import Rule


@click.command()
@click.argument("rule", metavar="[RULE]", required=False)
@format_option
def rules(rule: str | None, format_: str) -> None:
    """List all rules, or explain one: what it catches, what it does to production, what is safe."""
    from analyzers.rules import catalogue

    known = catalogue()
    chosen = None if rule is None else find(rule, known)
    if format_ == "json":
        as_json.write_rules(list(known.values()) if chosen is None else [chosen])
    elif chosen is None:
        text.write_catalogue(list(known.values()))
    else:
        text.write_page(chosen)


def find(rule: str, known: "Mapping[str, Rule]") -> "Rule":
    if rule in known:
        return known[rule]
    near = get_close_matches(rule, known, n=1, cutoff=0)
    raise click.BadParameter(
        f"there is no rule {rule!r}. The nearest is {near[0]!r}; `migaudit rules` lists all."
    )
