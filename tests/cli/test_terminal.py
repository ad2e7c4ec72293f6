"""What a person at a terminal sees: colour, excerpts, progress."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.excerpt import underlined
from app.cli.progress import CLEARED, progress
from app.cli.terminal import clean, cut, width
from app.sandbox_note import Note

ROOT = Path(__file__).resolve().parents[2]
FILE = "migrations/20240102000000_drop.js"
DROP = "exports.up = (knex) => knex.schema.dropTable('users');\nexports.down = async () => {};\n"
COLOURED = re.compile(r"\x1b\[[\d;]*3\d[\d;]*m")


@pytest.fixture
def seen(repository):
    """Everything that a terminal gets from a check, with its environment and nothing else."""

    def run(*arguments, **environment):
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "check", *arguments],
            cwd=repository.directory,
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.environ["HOME"],
                "PYTHONPATH": str(ROOT),
                "COLUMNS": "100",
                **environment,
            },
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        output = b"".join(iter(lambda: received(ours), b""))
        os.close(ours)
        process.wait(60)
        return output.decode()

    repository.write(FILE, DROP)
    return run


def received(terminal):
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux says so where the other end is closed
        return b""


def test_a_terminal_gets_colour(seen):
    output = seen(TERM="xterm-256color")
    assert COLOURED.search(output)
    assert "drop-table" in output


@pytest.mark.parametrize(
    "environment", [{"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "unknown"}]
)
def test_no_colour_where_the_terminal_or_the_person_has_none(seen, environment):
    output = seen(**environment)
    assert "drop-table" in output
    assert not COLOURED.search(output)


def test_an_empty_no_color_says_nothing(seen):
    """https://no-color.org: "when present and not an empty string"."""
    assert COLOURED.search(seen(TERM="xterm", NO_COLOR=""))


def test_a_line_of_progress_is_cleared_and_stands_on_standard_error(capfd, monkeypatch):
    monkeypatch.setattr("app.cli.progress.PATIENCE", 0)
    with progress(wanted=True) as tell:
        for step in range(2):
            tell(Note(step, 1, "migrations/\x1b[31mone.js"))
    out, err = capfd.readouterr()
    assert out == ""
    shown = "migaudit has read 1 file, and is at migrations/\\x1b[31mone.js"
    assert err.startswith(CLEARED + shown)
    assert err.endswith(CLEARED)


def test_a_quick_audit_shows_no_progress(capfd):
    with progress(wanted=True) as tell:
        tell(Note(1, 1, "one.js"))
    assert capfd.readouterr().err == ""


def test_a_pipe_and_a_job_get_no_progress(seen, migaudit):
    assert migaudit("check").errors == ""
    assert CLEARED not in seen(TERM="xterm", CI="true")


@pytest.mark.parametrize(
    ("line", "part", "shown", "carets"),
    [
        ("abc def", (4, 7), "abc def", "    ^^^"),
        ("\tabc", (1, 4), "    abc", "    ^^^"),
        ("a\tb\tc", (4, 5), "a    b    c", "          ^"),
        ("日本 x", (3, 4), "日本 x", "     ^"),
        ("x 日本", (2, 4), "x 日本", "  ^^^^"),
        ("e\u0301 x", (3, 4), "e\u0301 x", "  ^"),
        ("🎉 x", (2, 3), "🎉 x", "   ^"),
        ("abc", (3, 3), "abc", "   ^"),
        ("", (0, 0), "", ""),
    ],
)
def test_carets_stand_below_the_place(line, part, shown, carets):
    assert underlined(line, *part) == (shown, carets)


def test_of_a_long_line_what_lies_about_the_place_is_shown():
    line = "x" * 5_000 + "PLACE" + "y" * 5_000
    shown, carets = underlined(line, 5_000, 5_005)
    assert len(shown) < 200
    assert shown.startswith("…")
    assert shown.endswith("…")
    start = carets.index("^")
    assert shown[start : start + len(carets.strip())] == "PLACE"


def test_a_place_that_goes_on_beyond_what_is_shown_ends_there():
    shown, carets = underlined("x" * 5_000, 0, 5_000)
    assert len(carets) == len(shown) - 1


def test_what_has_no_shape_is_written_out():
    assert clean("a\u202eb\u200bc\u3164d\x9be") == r"a\u202eb\u200bc\u3164d\x9be"
    assert clean("日本 é 🎉 …") == "日本 é 🎉 …"


def test_text_is_cut_by_columns():
    assert cut("日本語", 6) == "日本語"
    assert cut("日本語", 5) == "日本…"
    assert width(cut("x" * 300, 80)) == 80
