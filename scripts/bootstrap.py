"""Makes a virtual environment with the project's exact dependencies, and runs a script in it.

This file has to parse on old Pythons, too: it is what tells their users what is needed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
LOCK = ROOT / "requirements-dev.lock"
STAMP = ENVIRONMENT / "installed-from"
OLDEST, NEWEST = (3, 11), (3, 14)


def enter(script: str) -> None:
    """Returns once the running Python is the environment's; starts `script` again in it if not."""
    if sys.prefix == str(ENVIRONMENT) and is_current():
        return
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        start(suitable_python(), script)
    if not is_current():
        install()
    start(str(python()), script)


def python() -> Path:
    return ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def start(interpreter: str, script: str) -> None:
    """Replaces this process where the system can; the script keeps its arguments and terminal."""
    command = [interpreter, script, *sys.argv[1:]]
    sys.stdout.flush()
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    os.execv(interpreter, command)


def suitable_python() -> str:
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and answers(found):
            return found
    sys.exit(
        f"migaudit needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]}; this is {version()}, "
        "and no other was found on the PATH.\n"
        "Install one (Debian and Ubuntu: apt install python3.11 python3.11-venv; "
        "macOS: brew install python@3.11) and try again."
    )


def version() -> str:
    return "{}.{}".format(*sys.version_info[:2])


def answers(interpreter: str) -> bool:
    """Whether it really runs: version managers leave launchers for versions that they lack."""
    quiet = subprocess.DEVNULL
    return subprocess.call([interpreter, "-c", ""], stdout=quiet, stderr=quiet) == 0


def is_current() -> bool:
    return STAMP.is_file() and python().exists() and STAMP.read_text() == fingerprint()


def fingerprint() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def install() -> None:
    if not python().exists() or not answers(str(python())):
        make_environment()
    total = sum("==" in line for line in LOCK.read_text().splitlines())
    say(f"Installing {total} packages from {LOCK.name}, each checked against its hash.")
    say("This is done once and takes a minute or two.")
    command = [str(python()), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    command += ["--require-hashes", "--requirement", str(LOCK)]
    lines = follow(command, total)
    if lines is not None:
        sys.exit("\n".join([*lines, "pip could not install the dependencies, see above."]))
    STAMP.write_text(fingerprint())
    say("Ready.")


def make_environment() -> None:
    say(f"Making a virtual environment in {ENVIRONMENT}")
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)]):
        sys.exit(
            "The virtual environment could not be made. On Debian and Ubuntu the module comes "
            f"apart from Python: apt install python{version()}-venv"
        )


def follow(command: list[str], total: int) -> list[str] | None:
    """Runs pip, counting packages as it gets to them; its last lines where it fails."""
    seen = 0
    lines: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        for line in pip.stdout or ():
            lines = [*lines[-30:], line.rstrip()]
            if line.startswith(("Collecting ", "Processing ")):
                seen += 1
                name = Path(line.split()[1]).name.split("==")[0].split("-")[0]
                progress(f"{seen:>4} of {total}  {name}")
            elif line.startswith("Installing collected"):
                progress("     unpacking")
        failed = pip.wait() != 0
    if sys.stdout.isatty():
        say("")
    return lines if failed else None


def progress(text: str) -> None:
    if sys.stdout.isatty():
        print("\r\033[K" + text, end="", flush=True)
    else:
        say(text)


def say(text: str) -> None:
    print(text, flush=True)
