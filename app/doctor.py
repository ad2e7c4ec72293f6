"""Compares what GitHub has registered, granted and required with what migaudit needs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.environment import Environment, Misconfigured
from app.github import (
    AppIdentity,
    GitHubApp,
    GitHubError,
    Installed,
    NotFound,
    Protection,
    UnusableKey,
)
from app.manifest import manifest
from app.publish import CHECK_NAME
from app.refusal import Refusal

_CLASSIC = "Apps are not shown the protection of branches: make sure that it is required there."
_LEVELS = ("read", "write", "admin")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was looked at: `wrong` says that somebody has to do something about it."""

    text: str
    wrong: bool = False


def examine(repositories: Iterable[str]) -> Iterator[Remark]:
    """The App, its installations, and what these repositories demand. Raises `Refusal`."""
    github = _github(Environment.read())
    try:
        app = github.identity()
        yield from _registered(app)
        installed = tuple(github.hook.installed())
        if not installed:
            yield Remark("The App is installed nowhere.", wrong=True)
        for installation in installed:
            yield from _installed(installation, app)
        for name in repositories:
            yield from _demanded(github, name, app)
    except GitHubError as error:
        raise Refusal(f"GitHub does not tell: {error}.") from error


def _github(environment: Environment) -> GitHubApp:
    credentials = environment.credentials()
    if credentials is None:
        raise Misconfigured("There are no credentials of the App: run it where the server runs.")
    try:
        return GitHubApp(credentials.app_id, credentials.private_key, environment.github_api_url)
    except UnusableKey as error:
        raise Misconfigured(f"The App's private key cannot be used: {error}.") from error


def _registered(app: AppIdentity) -> Iterator[Remark]:
    """An edit of `app.yml` changes no App that is registered already."""
    wanted = manifest()
    lacking = _lacking(dict(app.permissions), wanted.permissions)
    missing = [event for event in wanted.events if event not in app.events]
    for name, level in lacking.items():
        yield Remark(f"The App lacks the permission `{name}: {level}`.", wrong=True)
    for event in missing:
        yield Remark(f"The App is not told of `{event}`: subscribe it to that event.", wrong=True)
    if not lacking and not missing:
        yield Remark(f"The App {app.slug} has the permissions and events that it needs.")


def _installed(installation: Installed, app: AppIdentity) -> Iterator[Remark]:
    """New permissions count where somebody has accepted them."""
    where = f"The installation on {installation.account}"
    if installation.suspended:
        yield Remark(f"{where} is suspended: nothing is audited there.", wrong=True)
    asked = {n: level for n, level in manifest().permissions.items() if n in dict(app.permissions)}
    lacking = _lacking(dict(installation.permissions), asked)
    for name, level in lacking.items():
        said = f"{where} has not been granted `{name}: {level}`: somebody has to accept it."
        yield Remark(said, wrong=True)
    if not lacking and not installation.suspended:
        yield Remark(f"{where} has been granted all of them.")


def _demanded(github: GitHubApp, name: str, app: AppIdentity) -> Iterator[Remark]:
    try:
        found = github.protection(name, CHECK_NAME)
    except NotFound:
        yield Remark(f"{name}: the App is not installed on it.", wrong=True)
        return
    where = f"{name}, branch {found.branch}"
    yield from (Remark(f"{where}: {text}", wrong) for text, wrong in _required(found, app.id))
    if found.queue and "merge_group" not in app.events:
        said = (
            "it has a merge queue, and the App is not told of `merge_group`: the queue will wait."
        )
        yield Remark(f"{where}: {said}", wrong=True)


def _required(found: Protection, app: int) -> Iterator[tuple[str, bool]]:
    check = f"the check `{CHECK_NAME}` is required"
    if not found.required:
        yield f"no ruleset requires the check `{CHECK_NAME}`. {_CLASSIC}", True
    elif app in found.required:
        yield f"{check}, from this App.", False
    elif None in found.required:
        yield f"{check} from anybody: name this App as its source, or others can set it.", True
    else:
        yield f"{check} from another App: it will never come.", True


def _lacking(has: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    return {n: level for n, level in wanted.items() if _rank(has.get(n)) < _rank(level)}


def _rank(level: object) -> int:
    return _LEVELS.index(level) if level in _LEVELS else -1
