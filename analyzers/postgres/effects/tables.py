"""What operations on whole tables do."""

from analyzers.postgres.effect import Effects, Loss, LossKind
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.inheritance import default_partitions, inherited_constraint
from analyzers.postgres.effects.question import (
    Answers,
    Question,
    counting,
    indexes,
    refused,
    sequences,
    whole,
)
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    Constraint,
    DropTable,
    Name,
    RenameTable,
    Truncate,
)
from analyzers.postgres.schema import Table
from analyzers.struct import replace

_AE, _SRE, _SUE, _AS = (
    LockMode.ACCESS_EXCLUSIVE,
    LockMode.SHARE_ROW_EXCLUSIVE,
    LockMode.SHARE_UPDATE_EXCLUSIVE,
    LockMode.ACCESS_SHARE,
)


def _drop(question: Question[DropTable]) -> Effects:
    operation = question.operation
    missing = question.missing(operation.table)
    if missing is not None:
        # One of several may have gone with another of them.
        with_another = len(operation.together) > 1 and operation.cascade
        refusal = replace(missing, certain=missing.certain and not with_another)
        return Effects() if operation.if_exists else Effects(refusal=refusal)
    table = question.table(operation.table)
    together = {question.schema.full(name) for name in operation.together}
    found = Effects(documentation=docs.DROP_TABLE)
    if table.partition_of is not None and table.partition_of not in together:
        above = question.table(table.partition_of)
        default = [name for name in default_partitions(question, above) if name != table.name]
        found = found.also(Effects(locks=question.locks([above.name, *default], _AE)))
    if table.partition_by is None and not operation.cascade:
        heirs = [m for m in question.schema.partitions(table.name) if m.name not in together]
        if heirs:
            message = f"cannot drop {table.name}: {heirs[0].name} depends on it"
            return found.also(refused("2BP01", message))
    together |= {member.name for member in question.family(table)}
    for member in question.family(table):
        found = found.also(_dropped(question, member), _dependents(question, member, together))
    return found


def _dropped(question: Question[DropTable], table: Table) -> Effects:
    """The table, its indexes, and the tables whose rows its foreign keys guard."""
    guarding = [c for c in table.constraints if c.enforced]
    own = [c for c in guarding if not _is_of_parent(question, table, c)]
    parents = [name for c in own if c.reference for name in question.ends(c.reference)]
    others = [name for name in dict.fromkeys(parents) if name != table.name]
    return Effects(
        locks=question.locks(
            [table.name, *others, *indexes(table), *sequences(question.schema, table.name)], _AE
        ),
        losses=(Loss(LossKind.DROPPED, table.name),),
        known=table.certain,
    )


def _is_of_parent(question: Question[DropTable], table: Table, constraint: Constraint) -> bool:
    """A partition's foreign key is that of the table above, which keeps the far end's lock."""
    if table.partition_of is not None and table.partition_of not in question.schema.tables:
        return True  # the same statement has dropped that one, with all that this one has of it
    found = inherited_constraint(question.schema, table, constraint.name or "")
    return table.partition_of is not None and found is not None


def _dependents(question: Question[DropTable], table: Table, together: set[Name]) -> Effects:
    referencing = [
        name
        for other, _, reference in question.inbound(table)
        if other.name != table.name and other.name not in together
        for name in (other.name, *question.ends(reference))
    ]
    views = list(question.views_over(table.name))
    counted = sequences(question.schema, table.name)
    counters = (other.name for other in counting(question.schema, table, counted))
    referencing += [name for name in counters if name not in together]
    depending = [*dict.fromkeys(referencing), *whole(views)]
    if depending and not question.operation.cascade:
        message = f"cannot drop {table.name}: {depending[0]} depends on it"
        sure = bool(referencing) or any(view.exists for view in views)
        return refused("2BP01", message, certain=sure)
    return Effects(locks=question.locks(depending, _AE))


def _rename(question: Question[RenameTable]) -> Effects:
    operation, schema = question.operation, question.schema
    full = schema.full(operation.table)
    missing = None if schema.has_relation(full) else question.missing(operation.table)
    lock = question.lock(full, _AE)
    return Effects(locks=(lock,), refusal=missing, documentation=docs.ALTER_TABLE)


def _truncate(question: Question[Truncate]) -> Effects:
    operation = question.operation
    missing = question.missing(operation.table)
    if missing is not None:
        return Effects(refusal=missing)
    tops = [question.table(name) for name in operation.together]
    named = {member.name for top in tops for member in question.family(top)}
    found = Effects(documentation=docs.TRUNCATE)
    emptied: set[Name] = set()
    waiting = list(question.family(question.table(operation.table)))
    while waiting:
        table = waiting.pop()
        if table.name in emptied:
            continue
        emptied.add(table.name)
        found = found.also(_emptied(question, table))
        # A key that is not enforced has nothing to say of rows, but is followed by CASCADE.
        reaching = [(o, c) for o, c, _ in question.inbound(table) if o.name not in named]
        others = [o for o, c in reaching if operation.cascade or c.enforced]
        if others and not operation.cascade:
            message = f'cannot truncate "{table.name}": {others[0].name} references it'
            return found.also(refused("0A000", message))
        waiting.extend(others)
    return found


def _emptied(question: Question[Truncate], table: Table) -> Effects:
    held = () if table.partition_by is not None else indexes(table)
    if question.operation.restart_identity:
        held = (*held, *sequences(question.schema, table.name))
    return Effects(
        locks=question.locks([table.name, *held], _AE),
        losses=(Loss(LossKind.EMPTIED, table.name),),
        known=table.certain,
    )


ANSWERS: Answers = {
    DropTable: _drop,
    RenameTable: _rename,
    Truncate: _truncate,
}
