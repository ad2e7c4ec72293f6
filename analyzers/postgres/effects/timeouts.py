"""What timeouts can be set to."""

import re
from collections.abc import Iterator

from analyzers.postgres.effect import Refusal
from analyzers.postgres.operations import SetSetting

_TIMEOUTS = frozenset(
    {
        "deadlock_timeout",
        "idle_in_transaction_session_timeout",
        "lock_timeout",
        "statement_timeout",
        "transaction_timeout",
    }
)
_MILLISECONDS = {"us": 0.001, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_TIME = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*(us|ms|s|min|h|d)?\s*")
_LONGEST = 2**31 - 1
_FRACTIONS = 12


def not_a_timeout(operation: SetSetting, major: int) -> Iterator[Refusal]:
    """22023 for what is no time: the units are us, ms, s, min, h and d. Before 12, no fractions.

    https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES
    """
    value = operation.value
    if operation.setting not in _TIMEOUTS or value is None:
        return
    found = _TIME.fullmatch(value)
    if found is not None and major < _FRACTIONS and ("." in found[1] or found[2] == "us"):
        found = None
    if found is None and not value.strip()[:2].lower().startswith("0x"):
        yield Refusal("22023", f'invalid value for parameter "{operation.setting}": "{value}"')
    elif found is not None:
        time = float(found[1]) * _MILLISECONDS[found[2] or "ms"]
        if not -0.5 <= time < _LONGEST + 0.5:
            message = f'{value} is outside the valid range for parameter "{operation.setting}"'
            yield Refusal("22023", message)
