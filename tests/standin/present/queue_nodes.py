"""A merge queue as GraphQL's node."""

from collections.abc import Callable
from typing import Any

from tests.standin.present.connections import connection
from tests.standin.pulls import PullRequest
from tests.standin.repository import Repository
from tests.standin.values import Json, node_id


def merge_queue(
    repository: Repository, branch: str, show: Callable[[PullRequest], Json]
) -> Json | None:
    """None where nothing is queued: then the branch may as well have no queue."""
    waiting = [
        pull
        for group in repository.merge_groups
        if group.destroyed is None and group.base_branch == branch
        for pull in group.pulls
    ]
    if not waiting:
        return None
    entries = list(enumerate({pull.number: pull for pull in waiting}.values(), 1))

    def entry(numbered: tuple[int, PullRequest]) -> Json:
        position, pull = numbered
        return {
            "__typename": "MergeQueueEntry",
            "id": node_id("MQE", pull.id),
            "position": position,
            "pullRequest": lambda *_: show(pull),
        }

    nodes: Callable[..., Any] = connection("entries", entries, entry)
    return {"__typename": "MergeQueue", "id": node_id("MQ", repository.id), "entries": nodes}
