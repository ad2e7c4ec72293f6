"""What proves who we are, and where the setup page keeps it: a file that only its owner reads."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

_NAME = "github-app.json"


class UnreadableCredentials(Exception):
    """The file is there and does not hold what was written into it. The message holds no secret."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What proves to GitHub that we are the App, and to us that a delivery is GitHub's."""

    app_id: int
    private_key: str = field(repr=False)
    webhook_secrets: tuple[bytes, ...] = field(repr=False)


def keep(folder: Path, app_id: int, private_key: str, webhook_secret: str) -> None:
    """Writes them whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    said = {"app_id": app_id, "private_key": private_key, "webhook_secret": webhook_secret}
    unfinished = folder / f"{_NAME}.new"
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(said, file)
    unfinished.replace(folder / _NAME)


def kept(folder: Path) -> Credentials | None:
    """Those that the setup page kept; None where it never did. Raises `UnreadableCredentials`."""
    path = folder / _NAME
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Credentials(
            int(said["app_id"]), str(said["private_key"]), (str(said["webhook_secret"]).encode(),)
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableCredentials(f"{path} cannot be read: {type(error).__name__}") from None
