"""What is read of a repository is all of it, or says that it isn't."""

import pytest

from analyzers.source import Kind, UnreadableFile
from app.github import ListTruncated, Role
from app.report import Status
from tests.github.world import LINES, MIGRATION
from tests.standin import Limits
from tests.standin.git import Special


def read(world):
    return world.client.pull(world.pull.number)


def test_a_pull_request_as_it_is_now(world):
    pull = read(world)
    assert (pull.head_sha, pull.base_sha) == (world.pull.head_sha, world.pull.base_sha)
    assert (pull.author, pull.base_ref, pull.open, pull.draft) == ("ann", "main", True, False)
    assert pull.changed_files == 1


def test_a_pull_request_of_a_fork(world):
    world.repository.fork("bob")
    made = world.repository.open_pull("bob:fix", files={"a.js": "1\n"}, by="bob")
    pull = world.client.pull(made.number)
    assert pull.head_repository_id != world.repository.id
    assert "a.js" in world.client.tree(pull.head_sha).entries()
    assert [p.number for p in world.client.pulls_with_head(pull.head_sha)] == [made.number]


def test_more_changed_files_than_github_lists_are_found_all_the_same(world):
    many = {f"src/{n:03}.js": "x\n" for n in range(330)}
    world.pull.push(many)
    assert {file.path for file in world.between().files} == {*many, MIGRATION}


def test_what_happened_to_each_file(world):
    world.repository.push("main", {"old.js": LINES, "gone.js": "x\n"})
    start = world.repository.branch_sha("main")
    world.pull.force_push({"old.js": None, "new.js": LINES, "gone.js": None}, start=start)
    files = {file.path: file for file in world.between().files}
    assert files["new.js"].status is Status.RENAMED
    assert files["new.js"].previous_path == "old.js"
    assert files["gone.js"].status is Status.REMOVED


class TestListsCutShort:
    @pytest.fixture
    def limits(self):
        return Limits(tree_entries=30)

    def test_a_tree_that_github_cut_short_is_listed_folder_by_folder(self, world):
        files = {f"{a}/{b}/{n}.js": "x\n" for a in "abc" for b in "de" for n in range(8)}
        world.pull.push(files)
        paths = set(world.client.tree(world.pull.head_sha).entries())
        assert paths == {*files, MIGRATION, "knexfile.js"}

    def test_a_folder_that_github_cannot_list_is_no_folder(self, world):
        world.pull.push({f"a/{n}.js": "x\n" for n in range(40)})
        with pytest.raises(ListTruncated):
            world.client.tree(world.pull.head_sha)


def test_links_and_submodules_are_told_and_never_read(world):
    world.pull.push(
        {"link.js": Special("120000", "/etc/passwd"), "sub": Special("160000", "1" * 40)}
    )
    tree = world.client.tree(world.pull.head_sha)
    assert tree.entries()["link.js"].kind is Kind.SYMLINK
    assert tree.entries()["sub"].kind is Kind.SUBMODULE
    for path in ("link.js", "sub", "missing.js"):
        with pytest.raises(UnreadableFile):
            tree.read(path)


CONTENTS = {
    "m/plain.js": b"exports.up = 1;\n",
    "m/crlf.js": b"a\r\nb\r\n",
    "m/bom.js": b"\xef\xbb\xbfa\n",
    "m/utf16.js": "a\n".encode("utf-16"),
    "m/latin.js": b"\xe9\xff\n",
    "m/nul.js": b"a\x00b",
    "m/empty.js": b"",
    "m/ü #?%.js": "ß\u2028\n".encode(),
    "m/long.js": b"x" * 600_000,
}


def test_every_byte_is_read_as_it_is(world):
    world.pull.push(CONTENTS)
    tree = world.client.tree(world.pull.head_sha)
    assert {path: tree.read(path) for path in CONTENTS} == CONTENTS


def test_a_folder_of_800_migrations_is_read_in_few_calls(world):
    many = {f"migrations/2020{n:010}_x.js": f"exports.up = {n};\n" * 40 for n in range(800)}
    world.pull.push(many)
    tree = world.client.tree(world.pull.head_sha)
    before = len(world.github.requests)
    assert all(tree.read(path).decode() == text for path, text in many.items())
    assert len(world.github.requests) - before <= 3


def test_what_two_commits_share_is_read_once(world):
    base = world.client.tree(world.pull.base_sha)
    head = world.client.tree(world.pull.head_sha)
    base.read("knexfile.js")
    before = len(world.github.requests)
    head.read("knexfile.js")
    assert len(world.github.requests) == before


def test_prefetched_files_cost_no_further_call(world):
    world.pull.push({"a/1.js": "1\n", "b/2.js": "2\n"})
    tree = world.client.tree(world.pull.head_sha)
    tree.prefetch(["a/1.js", "b/2.js", "missing.js"])
    before = len(world.github.requests)
    assert (tree.read("a/1.js"), tree.read("b/2.js")) == (b"1\n", b"2\n")
    assert len(world.github.requests) == before


def test_the_merge_base_is_where_the_branches_parted(world):
    start = world.pull.base_sha
    world.repository.push("main", {"b.js": "b\n"})
    pull = read(world)
    assert world.client.merge_base(world.repository.branch_sha("main"), pull.head_sha) == start


@pytest.mark.parametrize("role", list(Role))
def test_what_people_may_do(world, role):
    if role is not Role.NONE:
        world.repository.grant("bob", role.value)
    assert world.client.role("bob") is role


def test_roles_rise():
    assert Role.ADMIN.at_least(Role.WRITE)
    assert Role.WRITE.at_least(Role.WRITE)
    assert not Role.TRIAGE.at_least(Role.WRITE)
