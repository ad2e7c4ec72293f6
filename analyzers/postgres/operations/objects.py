"""Operations on everything that is neither a table nor a part of one."""

from enum import Enum
from typing import TypeAlias

from analyzers.postgres.operations.terms import (
    UNTOLD,
    At,
    Constraint,
    Expression,
    Name,
    Spelling,
    Type,
    Volatility,
)
from analyzers.struct import Struct


class ObjectKind(Enum):
    """Objects that are only made, changed and dropped as a whole."""

    SCHEMA = "schema"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized view"
    SEQUENCE = "sequence"
    ENUM = "enum type"
    DOMAIN = "domain"
    COMPOSITE = "composite type"
    TYPE = "type"
    FUNCTION = "function"
    PROCEDURE = "procedure"
    AGGREGATE = "aggregate"
    TRIGGER = "trigger"
    EVENT_TRIGGER = "event trigger"
    POLICY = "policy"
    RULE = "rule"
    EXTENSION = "extension"
    ROLE = "role"
    DATABASE = "database"
    TABLESPACE = "tablespace"
    PUBLICATION = "publication"
    SUBSCRIPTION = "subscription"
    STATISTICS = "statistics"
    TABLE = "table"
    INDEX = "index"
    COLUMN = "column"
    CONSTRAINT = "constraint"
    OWNED = "everything a role owns"
    OTHER = "object"


VIEWS = frozenset({ObjectKind.VIEW, ObjectKind.MATERIALIZED_VIEW})
TYPES = frozenset({ObjectKind.ENUM, ObjectKind.DOMAIN, ObjectKind.COMPOSITE, ObjectKind.TYPE})
FUNCTIONS = frozenset({ObjectKind.FUNCTION, ObjectKind.PROCEDURE, ObjectKind.AGGREGATE})
UNTRANSACTED = frozenset({ObjectKind.DATABASE, ObjectKind.TABLESPACE, ObjectKind.SUBSCRIPTION})
"""What PostgreSQL neither makes nor drops inside a transaction block."""


class FunctionDetails(Struct, frozen=True):
    """`settings`: the names that its SET clauses fix. `returns`: None for a procedure."""

    volatility: Volatility = Volatility.VOLATILE
    security_definer: bool = False
    settings: frozenset[str] = frozenset()
    language: str = "sql"
    arguments: tuple[Type, ...] = ()
    returns: Type | None = None


class DomainDetails(Struct, frozen=True):
    base: Type
    not_null: bool = False
    default: Expression | None = None
    checks: tuple[Constraint, ...] = ()


class TriggerDetails(Struct, frozen=True):
    """`update_of`: the columns of UPDATE OF. `events`: "insert", "update", "delete", "truncate".

    `execute_function`: written EXECUTE FUNCTION rather than EXECUTE PROCEDURE. `for_each_row`:
    FOR EACH ROW rather than FOR EACH STATEMENT. `before`, `instead`: BEFORE, INSTEAD OF
    rather than AFTER.
    """

    function: Name
    events: frozenset[str] = frozenset()
    update_of: frozenset[str] = frozenset()
    constraint: bool = False
    execute_function: bool = False
    for_each_row: bool = True
    before: bool = False
    instead: bool = False


class ViewDetails(Struct, frozen=True):
    """What a view's query shows and reads. `outputs` None: not to be told without its tables."""

    outputs: tuple[str, ...] | None = None
    columns: frozenset[str] = frozenset()
    with_data: bool = True


class SequenceDetails(Struct, frozen=True):
    """`owner`: table and column of OWNED BY; `disowned`: OWNED BY NONE.

    `options`: all others, as (word, value).
    """

    owner: tuple[Name, str] | None = None
    options: tuple[tuple[str, str], ...] = ()
    disowned: bool = False


Details: TypeAlias = (
    FunctionDetails | DomainDetails | TriggerDetails | ViewDetails | SequenceDetails
)


class CreateObject(At, frozen=True):
    """`table`: the table that a trigger, policy or rule belongs to. `sources`: tables it reads.

    `labels`: of an enum, its values; of statistics, their columns, with "" for an expression.
    `definition`: everything after the name.
    """

    kind: ObjectKind
    name: Name
    if_not_exists: bool = False
    or_replace: bool = False
    table: Name | None = None
    labels: tuple[str, ...] = ()
    sources: frozenset[Name] = frozenset()
    details: Details | None = None
    definition: Spelling = UNTOLD


class DropObject(At, frozen=True):
    """`arguments`: the types that tell a function from others of its name, where they are given."""

    kind: ObjectKind
    name: Name
    if_exists: bool = False
    cascade: bool = False
    table: Name | None = None
    arguments: tuple[Type, ...] | None = None


class RenameObject(At, frozen=True):
    kind: ObjectKind
    name: Name
    to: str
    table: Name | None = None


class MoveObject(At, frozen=True):
    """ALTER … SET SCHEMA."""

    kind: ObjectKind
    name: Name
    to: str


class AlterObject(At, frozen=True):
    """Any other change of an object. `change` is what PostgreSQL's grammar calls it."""

    kind: ObjectKind
    name: Name
    change: str = ""
    table: Name | None = None
    details: Details | None = None


class AddEnumValue(At, frozen=True):
    type: Name
    value: str
    if_not_exists: bool = False


class RenameEnumValue(At, frozen=True):
    type: Name
    value: str
    to: str


class AlterDomain(At, frozen=True):
    """`verb`: "add constraint", "drop constraint", "rename constraint" (`to` another name),
    "validate", "set not null", "drop not null", "set default" or "drop default"."""

    domain: Name
    verb: str
    constraint: Constraint | None = None
    name: str | None = None
    to: str | None = None


class Comment(At, frozen=True):
    """`table`: what a comment on a column, constraint, trigger or policy belongs to."""

    kind: ObjectKind
    name: Name
    table: Name | None = None


class Grant(At, frozen=True):
    """GRANT and REVOKE. `tables`: those it names. No `privileges`: ALL."""

    revoke: bool
    kind: ObjectKind
    privileges: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    tables: tuple[Name, ...] = ()
    future: bool = False


class Opaque(At, frozen=True):
    """A statement that is not modelled. `kind` is PostgreSQL's name of it (`SECURITY LABEL`).

    `reason`: a clause for users, where there is more to say than that.
    """

    kind: str
    tables: frozenset[Name] = frozenset()
    reason: str | None = None
