"""What is kept between audits lies on disk, and nothing else on it can be reached through keys."""

import pytest

from analyzers.memory import MemoryTree
from analyzers.request import Change, ChangeStatus, Request
from app.sandbox import Sandbox
from app.shelf import Shelves
from tests.server.running import APPLIED, BASE_FILES, DANGEROUS, DROP_TABLE

KEY = "a" * 64


@pytest.fixture
def shelves(tmp_path):
    return Shelves(tmp_path)


def test_the_history_of_a_repository_is_replayed_once(shelves):
    files = {"migrations/20230101000000_looked_at.js": BASE_FILES[APPLIED], **BASE_FILES}
    read = []

    class Watched(MemoryTree):
        def read(self, path):
            read.append(path)
            return super().read(path)

    request = Request(
        Watched(files),
        Watched({**files, DANGEROUS: DROP_TABLE}),
        (Change(DANGEROUS, ChangeStatus.ADDED),),
    )
    sandbox = Sandbox()
    first = sandbox.audit(request, store=shelves.of("1"))
    assert APPLIED in read
    read.clear()
    assert sandbox.audit(request, store=shelves.of("1")) == first
    assert APPLIED not in read
    assert DANGEROUS in read
    sandbox.audit(request, store=shelves.of("2"))
    assert APPLIED in read


@pytest.mark.parametrize("key", ["../../secret", "", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_a_key_leads_nowhere_else(shelves, tmp_path, key):
    shelf = shelves.of("1")
    shelf.put(key, b"kept")
    assert shelf.get(key) is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_newest_are_kept(shelves):
    shelf = shelves.of("1")
    for number in range(40):
        shelf.put(f"{number:064x}", b"kept")
    assert shelf.get(f"{39:064x}") == b"kept"
    assert len(list(shelf.folder.iterdir())) < 40


def test_a_folder_that_cannot_be_written_costs_nothing_else(tmp_path):
    (tmp_path / "histories").write_text("a file where the folder should be")
    shelf = Shelves(tmp_path).of("1")
    shelf.put(KEY, b"lost")
    assert shelf.get(KEY) is None
