"""The demo: what somebody sees who types the first command of the README."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def shown():
    """What the demo prints, by the title of each pull request."""
    ran = subprocess.run(
        [sys.executable, ROOT / "scripts" / "demo", "--once"],
        check=False,
        capture_output=True,
        env={**os.environ, "COLUMNS": "100"},
        timeout=170,
    )
    output = ran.stdout.decode()
    assert ran.returncode == 0, output + ran.stderr.decode()
    sections = re.split(r"^#\d+ (.+)$", output, flags=re.MULTILINE)
    return dict(zip(sections[1::2], sections[2::2], strict=True))


def conclusion(section):
    return re.search(r"^check run (\w+): ", section, re.MULTILINE)[1]


def comments(section):
    """Places of the review comments, as file and line."""
    return re.findall(r"^  (db/migrations/[\w.]+):(\d+)$", section, re.MULTILINE)


DANGEROUS = "Speed up the box office and drop what nobody uses"
SAFE = "Add seat maps"
REWRITING = "Clean up old migrations"
UNCONCERNED = "List fewer events a page"
TYPESCRIPT = "Partial refunds"


def test_each_pull_request_gets_its_conclusion(shown):
    assert {title: conclusion(section) for title, section in shown.items()} == {
        DANGEROUS: "failure",
        SAFE: "success",
        REWRITING: "failure",
        UNCONCERNED: "success",
        TYPESCRIPT: "failure",
    }


def test_the_dangerous_one_is_told_on_the_lines_that_cause_it(shown):
    tidy, scans = "20250602091000_tidy_orders.js", "20250602091500_drop_ticket_scans.js"
    told = {(Path(path).name, int(line)) for path, line in comments(shown[DANGEROUS])}
    assert told >= {(tidy, line) for line in (3, 4, 5, 9, 13, 16)}
    assert told >= {(scans, 2), (scans, 8)}
    text = " ".join(shown[DANGEROUS].split())
    for rule in (
        "non-concurrent-index",
        "not-null-without-default",
        "rename-column",
        "drop-column",
        "validating-foreign-key",
        "cascading-foreign-key",
        "floating-query",
        "drop-table",
        "concurrent-index-in-transaction",
        "empty-down",
    ):
        assert rule in text


def test_the_safe_ones_get_no_comment(shown):
    assert comments(shown[SAFE]) == []
    assert comments(shown[UNCONCERNED]) == []


def test_the_one_that_rewrites_history_is_told_what_became_of_each_file(shown):
    text = " ".join(shown[REWRITING].split())
    assert "applied-migration-modified" in text
    assert "applied-migration-deleted" in text
    assert "applied-migration-renamed" in text


def test_typescript_is_read_like_javascript(shown):
    told = {int(line) for _, line in comments(shown[TYPESCRIPT])}
    assert told >= {7}
    text = " ".join(shown[TYPESCRIPT].split())
    for rule in ("not-null-without-default", "validating-foreign-key", "unparsable-sql"):
        assert rule in text


def test_the_address_of_each_page_is_told(shown):
    for number, section in enumerate(shown.values(), 1):
        assert re.search(
            rf"^page: http://127\.0\.0\.1:\d+/acme/tickets/pull/{number}$", section, re.MULTILINE
        )


def test_an_unknown_option_is_refused():
    ran = subprocess.run(
        [sys.executable, ROOT / "scripts" / "demo", "--forever"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ran.returncode, ran.stdout) == (2, "usage: scripts/demo [--once]\n")
