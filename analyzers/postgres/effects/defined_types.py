"""What changes of enums and domains do."""

from collections.abc import Iterator

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.enums import add_value
from analyzers.postgres.effects.question import (
    Answers,
    Question,
    possible,
    refused,
)
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    AddEnumValue,
    AlterDomain,
    ConstraintKind,
    Name,
    RenameEnumValue,
)
from analyzers.postgres.schema import DefinedType
from analyzers.struct import replace


def _add_value(question: Question[AddEnumValue]) -> Effects:
    operation, schema = question.operation, question.schema
    found = add_value(operation, question.transaction, question.major)
    kind = next(
        (schema.types[n] for n in schema.candidates(operation.type) if n in schema.types), None
    )
    if kind is not None and operation.value in kind.labels and not operation.if_not_exists:
        return found.also(refused("42710", f'enum label "{operation.value}" already exists'))
    return found


def _rename_value(question: Question[RenameEnumValue]) -> Effects:
    operation, schema = question.operation, question.schema
    found = Effects(documentation=docs.ALTER_TYPE)
    kind = next(
        (schema.types[n] for n in schema.candidates(operation.type) if n in schema.types), None
    )
    if kind is None:
        return found
    if operation.value not in kind.labels:
        return found.also(refused("22023", f'"{operation.value}" is not an existing enum label'))
    if operation.to in kind.labels:
        return found.also(refused("42710", f'enum label "{operation.to}" already exists'))
    return found


def _domain(question: Question[AlterDomain]) -> Effects:
    """A new constraint is tried on every column of the domain, under SHARE."""
    operation, schema = question.operation, question.schema
    added = operation.constraint
    marks = operation.verb == "set not null" or (
        added is not None and added.kind is ConstraintKind.NOT_NULL
    )
    checked = added is not None and added.valid
    kind = next(
        (schema.types[n] for n in schema.candidates(operation.domain) if n in schema.types), None
    )
    if kind is not None and operation.verb in ("drop constraint", "validate", "rename constraint"):
        lacking = _lacking(question, kind)
        if lacking is not None:
            return lacking
    names = {check.name for check in kind.checks} if kind is not None else set()
    named = operation.to if added is None else added.name
    if named is not None and named in names:
        return refused("42710", f'constraint "{named}" already exists')
    perhaps = Effects()
    if kind is not None and kind.not_null and named is not None and question.major >= _NAMED:
        perhaps = possible(("42710", "its NOT NULL may have this name"))
    if operation.verb not in ("set not null", "validate") and not checked:
        return perhaps
    if marks and kind is not None and kind.not_null:
        return Effects()
    tables = [
        table.name
        for table in schema.tables.values()
        if table.partition_by is None
        and any(c.type and c.type.name == operation.domain.name for c in table.columns)
    ]
    code = "23502" if marks else "23514"
    found = Effects(locks=question.locks(tables, LockMode.SHARE), scans=tuple(tables))
    violated = refused(code, f"a column of {operation.domain} violates it", certain=False)
    if any(not table.certain for table in schema.tables.values()):
        found = found.also(Effects(known=False))  # it may have such a column
    found = found.also(perhaps, *_views_of(question, tables))
    return found.also(violated) if tables else found


def _lacking(question: Question[AlterDomain], kind: DefinedType) -> Effects | None:
    """What there is of the constraint's name: since 17 NOT NULL is one, too."""
    operation = question.operation
    if operation.name in {check.name for check in kind.checks}:
        return None
    marked = kind.not_null or (operation.name or "").endswith("_not_null")
    if marked and question.major >= _NAMED:
        return possible(
            ("42704", "there is no such constraint"),
            ("42809", "it is no check"),
            ("42710", "there is one of the other name"),
        )
    if operation.lenient:
        return Effects()
    message = f'constraint "{operation.name}" of domain "{kind.name}" does not exist'
    return refused("42704", message)


_NAMED = 17


def _views_of(question: Question[AlterDomain], tables: list[Name]) -> Iterator[Effects]:
    """Materialized views may have columns of the domain, too."""
    for view in (view for table in tables for view in question.views_over(table)):
        if view.materialized:
            lock = replace(question.lock(view.name, LockMode.SHARE), certain=False)
            yield Effects(locks=(lock,), known=False)


ANSWERS: Answers = {
    AddEnumValue: _add_value,
    RenameEnumValue: _rename_value,
    AlterDomain: _domain,
}
