"""The report as GitHub Actions reads it from a step's log: commands that put findings beside lines.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

import secrets
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analyzers.result import Audit
from app.checkout import Checkout
from app.cli import text
from app.cli.anchored import anchored
from app.cli.as_markdown import markdown
from app.cli.surroundings import job_summary, subject
from app.cli.terminal import complain
from app.report.annotations import annotation
from app.report.values import Annotation, Level, Subject

SHOWN = 10
"""Annotations of each level that GitHub shows for a step; more it drops without a word.

https://docs.github.com/actions/reference/limits
"""

_COMMANDS = {Level.FAILURE: "error", Level.WARNING: "warning", Level.NOTICE: "notice"}


def write_audit(checkout: Checkout, audit: Audit) -> None:
    """The report in a group of the log, then annotations and the verdict; and the job's summary."""
    with _group(), _no_commands():
        text.write_audit(checkout, audit)
    _annotate(anchored(checkout, audit), subject())
    text.write_verdict(audit)
    if (summary := job_summary()) is not None:
        _append(summary, markdown(checkout, audit))


def write_refusal(reason: str) -> None:
    """Why the audit could not be carried out, where those who opened the pull request look."""
    _write("error", {"title": "migaudit could not run"}, reason)


def _annotate(audit: Audit, about: Subject) -> None:
    told: Counter[Level] = Counter()
    for finding in audit.findings:
        one = annotation(finding, about)
        told[one.level] += 1
        if told[one.level] <= SHOWN:
            _write(_COMMANDS[one.level], _properties(one), one.message)
    _tell_dropped(told)


def _tell_dropped(told: Counter[Level]) -> None:
    dropped = sum(max(number - SHOWN, 0) for number in told.values())
    if dropped:
        sys.stdout.write(
            f"GitHub shows {SHOWN} findings of each severity beside the code: "
            f"{text.plural(dropped, 'more finding')} in the report above.\n"
        )


def _properties(one: Annotation) -> dict[str, str | int | None]:
    return {
        "file": one.path,
        "line": one.start_line,
        "endLine": one.end_line,
        "col": one.start_column,
        "endColumn": one.end_column,
        "title": one.title,
    }


def _write(command: str, properties: dict[str, str | int | None], message: str) -> None:
    written = ",".join(
        f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None
    )
    sys.stdout.write(f"::{command} {written}::{_data(message)}\n")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


@contextmanager
def _group() -> Iterator[None]:
    sys.stdout.write("::group::migaudit\n")
    yield
    sys.stdout.write("::endgroup::\n")


@contextmanager
def _no_commands() -> Iterator[None]:
    """Nothing in between is taken for a command, whatever a migration says.

    The word that ends this must not be known to whoever wrote the migration.
    """
    word = secrets.token_hex(16)
    sys.stdout.write(f"::stop-commands::{word}\n")
    yield
    sys.stdout.write(f"::{word}::\n")


def _append(summary: Path, report: str) -> None:
    try:
        with summary.open("a", encoding="utf-8") as file:
            file.write(f"{report}\n")
    except OSError as error:
        complain(f"The job's summary could not be written: {error.strerror}.")
