"""Log lines as JSON on standard error, with their context and without secrets."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import AbstractContextManager
from typing import IO, Any

import structlog

_SECRETS = re.compile(
    r"gh[a-z]_[A-Za-z0-9._-]{16,}"  # tokens of either format: GitHub promises no length
    r"|\bmigaudit_[A-Za-z0-9_-]{40,}"
    r"|github_pat_[A-Za-z0-9_]{16,}"
    r"|\bv1\.[0-9a-f]{40}\b"
    r"|\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",
    re.DOTALL,
)

Logger = structlog.stdlib.BoundLogger


def configure(stream: IO[str] | None = None, level: str = "INFO") -> None:
    """Sends every log line of this process, those of libraries included, to `stream`."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.PositionalArgumentsFormatter()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _redact,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    _install(handler, level)


def logger(name: str) -> Logger:
    """The logger of one module."""
    log: Logger = structlog.stdlib.get_logger(name)
    return log


def context(**values: object) -> AbstractContextManager[Any]:
    """Adds `values` to every line that is logged inside the block, in this thread or task."""
    known = {name: value for name, value in values.items() if value is not None}
    return structlog.contextvars.bound_contextvars(**known)


def redacted(text: str) -> str:
    """`text` without anything that has the form of a credential."""
    return _SECRETS.sub("[redacted]", text)


def _install(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "dbos", "alembic"):
        library = logging.getLogger(name)
        library.handlers[:] = [] if name != "dbos" else [logging.NullHandler()]
        library.propagate = True
        library.setLevel(logging.WARNING)
    logging.getLogger("github").setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.WARNING)


def _redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {name: _clean(value) for name, value in event.items()}


def _clean(value: object) -> object:
    if isinstance(value, bool | int | float) or value is None:
        return value
    return redacted(value if isinstance(value, str) else repr(value))
