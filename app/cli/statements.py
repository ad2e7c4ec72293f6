"""The statements of migrations, for people."""

from collections.abc import Iterator, Sequence

from analyzers.result import MigrationReport, StatementReport
from analyzers.sentences import (
    LockSentence,
    circumstances,
    failure,
    lock_sentences,
    losses,
    work,
)
from app.cli.terminal import Styled, line, prose

QUIET = "bright_black"
GRAVE = "red"
NOTABLE = "yellow"
LONGEST_MODE = 24
_INDENT = 9
_MARGIN = 5


def write_statements(migrations: Sequence[MigrationReport]) -> None:
    for migration in migrations:
        line((migration.path, "bold"))
        for direction, statements in (("up", migration.up), ("down", migration.down)):
            line((direction, "bold"), _heading(statements), indent=2)
            for statement in statements:
                _write(statement)
        for item in migration.unresolved:
            heading = (f"Not understood, line {item.place.line}: ", NOTABLE)
            prose(item.reason, first=heading, indent=2)
        line()


def _heading(statements: Sequence[StatementReport]) -> str:
    if not statements:
        return " sends nothing"
    alone = not any(statement.in_transaction for statement in statements)
    return ", outside of any transaction" if alone else ""


def _write(statement: StatementReport) -> None:
    first, *others = statement.sql.split("\n")
    line((f"{statement.place.line:>{_MARGIN}}  ", QUIET), first)
    for other in others:
        line(other, indent=_MARGIN + 2)
    for remark in _remarks(statement):
        line(*remark, indent=_INDENT)


def _remarks(statement: StatementReport) -> Iterator[Sequence[Styled]]:
    yield from (((text, "bold red"),) for text in failure(statement))
    yield from map(_lock, lock_sentences(statement))
    yield from (((text, GRAVE),) for text in losses(statement))
    yield from (((text, NOTABLE),) for text in work(statement))
    yield from (((text, QUIET),) for text in circumstances(statement))


def _lock(lock: LockSentence) -> Sequence[Styled]:
    """The mode in a column of its own."""
    style = GRAVE if lock.mode.blocks_reads else NOTABLE if lock.mode.blocks_writes else QUIET
    return ((f"{lock.mode.value:<{LONGEST_MODE}}  ", QUIET), (lock.text, style))
