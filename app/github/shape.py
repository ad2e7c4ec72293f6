"""Reads JSON whose shape GitHub documents, and says so where it isn't as documented."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from app.github.errors import UnexpectedAnswer

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON value; every reader takes the names that lead to what it reads."""

    value: object

    def text(self, *names: str) -> str:
        return self._typed(str, names)

    def number(self, *names: str) -> int:
        return self._typed(int, names)

    def big_number(self, *names: str) -> int:
        """GraphQL's `BigInt`, which it writes as text: an `Int` has 32 bits, ids have more."""
        found = self._find(names)
        return int(found) if isinstance(found, str) and found.isdecimal() else self.number(*names)

    def flag(self, *names: str) -> bool:
        return self._typed(bool, names)

    def maybe_text(self, *names: str) -> str | None:
        """None where it, or anything on the way to it, is null or missing."""
        found = self._find(names)
        return found if isinstance(found, str) else None

    def maybe_number(self, *names: str) -> int | None:
        found = self._find(names)
        return found if isinstance(found, int) else None

    def child(self, *names: str) -> "Json":
        return Json(self._find(names))

    def children(self, *names: str) -> Iterator["Json"]:
        return map(Json, self._typed(list, names))

    def _typed(self, kind: type[Value], names: tuple[str, ...]) -> Value:
        found = self._find(names)
        if not isinstance(found, kind):
            where = ".".join(names) or "its answer"
            raise UnexpectedAnswer(f"GitHub gave no {kind.__name__} as {where}")
        return found

    def _find(self, names: tuple[str, ...]) -> object:
        found = self.value
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return found
