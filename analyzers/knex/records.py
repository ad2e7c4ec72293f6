"""What table builders are told, before it becomes SQL."""

from analyzers.javascript.values import Unknown, Value
from analyzers.knex.builder import ALWAYS, Call, Moment
from analyzers.struct import Struct, field


class Foreign(Struct, eq=False):
    """A foreign key. `told` holds the last call of each of its methods."""

    call: Call
    columns: Value
    told: dict[str, tuple[Value, Call]] = field(default_factory=dict)
    spoilt: Unknown | None = None


class Column(Struct, eq=False):
    """A column. `modifiers` holds the last call of each; `type` is what Knex makes of the name."""

    type: str
    call: Call
    modifiers: dict[str, Call] = field(default_factory=dict)
    altered: Call | None = None
    foreign: Foreign | None = None
    spoilt: Unknown | None = None


class Table(Struct, eq=False):
    """All that one `createTable` or `alterTable` asks for, in the order of the calls.

    `kind` is create, createIfNot, createLike or alter. `statements` are what Knex does after
    the columns; `single` what it takes only once; `spoilt` why its columns are not known;
    `begun` is when its callback ran.
    """

    kind: str
    call: Call
    name: Value
    schema: Value
    begun: Moment = ALWAYS
    like: Value = None
    columns: list[Column] = field(default_factory=list)
    statements: list[Call | Foreign] = field(default_factory=list)
    checks: list[Call] = field(default_factory=list)
    single: dict[str, Call] = field(default_factory=dict)
    spoilt: Unknown | None = None
