"""Issues the tokens with which a repository's deploy jobs report what is applied."""

from app.database import Database, DatabaseUnavailable
from app.environment import Environment, Misconfigured
from app.github import GitHubApp, GitHubError, NotFound, UnusableKey
from app.refusal import Refusal
from app.reports import Reports
from app.work import Origin


def issue(name: str, *, alone: bool) -> str:
    """A token for the repository called `name`, kept where this server keeps everything.

    `alone`: the earlier ones end.
    """
    environment = Environment.read()
    owner = _owner(environment, name)
    try:
        database = Database(environment.database())
    except DatabaseUnavailable as error:
        raise Misconfigured(f"The database cannot be used: {error}.") from error
    try:
        return Reports(database).issue(owner, alone=alone)
    finally:
        database.close()


def _owner(environment: Environment, name: str) -> Origin:
    """Which repository that is; GitHub knows it by a number, whatever it is called later."""
    credentials = environment.credentials()
    if credentials is None:
        raise Misconfigured("MIGAUDIT_APP_ID and the App's key are not set: run it on the server.")
    try:
        github = GitHubApp(credentials.app_id, credentials.private_key, environment.github_api_url)
        return Origin(*github.whereabouts(name))
    except UnusableKey as error:
        raise Misconfigured(f"The App's private key cannot be used: {error}.") from error
    except NotFound:
        raise Refusal(f"The App is not installed on {name}.") from None
    except GitHubError as error:
        raise Refusal(f"GitHub does not tell of {name}: {error}.") from error
