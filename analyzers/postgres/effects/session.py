"""What statements on the transaction itself are refused for."""

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.question import Answers, Question, refused
from analyzers.postgres.operations import ControlTransaction, TransactionVerb
from analyzers.struct import replace

_BACK = (TransactionVerb.RELEASE, TransactionVerb.ROLLBACK_TO)
_OF_SAVEPOINTS = (TransactionVerb.SAVEPOINT, *_BACK)


def _control(question: Question[ControlTransaction]) -> Effects:
    operation, transaction = question.operation, question.transaction
    if operation.verb not in _OF_SAVEPOINTS:
        return Effects()
    verb, name = operation.verb.value.upper(), operation.savepoint
    if not transaction.open:
        found = refused("25P01", f"{verb} can only be used in transaction blocks")
    elif operation.verb in _BACK and not transaction.has_savepoint(name):
        found = refused("3B001", f'savepoint "{name}" does not exist')
    else:
        found = Effects()
    return replace(found, documentation=docs.SAVEPOINT)


ANSWERS: Answers = {ControlTransaction: _control}
