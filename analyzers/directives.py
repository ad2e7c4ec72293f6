"""The comments of a migration that would suppress findings, its own and those in its SQL."""

from collections.abc import Iterable, Iterator

from analyzers.knex.execution import Execution, Statement
from analyzers.loading import Loaded, Loader
from analyzers.postgres.operations import Range
from analyzers.postgres.parser import comments
from analyzers.source import Place
from analyzers.suppressions import PREFIX, Directive, in_file, in_statement


def directives(
    loader: Loader, one: Loaded, executions: Iterable[Execution]
) -> tuple[Directive, ...]:
    """Each comment once. Where the file itself is SQL, its own comments are those of the SQL."""
    if one.migration is None:
        return tuple(in_file(one.file, one.comments)) if PREFIX in one.file.text else ()
    own = in_file(one.file, one.comments) if PREFIX in one.file.text else ()
    statements = (
        statement
        for execution in executions
        for statement in execution.statements
        if PREFIX in statement.sql.string
    )
    sent = (found for statement in statements for found in _in_sql(loader, one, statement))
    return tuple(dict.fromkeys((*own, *sent)))


def _in_sql(loader: Loader, one: Loaded, statement: Statement) -> Iterator[Directive]:
    files = {one.path: one.file}

    def place_of(at: Range) -> Place:
        sql = statement.sql
        span = sql.span(at.start, at.end, within=statement.span) or statement.span
        if span.path not in files:
            files[span.path] = loader.file(span.path)
        return files[span.path].place(span)

    yield from in_statement(
        statement.sql.string, comments(statement.sql.string), one.path, place_of
    )
