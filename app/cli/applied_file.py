"""Reads a file that tells which migrations a database has run, for `migaudit check --applied`."""

import json
from pathlib import Path

from analyzers.ledger import Record
from analyzers.settings import Source
from app.refusal import Refusal


def applied_in(file: Path) -> tuple[Record, ...]:
    """What the database has run that the file is named after, in the order of the runs.

    It holds a name on each line, as `migaudit applied push --dry-run` prints them, or a JSON list.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise Refusal(f"{file} cannot be read: {reason}.") from None
    names = _listed(text, file) if text.lstrip().startswith(("[", "{")) else _lines(text)
    return (Record(file.stem, Source.REPORTS, names, reference=file.name),)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))


def _listed(text: str, file: Path) -> tuple[str, ...]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Refusal(f"{file} begins like JSON, and is none.") from None
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise Refusal(f"{file} holds JSON that is no list of names.")
    return tuple(dict.fromkeys(found))
