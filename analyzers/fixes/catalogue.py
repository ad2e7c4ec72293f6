"""Which rules have fixes."""

from collections.abc import Mapping

from analyzers.fixes import (
    big_keys,
    concurrent_indexes,
    extensions,
    identity,
    json_columns,
    lock_timeout,
    time_zones,
)
from analyzers.fixes.fix import Rewriting, types

FIXES: Mapping[str, tuple[Rewriting, ...]] = {
    "extension-not-idempotent": (Rewriting(extensions.edits),),
    "missing-lock-timeout": (Rewriting(lock_timeout.edits),),
    "non-concurrent-index": (Rewriting(concurrent_indexes.edits),),
    "non-concurrent-index-drop": (Rewriting(concurrent_indexes.edits),),
    "prefer-bigint-key": (Rewriting(big_keys.edits, types),),
    "prefer-identity": (Rewriting(identity.edits, types),),
    "prefer-jsonb": (Rewriting(json_columns.edits, types),),
    "prefer-timestamptz": (Rewriting(time_zones.edits, types),),
}
"""The rewritings of each rule, the best first: the first one that is right is offered."""
