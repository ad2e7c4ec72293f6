"""Lists: all repositories, and the pull requests of one."""

from typing import TYPE_CHECKING

from tests.standin.pages.layout import check_mark, document, state_badge, trail
from tests.standin.pages.markup import NOTHING, Html, el
from tests.standin.pulls import PullRequest
from tests.standin.repository import Repository

if TYPE_CHECKING:
    from tests.standin.github import GitHub


def home_page(github: "GitHub") -> Html:
    links = [
        el("li", el("a", repository.full_name, href=repository.page))
        for repository in github.repositories.values()
    ]
    return document("Repositories", el("h1", "Repositories"), el("ul.rows", *links))


def repository_page(repository: Repository) -> Html:
    newest_first = sorted(repository.pulls, key=lambda pull: -pull.number)
    rows = [_row(pull) for pull in newest_first]
    nothing = el("p.note", "There are no pull requests yet.")
    return document(
        repository.full_name,
        trail((repository.full_name, repository.page)),
        el("h1", "Pull requests"),
        el("ul.rows", *rows) if rows else nothing,
    )


def _row(pull: PullRequest) -> Html:
    newest = {run.name: run for run in pull.check_runs}
    marks = [check_mark(run) for run in newest.values()]
    count = len(pull.review_comments) + len(pull.issue_comments)
    talk = el("span.talk", f"{count} comment{'s' if count != 1 else ''}") if count else NOTHING
    return el(
        "li.pull",
        state_badge(pull),
        el("a", pull.title, href=pull.page),
        *marks,
        el("span.faint", f"#{pull.number} by {pull.user.login}"),
        talk,
    )
