"""`migaudit check --fix`: puts the fixes of findings into the working tree."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import groupby
from typing import TypeAlias

import click

from analyzers.findings import Finding
from analyzers.fixes.applying import fixed
from analyzers.result import Audit
from analyzers.source import UnreadableFile
from app.checkout import Checkout
from app.cli.terminal import clean

Opened: TypeAlias = Callable[[], AbstractContextManager[Checkout]]

MOST_ROUNDS = 10
"""Fixes on the same lines need one round each: the second one is about what the first left."""

_BOM = "\ufeff"


def fix_all(opened: Opened, audit: Callable[[Checkout], Audit]) -> None:
    """Applies fixes, audits what they leave, and so on until there is nothing more to apply.

    What is done is told on the standard error: the standard output is the audit's.
    """
    count = 0
    for _ in range(MOST_ROUNDS):
        with opened() as checkout:
            done = list(_fix(checkout, audit(checkout).findings))
        for finding in done:
            place = finding.place
            click.echo(f"fixed {finding.rule} {clean(place.path)}:{place.line}", err=True)
        count += len(done)
        if not done:
            break
    else:
        click.echo(f"Stopped after {MOST_ROUNDS} rounds: run it again for the rest.", err=True)
    noun = "finding" if count == 1 else "findings"
    click.echo(f"Fixed {count} {noun}." if count else "There was nothing to fix.", err=True)


def _fix(checkout: Checkout, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings whose fixes have been written to their files."""
    fixable = [finding for finding in findings if finding.fix is not None]
    by_path = sorted(fixable, key=lambda finding: finding.place.path)
    for path, group in groupby(by_path, key=lambda finding: finding.place.path):
        yield from _fix_file(checkout, path, list(group))


def _fix_file(checkout: Checkout, path: str, findings: list[Finding]) -> tuple[Finding, ...]:
    """Leaves a file alone that isn't what has been audited: somebody is editing it."""
    file = checkout.root / path
    try:
        audited, written = checkout.head.read(path), file.read_bytes()
    except (OSError, UnreadableFile):
        return ()
    if audited != written:
        click.echo(f"{clean(path)} has changed meanwhile: nothing in it is fixed.", err=True)
        return ()
    text = written.decode("utf-8")
    mark = _BOM if text.startswith(_BOM) else ""
    applied = fixed(text.removeprefix(_BOM), findings)
    file.write_bytes((mark + applied.text).encode("utf-8"))
    return applied.done
