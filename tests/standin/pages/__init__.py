"""What people see in the browser: repositories, pull requests and check runs."""

import re
from typing import TYPE_CHECKING

from tests.standin.listener import Answer, Request, decoded
from tests.standin.pages.blob import blob_page
from tests.standin.pages.check import run_page
from tests.standin.pages.layout import missing
from tests.standin.pages.listing import home_page, repository_page
from tests.standin.pages.markup import Html
from tests.standin.pages.pull import pull_page
from tests.standin.repository import Repository

if TYPE_CHECKING:
    from tests.standin.github import GitHub

_REPOSITORY = re.compile(r"/(?P<name>[^/]+/[^/]+?)/?(?:pulls)?")
_PULL = re.compile(r"/(?P<name>[^/]+/[^/]+)/pull/(?P<number>\d+)(?:/.*)?")
_BLOB = re.compile(r"/(?P<name>[^/]+/[^/]+)/blob/(?P<ref>[^/]+)/(?P<path>.+)")
_RUN = re.compile(r"/(?P<name>[^/]+/[^/]+)/runs/(?P<number>\d+)")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


class Pages:
    """Answers everything outside ``/api``; a page loads nothing but itself."""

    def __init__(self, github: "GitHub") -> None:
        self._github = github

    def handle(self, request: Request) -> Answer:
        page = self._page(decoded(request.path))
        content = (page or missing(request.path)).encode()
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": _POLICY,
            "Cache-Control": "no-store",
        }
        return Answer(404 if page is None else 200, content, headers)

    def _page(self, path: str) -> Html | None:
        if path == "/":
            return home_page(self._github)
        for pattern, show in ((_PULL, self._pull), (_RUN, self._run)):
            match = pattern.fullmatch(path)
            repository = self._github.repositories.get(match["name"]) if match else None
            if match and repository:
                return show(repository, int(match["number"]))
        match = _BLOB.fullmatch(path)
        repository = self._github.repositories.get(match["name"]) if match else None
        if match and repository:
            return blob_page(repository, match["ref"], match["path"])
        match = _REPOSITORY.fullmatch(path)
        repository = self._github.repositories.get(match["name"]) if match else None
        return repository_page(repository) if repository else None

    def _pull(self, repository: Repository, number: int) -> Html | None:
        found = (pull for pull in repository.pulls if pull.number == number)
        pull = next(found, None)
        return pull_page(pull) if pull else None

    def _run(self, repository: Repository, number: int) -> Html | None:
        for suite in repository.check_suites:
            for run in suite.runs:
                if run.id == number:
                    return run_page(run)
        return None
