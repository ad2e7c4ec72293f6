"""The demo: a box office's repository, five pull requests, and what migaudit says to each."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from app.cli.terminal import line, markdown, prepare_streams, prose
from tests.standin import App, CheckRun, GitHub, PullRequest, Repository

ROOT = Path(__file__).resolve().parent.parent
REPOSITORY = ROOT / "tests" / "demo" / "repository"
PULLS = ROOT / "tests" / "demo" / "pulls"
START_SECONDS = 60
AUDIT_SECONDS = 120
STYLES = {"success": "bold green", "failure": "bold red"}


class Failed(Exception):
    """Why the demo came to an end before its time."""


def tour(stay: bool) -> int:
    prepare_streams()
    signal.signal(signal.SIGTERM, interrupt)
    try:
        with TemporaryDirectory(prefix="migaudit-demo-") as folder:
            give(Path(folder), stay)
    except KeyboardInterrupt:
        line("Stopped.")
    except Failed as failure:
        line(("The demo failed: ", "bold red"), str(failure))
        return 1
    return 0


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def give(folder: Path, stay: bool) -> None:
    port = free_port()
    with GitHub(folder / "github") as github:
        line("A stand-in for GitHub listens at ", (github.url, "cyan"))
        app = github.create_app(webhook_url=f"http://127.0.0.1:{port}/webhooks/github")
        repository = github.create_repository("acme/tickets", files=files_below(REPOSITORY))
        app.install(repository)
        with server(folder, github, app, port) as address:
            line("migaudit listens at ", (address, "cyan"), " with an embedded database")
            pulls = [open_pull(repository, path) for path in sorted(PULLS.iterdir())]
            for pull in pulls:
                wait_for(pull)
                show(pull)
            invite(pulls, address, stay)


@contextmanager
def server(folder: Path, github: GitHub, app: App, port: int) -> Iterator[str]:
    """`migaudit serve` as a process of its own; its address, once it is ready."""
    address = f"http://127.0.0.1:{port}"
    log = folder / "migaudit.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, **settings(folder, github, app, address)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(process, address, log)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()


def settings(folder: Path, github: GitHub, app: App, address: str) -> Mapping[str, str]:
    return {
        "MIGAUDIT_APP_ID": str(app.id),
        "MIGAUDIT_PRIVATE_KEY": app.private_key,
        "MIGAUDIT_WEBHOOK_SECRET": app.webhook_secret,
        "MIGAUDIT_GITHUB_API_URL": github.api_url,
        "MIGAUDIT_PUBLIC_URL": address,
        "MIGAUDIT_DATA_DIR": str(folder / "data"),
    }


def wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failed(f"migaudit ended with {process.returncode}.\n{log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise Failed(f"migaudit was not ready in {START_SECONDS} s.\n{log.read_text()[-3000:]}")


def open_pull(repository: Repository, folder: Path) -> PullRequest:
    about = json.loads((folder / "pull.json").read_text())
    files: dict[str, str | None] = dict(files_below(folder / "files"))
    files.update(dict.fromkeys(about.get("delete", ())))
    for old, new in about.get("rename", {}).items():
        files[old] = None
        files[new] = (REPOSITORY / old).read_text()
    return repository.open_pull(
        about["branch"], files, title=about["title"], body=about["body"], by=about["author"]
    )


def files_below(folder: Path) -> dict[str, str]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def wait_for(pull: PullRequest) -> None:
    """Waits for the end of the audit."""
    deadline = time.monotonic() + AUDIT_SECONDS
    while time.monotonic() < deadline:
        run = pull.check_run("migaudit")
        if run is not None and run.status == "completed":
            return
        time.sleep(0.1)
    raise Failed(f"pull request {pull.number} was not audited in {AUDIT_SECONDS} s.")


def show(pull: PullRequest) -> None:
    run = pull.check_run("migaudit")
    if run is None:
        return
    line()
    line(("━" * min(shutil.get_terminal_size().columns, 100), "bright_black"))
    line((f"#{pull.number} {pull.title}", "bold"))
    line(
        "check run ",
        (str(run.conclusion), STYLES.get(str(run.conclusion), "bold")),
        ": ",
        run.title,
    )
    if run.conclusion not in STYLES:
        markdown(str(run.summary), indent=2)
    for comment in pull.review_comments:
        place = comment.path if comment.line is None else f"{comment.path}:{comment.line}"
        line()
        line((place, "bold cyan"), indent=2)
        markdown(comment.body, indent=4)
    show_remainder(pull, run)
    line()
    line("page: ", (pull.page, "cyan"))


def show_remainder(pull: PullRequest, run: CheckRun) -> None:
    """Findings that no comment can show, since the pull request shows no line of theirs."""
    said = {(comment.path, comment.line) for comment in pull.review_comments}
    for note in run.annotations:
        path, line_number = note["path"], note["end_line"]
        if not said & {(path, line_number), (path, None)}:
            line()
            line((f"{path}:{line_number}", "bold cyan"), " (beside the check run only)", indent=2)
            prose(f"{note['title']}: {note['message']}", indent=4)


def invite(pulls: list[PullRequest], address: str, stay: bool) -> None:
    line()
    line(("━" * min(shutil.get_terminal_size().columns, 100), "bright_black"))
    if not stay:
        return
    line("The pull requests with their comments in place:")
    for pull in pulls:
        line((pull.page, "cyan"), "  ", pull.title, indent=2)
    line("The rules: ", (f"{address}/rules", "cyan"))
    line("Ctrl-C ends the demo.")
    while True:
        time.sleep(3600)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
