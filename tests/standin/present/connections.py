"""GraphQL's lists: pages with cursors, at most a hundred nodes each."""

import base64
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from graphql import GraphQLError

from tests.standin.limits import MAX_PER_PAGE
from tests.standin.values import Json

T = TypeVar("T")


def connection(name: str, items: Sequence[T], show: Callable[[T], Json]) -> Callable[..., Json]:
    def resolve(_: Any, **page: Any) -> Json:
        start, end = _bounds(name, len(items), page)
        return {
            "totalCount": len(items),
            "nodes": [show(item) for item in items[start:end]],
            "pageInfo": {
                "startCursor": _cursor(start) if end > start else None,
                "endCursor": _cursor(end - 1) if end > start else None,
                "hasPreviousPage": start > 0,
                "hasNextPage": end < len(items),
            },
        }

    return resolve


def _bounds(name: str, count: int, page: Json) -> tuple[int, int]:
    first: int | None = page.get("first")
    size: int | None = first if first is not None else page.get("last")
    if size is None:
        message = f"You must provide a `first` or `last` value to properly paginate the `{name}`"
        kind = {"type": "MISSING_PAGINATION_BOUNDARIES"}
        raise GraphQLError(f"{message} connection.", extensions=kind)
    if size > MAX_PER_PAGE:
        message = f"Requesting {size} records on the `{name}` connection exceeds the `first` limit"
        kind = {"type": "EXCESSIVE_PAGINATION"}
        raise GraphQLError(f"{message} of {MAX_PER_PAGE} records.", extensions=kind)
    start = _position(page["after"]) + 1 if page.get("after") else 0
    end = _position(page["before"]) if page.get("before") else count
    if first is not None:
        return start, min(end, start + size)
    return max(start, end - size), end


def _cursor(position: int) -> str:
    return base64.b64encode(f"cursor:v2:{position}".encode()).decode()


def _position(cursor: str) -> int:
    return int(base64.b64decode(cursor).decode().rpartition(":")[2])
