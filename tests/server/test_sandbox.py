"""A bad file costs one finding, whatever it does to the process that looks at it."""

import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from analyzers.memory import MemoryTree
from analyzers.request import Change, ChangeStatus, Request
from analyzers.source import UnreadableFile
from app.sandbox import AnalysisFailed, Limits, Sandbox
from app.sandbox_note import Note, read

LIMITS = Limits(memory_bytes=512 * 1024**2, total_seconds=20, stall_seconds=1.5, attempts=4)

KNEXFILE = "module.exports = { client: 'pg' };\n"


def request(*paths, head=None):
    files = {path: f"content of {path}" for path in paths}
    changes = tuple(Change(path, ChangeStatus.ADDED) for path in paths)
    return Request(MemoryTree({}), head or MemoryTree(files), changes)


def messages(found):
    return {finding.place.path: finding.message for finding in found.findings}


@pytest.fixture
def sandbox():
    with Sandbox(LIMITS, module="tests.server.bad_child") as started:
        yield started


def test_files_are_read_through_the_parent(sandbox):
    assert messages(sandbox.audit(request("a.js", "b.js"))) == {
        "a.js": "content of a.js",
        "b.js": "content of b.js",
    }


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("segfault.js", "the parser crashed (SIGSEGV)"),
        ("hang.js", "it took longer than 1.5 seconds"),
        ("hungry.js", "it needed too much memory"),
        ("bug.js", "the analysis failed on it"),
        ("exit.js", "the analysis failed on it"),
        ("write.js", "the analysis failed on it"),
        ("babble.js", "it answered in a way that makes no sense"),
        ("killed.js", "the parser crashed (SIGKILL)"),
        ("shout.js", "it answered in a way that makes no sense"),
    ],
)
def test_a_bad_file_costs_one_finding(sandbox, path, reason):
    """And the others are audited as if it weren't there."""
    found = messages(sandbox.audit(request("a.js", path, "z.js")))
    assert found == {"a.js": "content of a.js", path: reason, "z.js": "content of z.js"}


def test_a_process_that_something_else_kills_costs_nothing():
    """A machine that is short of memory does so: no file is to blame, and nobody is told one."""
    at = []

    def kill(note):
        at.append((note.step, note.files, note.path))
        if at.count((2, 2, "slow.js")) == 1:
            for process in analyses():
                os.kill(process, signal.SIGKILL)

    with Sandbox(Limits(), module="tests.server.bad_child") as sandbox:
        found = messages(sandbox.audit(request("a.js", "slow.js"), kill))
    assert found == {"a.js": "content of a.js", "slow.js": "content of slow.js"}
    assert at.count((2, 2, "slow.js")) == 2


def analyses():
    """The processes that this one has started and that analyse."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and b"bad_child" in (process / "cmdline").read_bytes():
                yield int(process.name)


def test_two_bad_files_cost_two(sandbox):
    found = messages(sandbox.audit(request("segfault.js", "a.js", "bug.js")))
    assert found["segfault.js"].startswith("the parser crashed")
    assert found["bug.js"] == "the analysis failed on it"
    assert found["a.js"] == "content of a.js"


def test_there_is_an_end_to_it():
    """Each bad file costs an attempt; whoever adds many has an audit that failed."""
    limits = Limits(attempts=2, stall_seconds=5)
    bad = ("segfault.js", "bug.js", "exit.js")
    with (
        Sandbox(limits, module="tests.server.bad_child") as sandbox,
        pytest.raises(AnalysisFailed, match=r"bug\.js, segfault\.js"),
    ):
        sandbox.audit(request(*bad))


def test_the_whole_has_a_deadline():
    limits = Limits(total_seconds=1, stall_seconds=10)
    with (
        Sandbox(limits, module="tests.server.bad_child") as sandbox,
        pytest.raises(AnalysisFailed, match="longer than 1 second"),
    ):
        sandbox.audit(request("hang.js"))


def test_a_process_that_cannot_even_start_is_a_failure():
    with (
        Sandbox(LIMITS, module="tests.server.no_such_module") as sandbox,
        pytest.raises(AnalysisFailed),
    ):
        sandbox.audit(request("a.js"))


def test_time_that_the_parent_needs_is_not_the_child_s(sandbox):
    class SlowTree(MemoryTree):
        def read(self, path):
            time.sleep(2)
            return super().read(path)

    slow = SlowTree({"a.js": "late"})
    assert messages(sandbox.audit(request("a.js", head=slow))) == {"a.js": "late"}


def test_a_refused_file_is_refused_with_its_reason(sandbox):
    class StrictTree(MemoryTree):
        def read(self, path):
            raise UnreadableFile(path, "larger than 2 MB")

    with pytest.raises(UnreadableFile, match="larger than 2 MB"):
        sandbox.audit(request("a.js", head=StrictTree({"a.js": ""})))


def test_what_the_parent_meets_while_reading_is_its_own(sandbox):
    """GitHub may refuse in the middle of an audit: the job must hear of it as it is."""

    class Refusing(MemoryTree):
        def read(self, path):
            raise ConnectionResetError("GitHub")

    with pytest.raises(ConnectionResetError):
        sandbox.audit(request("a.js", head=Refusing({"a.js": ""})))


def test_strange_text_arrives_as_it_was_written(sandbox):
    path = "half of a pair: \ud800 \x00 ' \" 🙂.js"
    tree = MemoryTree({path: "x"})
    found = sandbox.audit(request(path, head=tree))
    assert messages(found) == {path: "x"}


def test_audits_go_on_side_by_side(sandbox):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(sandbox.audit(request("a.js"))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4


def test_no_process_is_left_behind(sandbox):
    sandbox.audit(request("a.js", "segfault.js"))
    sandbox.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_progress_is_told():
    seen = []
    with Sandbox(LIMITS, module="tests.server.bad_child") as sandbox:
        sandbox.audit(request("a.js", "slow.js"), seen.append)
    assert seen[-1] == Note(2, 2, "slow.js")


def test_a_process_that_goes_on_is_no_stalled_one():
    """However long the whole takes: each of the files has its own time."""
    limits = Limits(stall_seconds=1.5)
    paths = [f"{number}/slow.js" for number in range(3)]
    with Sandbox(limits, module="tests.server.bad_child") as sandbox:
        assert len(messages(sandbox.audit(request(*paths)))) == len(paths)


@pytest.mark.parametrize("written", [b"", b"\x00", b"\xff" * 10, b"\xff" * 99_999, bytes(11)])
def test_a_note_that_makes_no_sense_harms_nobody(tmp_path, written):
    """The process that writes it has read what a stranger wrote."""
    (tmp_path / "note").write_bytes(written)
    with (tmp_path / "note").open("rb") as file:
        note = read(file.fileno())
    assert note is None or len(note.path) < 10_000


def test_a_real_migration_is_audited_in_a_process_of_its_own():
    added = "migrations/20240101000000_drop.js"
    files = {
        "knexfile.js": KNEXFILE,
        added: "exports.up = (knex) => knex.schema.dropTable('users');\nexports.down = () => {};\n",
    }
    base = MemoryTree({"knexfile.js": KNEXFILE})
    change = Change(added, ChangeStatus.ADDED)
    with Sandbox() as sandbox:
        found = sandbox.audit(Request(base, MemoryTree(files), (change,)))
    assert [migration.path for migration in found.migrations] == [added]
    assert {finding.place.path for finding in found.findings} == {added}
