"""Which rules have fixes."""

from collections.abc import Mapping

from analyzers.fixes import (
    awaited,
    big_keys,
    concurrent_indexes,
    downs,
    extensions,
    given_back,
    guards,
    identity,
    json_columns,
    kept_not_null,
    leftovers,
    local_settings,
    lock_timeout,
    not_valid,
    own_transaction,
    renamed_tables,
    restated,
    spelling,
    time_zones,
)
from analyzers.fixes.fix import Rewriting, restored, types, unvalidated, views

FIXES: Mapping[str, Rewriting] = {
    "alter-resets-column": Rewriting(restated.edits, restored),
    "blocking-unique-constraint": Rewriting(concurrent_indexes.edits),
    "concurrent-index-in-transaction": Rewriting(own_transaction.edits),
    "concurrent-index-not-idempotent": Rewriting(leftovers.edits),
    "empty-down": Rewriting(downs.edits, reverses=True),
    "extension-not-idempotent": Rewriting(extensions.edits),
    "floating-query": Rewriting(awaited.edits, runs_more=True),
    "if-exists-hides-drift": Rewriting(guards.edits),
    "ineffective-lock-timeout": Rewriting(local_settings.edits),
    "missing-down": Rewriting(downs.edits, reverses=True),
    "missing-lock-timeout": Rewriting(lock_timeout.edits),
    "non-concurrent-index": Rewriting(concurrent_indexes.edits),
    "non-concurrent-index-drop": Rewriting(concurrent_indexes.edits),
    "prefer-bigint-key": Rewriting(big_keys.edits, types),
    "prefer-identity": Rewriting(identity.edits, types),
    "prefer-jsonb": Rewriting(json_columns.edits, types),
    "prefer-timestamptz": Rewriting(time_zones.edits, types),
    "rename-table": Rewriting(renamed_tables.edits, views),
    "set-not-null-scans-table": Rewriting(kept_not_null.edits),
    "transaction-disabled-needlessly": Rewriting(given_back.edits),
    "unknown-knex-method": Rewriting(spelling.edits, runs_more=True),
    "validating-check-constraint": Rewriting(not_valid.edits, unvalidated),
    "validating-foreign-key": Rewriting(not_valid.edits, unvalidated),
}
