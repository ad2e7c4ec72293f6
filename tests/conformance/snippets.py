"""The snippets of Knex's builders, sent once more by each release that is installed."""

import json
import subprocess
import tempfile
from pathlib import Path

from tests.conformance.knex import installed
from tests.conformance.process import environment, program

_RECORDER = Path(__file__).parents[1] / "knex" / "record.js"


def recorded_anew() -> dict[str, dict[str, object]]:
    """By release, then by snippet: of the older ones, only what differs from the newest."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "recorded.json"
        subprocess.run(
            [program(), str(_RECORDER), str(installed()), str(output)],
            env=environment(),
            check=True,
            capture_output=True,
            timeout=120,
        )
        recorded: dict[str, dict[str, object]] = json.loads(output.read_text())
    return recorded
