"""From SQL text to what it leaves: the helpers of the tests beside this."""

from analyzers.postgres import parser, replay, translate
from analyzers.postgres.operations import Operation
from analyzers.postgres.schema import Schema

EMPTY = Schema(complete=True, major=18)


def operations(sql: str) -> list[Operation]:
    found: list[Operation] = []
    for part in parser.parse(sql):
        assert isinstance(part, parser.ParsedStatement), part
        found.extend(translate.operations(part))
    return found


def after(sql: str, schema: Schema = EMPTY, *, conditional: bool = False) -> Schema:
    for operation in operations(sql):
        schema = replay.apply(schema, operation, conditional=conditional)
    return schema
