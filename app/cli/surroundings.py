"""What the environment says about where the command runs: at a terminal, in GitHub Actions."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.report import Subject


def shows_progress() -> bool:
    """Whether standard error is a terminal that a person looks at and that can clear a line."""
    dumb = os.environ.get("TERM", "") in ("", "dumb", "unknown")
    return sys.stderr.isatty() and not dumb and not os.environ.get("CI")


def subject() -> "Subject":
    """Where links may lead: into the repository and commit of a GitHub Actions job, and to the
    rules of a server that `MIGAUDIT_PUBLIC_URL` names. What is not known is empty."""
    from app.report import Subject

    return Subject(
        repository_id=0,
        repository=os.environ.get("GITHUB_REPOSITORY", ""),
        pull=None,
        head_sha=os.environ.get("GITHUB_SHA", ""),
        public_url=os.environ.get("MIGAUDIT_PUBLIC_URL", "").rstrip("/"),
        web_url=os.environ.get("GITHUB_SERVER_URL", "") or "https://github.com",
    )


def job_summary() -> Path | None:
    """The file to which a step of GitHub Actions adds Markdown for the page of its run."""
    named = os.environ.get("GITHUB_STEP_SUMMARY")
    return Path(named) if named else None
