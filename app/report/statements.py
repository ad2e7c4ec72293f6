"""The check run's text: what each added migration sends, and what that does to production."""

from collections.abc import Sequence

from analyzers.result import MigrationReport, StatementReport
from analyzers.sentences import circumstances, failure, lock_sentences, losses, work
from app.report.escape import cell, code, prose
from app.report.limits import MAX_OUTPUT, fitting
from app.report.values import Subject
from app.report.words import line_link, plural

_TAIL_RESERVE = 200
_MOST_STATEMENTS = 40
_SQL_SHOWN = 120
_HEADER = "| line | statement | who waits | what it does |\n|---|---|---|---|"
_NOTHING = "–"


def statements(subject: Subject, migrations: Sequence[MigrationReport]) -> str:
    """A table for each migration, as many whole ones as GitHub takes; empty without any."""
    tables = [_migration(subject, migration) for migration in migrations]
    shown, complete = fitting(tables, MAX_OUTPUT - _TAIL_RESERVE)
    if not complete:
        rest = plural(len(tables) - len(shown), "more migration")
        shown = [*shown, f"And {rest}: `/migaudit sql` tells what they send."]
    return "\n\n".join(shown)


def _migration(subject: Subject, migration: MigrationReport) -> str:
    rows = [_row(subject, statement) for statement in migration.up[:_MOST_STATEMENTS]]
    more = len(migration.up) - len(rows)
    if more:
        rows.append(f"| | and {plural(more, 'more statement')} | | |")
    about = "\n".join((_HEADER, *rows)) if rows else _without(migration)
    return f"### {code(migration.path)}\n\n{about}"


def _without(migration: MigrationReport) -> str:
    if migration.complete:
        return "`up` sends nothing."
    return "What `up` sends is not known: the findings say why."


def _row(subject: Subject, statement: StatementReport) -> str:
    waits = [f"{lock.text} ({lock.mode.sql})" for lock in lock_sentences(statement)]
    does = (*failure(statement), *losses(statement), *work(statement), *circumstances(statement))
    sql = cell(code(" ".join(statement.sql.split()), limit=_SQL_SHOWN))
    cells = (line_link(subject, statement.place), sql, _listed(waits), _listed(does))
    return f"| {' | '.join(cells)} |"


def _listed(told: Sequence[str]) -> str:
    return cell("<br>".join(map(prose, told))) or _NOTHING
