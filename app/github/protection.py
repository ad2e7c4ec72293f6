"""What a repository demands before anything is merged into its default branch."""

from dataclasses import dataclass
from urllib.parse import quote

from app.github.connection import Connection
from app.github.shape import Json


@dataclass(frozen=True, slots=True)
class Protection:
    """Rules of the `branch`, as far as rulesets have them: classic protection is not shown to Apps
    that may not administrate.

    `required` are the Apps from which a check is expected, None for any; `queue`: merges go
    through a merge queue.
    """

    branch: str
    required: tuple[int | None, ...]
    queue: bool


def protection(connection: Connection, path: str, check: str) -> Protection:
    """https://docs.github.com/rest/repos/rules#get-rules-for-a-branch; `check` is the one meant."""
    branch = connection.get(path).text("default_branch")
    rules = list(connection.pages(f"{path}/rules/branches/{quote(branch, safe='')}"))
    required = tuple(one for rule in rules for one in _sources(rule, check))
    return Protection(branch, required, any(r.text("type") == "merge_queue" for r in rules))


def _sources(rule: Json, check: str) -> list[int | None]:
    if rule.text("type") != "required_status_checks":
        return []
    wanted = rule.children("parameters", "required_status_checks")
    return [one.maybe_number("integration_id") for one in wanted if one.text("context") == check]
