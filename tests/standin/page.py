"""What people see in the browser."""

from typing import TYPE_CHECKING

from tests.standin.listener import Answer, Request

if TYPE_CHECKING:
    from tests.standin.github import GitHub


class Pages:
    """Answers everything outside ``/api``."""

    def __init__(self, github: "GitHub") -> None:
        self._github = github

    def handle(self, request: Request) -> Answer:
        return Answer(404, request.path.encode())
