"""What migaudit answers to commands: comments of its own below the pull request."""

from collections.abc import Iterator, Sequence

from analyzers.result import MigrationReport, StatementReport
from analyzers.sentences import sentences
from app.report.escape import block, code, prose
from app.report.limits import MAX_COMMENT, fitting
from app.report.values import Subject
from app.report.words import place_link, plural

_RESERVE = 1_000

HELP = """| command | who | what |
|---|---|---|
| `/migaudit recheck` | the author, or write access | audits again |
| `/migaudit sql` | the author, or write access | shows the statements of each added migration |
| `/migaudit explain RULE` | the author, or write access | explains a rule |
| `/migaudit override RULE -- REASON` | maintain access, and not the author | lets the check pass |
| `/migaudit help` | the author, or write access | shows this table |"""


def sent(subject: Subject, migrations: Sequence[MigrationReport]) -> str:
    """All statements of each migration, `up` and `down`, with what they do to production."""
    if not migrations:
        return "This pull request adds no Knex migrations."
    parts = [part for migration in migrations for part in _migration(subject, migration)]
    shown, complete = fitting(parts, MAX_COMMENT - _RESERVE)
    if not complete:
        more = plural(len(parts) - len(shown), "more part")
        shown = [*shown, f"And {more}: `migaudit sql` in a terminal shows all."]
    return "\n\n".join(shown)


def _migration(subject: Subject, migration: MigrationReport) -> Iterator[str]:
    yield f"### {code(migration.path)}"
    for name, statements in (("up", migration.up), ("down", migration.down)):
        yield f"**`{name}`**" if statements else f"**`{name}`** sends nothing that is known."
        for statement in statements:
            yield _statement(statement)
    for one in migration.unresolved:
        yield f"Not known: {place_link(subject, one.place, exists=True)}: {prose(one.reason)}"


def _statement(statement: StatementReport) -> str:
    done = "\n".join(f"- {prose(sentence)}" for sentence in sentences(statement))
    shown = block(statement.sql, "sql")
    return f"{shown}\n\n{done}" if done else shown


def explained(page: str, url: str) -> str:
    """A rule's page, as much of it as a comment holds."""
    parts = page.split("\n\n")
    shown, complete = fitting(parts, MAX_COMMENT - _RESERVE)
    if not complete and "\n\n".join(shown).count("```") % 2:
        shown.append("```")
    return "\n\n".join([*shown, f"[The page of this rule]({url})"])
