"""Our GitHub App: who we are, and the way to each repository."""

from app.github.repository import Repository
from app.github.values import AppIdentity


class GitHubApp:
    """One registered App on one GitHub. Tokens live in its memory only.

    `api_url` is the REST root (`https://HOST/api/v3` on GitHub Enterprise Server);
    `seconds_between_writes` is GitHub's advice for content, per installation.
    """

    def __init__(
        self,
        app_id: int,
        private_key: str,
        api_url: str = "https://api.github.com",
        *,
        seconds_between_writes: float = 1.0,
        timeout: float = 15.0,
    ) -> None:
        raise NotImplementedError

    def identity(self) -> AppIdentity:
        """Who GitHub says we are; asked once. `Unauthorized` where the key isn't the App's."""
        raise NotImplementedError

    def repository(self, installation_id: int, repository_id: int, name: str) -> Repository:
        """The way to one repository, with a token for it alone. Makes no call yet."""
        raise NotImplementedError
