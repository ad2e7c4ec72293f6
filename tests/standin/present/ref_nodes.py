"""Branches and tags as GraphQL's nodes."""

from collections.abc import Callable
from typing import Any

from tests.standin.present.connections import connection
from tests.standin.repository import Repository
from tests.standin.values import Json, node_id


def refs(
    repository: Repository,
    show: Callable[[str], Json | None],
    info: Any,
    refPrefix: str,  # noqa: N803 - GitHub's name
    **wanted: Any,
) -> Json:
    """Those below a prefix: by name, or tags by the date of the commit that they lead to."""
    found = list(repository.git.refs(refPrefix.rstrip("/")).items())
    order = wanted.pop("orderBy", None) or {"field": "ALPHABETICAL", "direction": "ASC"}
    if order["field"] == "TAG_COMMIT_DATE":
        found.sort(key=lambda item: _date(repository, item[1]))
    else:
        found.sort()
    if order["direction"] == "DESC":
        found.reverse()

    def ref(item: tuple[str, str]) -> Json:
        name, sha = item
        return {
            "__typename": "Ref",
            "id": node_id("REF", int(sha[:8], 16)),
            "name": name.removeprefix(refPrefix),
            "prefix": refPrefix,
            "target": lambda _: show(sha),
        }

    return connection("refs", found, ref)(info, **wanted)


def _date(repository: Repository, sha: str) -> float:
    """Tags of what is no commit come first."""
    commit = repository.git.commit_sha(sha)
    return repository.git.commit_info(commit).date if commit else 0.0
