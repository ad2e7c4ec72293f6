"""Which rules have fixes."""

from collections.abc import Mapping

from analyzers.fixes import (
    awaited,
    big_keys,
    concurrent_indexes,
    downs,
    extensions,
    identity,
    json_columns,
    lock_timeout,
    not_valid,
    restated,
    time_zones,
)
from analyzers.fixes.fix import Rewriting, restored, types, unvalidated

FIXES: Mapping[str, tuple[Rewriting, ...]] = {
    "alter-resets-column": (Rewriting(restated.edits, restored),),
    "empty-down": (Rewriting(downs.edits, reverses=True),),
    "extension-not-idempotent": (Rewriting(extensions.edits),),
    "floating-query": (Rewriting(awaited.edits, runs_more=True),),
    "missing-down": (Rewriting(downs.edits, reverses=True),),
    "missing-lock-timeout": (Rewriting(lock_timeout.edits),),
    "non-concurrent-index": (Rewriting(concurrent_indexes.edits),),
    "non-concurrent-index-drop": (Rewriting(concurrent_indexes.edits),),
    "prefer-bigint-key": (Rewriting(big_keys.edits, types),),
    "prefer-identity": (Rewriting(identity.edits, types),),
    "prefer-jsonb": (Rewriting(json_columns.edits, types),),
    "prefer-timestamptz": (Rewriting(time_zones.edits, types),),
    "validating-check-constraint": (Rewriting(not_valid.edits, unvalidated),),
    "validating-foreign-key": (Rewriting(not_valid.edits, unvalidated),),
}
"""The rewritings of each rule, the best first: the first one that is right is offered."""
