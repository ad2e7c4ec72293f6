"""Where the time of an audit goes: what is spent in the parsers of JavaScript and of SQL."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from analyzers.audit import audit
from analyzers.javascript import syntax
from analyzers.memory import MemoryTree
from analyzers.postgres import parser
from analyzers.request import Change, ChangeStatus, Request

PARTS: dict[str, tuple[tuple[ModuleType, str], ...]] = {
    "tree-sitter": ((syntax, "parsed"),),
    "PostgreSQL's parser": ((parser.postgast, "parse"), (parser.postgast, "scan")),
}


def shares(files: list[Path]) -> dict[str, float]:
    """The part of one audit's time, within a process that has loaded, that each parser takes."""
    texts = {f"migrations/{file.name}": file.read_text(encoding="utf-8") for file in files}
    changes = tuple(Change(path, ChangeStatus.ADDED) for path in texts)
    request = Request(MemoryTree({}), MemoryTree(texts), changes)
    audit(request)
    with timed() as spent:
        began = time.perf_counter()
        audit(request)
        total = time.perf_counter() - began
    return {part: spent[part] / total for part in PARTS}


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """Adds up the seconds that the functions of each part take while the block runs."""
    spent: dict[str, float] = defaultdict(float)
    known = [(part, *place, getattr(*place)) for part, places in PARTS.items() for place in places]
    for part, module, name, function in known:
        setattr(module, name, measured(function, part, spent))
    try:
        yield spent
    finally:
        for _, module, name, function in known:
            setattr(module, name, function)


def measured(
    function: Callable[..., Any], part: str, spent: dict[str, float]
) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return function(*arguments)
        finally:
            spent[part] += time.perf_counter() - began

    return call
