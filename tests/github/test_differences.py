"""What a head holds is known with as few calls as can be, and exactly."""

import random

import pytest

from app.github.kept import Kept
from app.report import Status
from tests.github.world import LINES, MIGRATION
from tests.standin.git import Special


class Memory:
    """Keeps everything, as a server does between its jobs."""

    def __init__(self):
        self.values = {}

    def get(self, names):
        return {name: self.values[name] for name in names if name in self.values}

    def put(self, values):
        self.values.update(values)


def client(world, kept: Kept):
    ours = type(world.ours)(
        world.app.id,
        world.app.private_key,
        world.github.api_url,
        seconds_between_writes=0,
        kept=lambda repository: kept,
    )
    return ours.repository(world.installation.id, world.repository.id, "acme/tickets")


def truth(world):
    """Every path of the head with git's id, and its content, read from the repository itself."""
    git = world.repository.git
    entries = git.tree(git.resolve(f"{world.pull.head_sha}^{{tree}}"), recursive=True)
    return {entry.path: entry.sha for entry in entries if entry.kind != "tree"}


def told(trees):
    return {path: entry.identity for path, entry in trees.head.entries().items()}


STRANGE = {
    "migrations/20240103000000_crlf.js": b"a\r\nb\r\n",
    "migrations/20240104000000_bom.js": b"\xef\xbb\xbfa\n",
    "migrations/20240105000000_utf16.js": "a\n".encode("utf-16"),
    "migrations/20240106000000_latin.js": b"\xe9\xff\n",
    "migrations/20240107000000_nul.js": b"a\x00b",
    "migrations/20240108000000_empty.js": b"",
    "migrations/a b#c?d%e\u00fc\u2028.js": "\u00df\u2028\n".encode(),
    "migrations/no_end.js": b"no newline at the end",
    "migrations/link.js": Special("120000", "/etc/passwd"),
    "vendor/module": Special("160000", "1" * 40),
    "deep/er/and/deeper.js": b"x\n",
}


def test_strange_files_are_all_told_and_read_byte_for_byte(world):
    world.pull.push(STRANGE)
    trees = world.between()
    assert told(trees) == truth(world)
    for path, content in STRANGE.items():
        if isinstance(content, bytes):
            assert trees.head.read(path) == content
    assert {*STRANGE, MIGRATION} == {file.path for file in trees.files}


def test_an_executable_bit_is_a_change_that_is_told(world):
    content = LINES.encode()
    world.pull.push({MIGRATION: Special("100755", content.decode())})
    trees = world.between()
    assert told(trees) == truth(world)
    assert trees.head.read(MIGRATION) == content


@pytest.mark.parametrize("seed", range(4))
def test_a_head_after_any_changes_is_known_exactly(world, seed):
    """Pushes, force pushes and a base that moves, with what was kept of the audits before."""
    chance = random.Random(seed)
    kept = Memory()
    paths = [f"{folder}{n}.js" for folder in ("", "a/", "a/b/", "c/d/e/") for n in range(4)]
    for _ in range(6):
        change = {
            path: None
            if chance.random() < 0.3 and path in truth(world)
            else "".join(f"{chance.randrange(5)}\n" for _ in range(chance.randrange(1, 9)))
            for path in chance.sample(paths, 4)
        }
        if chance.random() < 0.3:
            world.repository.push("main", {f"base/{chance.randrange(9)}.js": "x\n"})
        if chance.random() < 0.3:
            start = world.repository.branch_sha("main")
            new = {path: text for path, text in change.items() if text is not None}
            world.pull.force_push(new or {"x.js": "x\n"}, start=start)
        else:
            world.pull.push(change)
        trees = world.between(client(world, kept))
        assert told(trees) == truth(world)
        for path, entry in trees.head.entries().items():
            assert trees.head.read(path) == world.repository.git.blob(entry.identity)


def test_a_small_push_needs_no_call_for_what_it_brings(world):
    """Its patch holds the new content, and git's ids prove that nothing else has changed."""
    kept = Memory()
    world.between(client(world, kept))
    world.pull.push({MIGRATION: LINES + "one more\n"})
    again = client(world, kept)
    before = len(world.github.requests)
    trees = world.between(again)
    assert trees.head.read(MIGRATION) == (LINES + "one more\n").encode()
    asked = [seen.path.split("/")[-2] for seen in world.github.requests[before:]]
    assert asked == [str(world.installation.id), "", "compare"]


def test_a_patch_that_lies_is_found_out(world):
    """Whatever is put together has to have git's id of it."""
    from app.github.proven import content_of
    from app.report import ChangedFile

    file = ChangedFile("a.js", Status.ADDED, patch="@@ -0,0 +1 @@\n+lie", blob="0" * 40)
    assert content_of(file, None) is None


def test_of_more_files_than_github_lists_the_commented_ones_get_a_patch(world):
    world.pull.push({f"src/{n:03}.js": "x\n" for n in range(330)})
    trees = world.between()
    (file,) = [f for f in trees.patched(frozenset({MIGRATION})) if f.patch is not None]
    assert file.path == MIGRATION
    assert file.patch.startswith("@@ -0,0 +1,")
    assert len([line for line in file.patch.split("\n") if line.startswith("+")]) >= 40
