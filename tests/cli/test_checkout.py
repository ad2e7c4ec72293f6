"""What a local checkout is taken for: a base, a head and the changes between them."""

import pytest

from analyzers.request import Change, ChangeStatus
from analyzers.source import Kind, UnreadableFile
from app.checkout import CheckoutRefused, open_checkout

TEXT = "".join(f"line {number}\n" for number in range(20))


def changes_of(repository, base=None):
    with open_checkout(repository.directory, base) as checkout:
        return set(checkout.changes)


def test_the_working_tree_counts_with_files_that_git_does_not_know_yet(repository):
    repository.write("m/1.js", TEXT)
    repository.write(".gitignore", "*.log\n")
    repository.commit()
    repository.write("m/1.js", TEXT + "more")
    repository.write("m/2.js", "new")
    repository.write("m/debug.log", "ignored")
    assert changes_of(repository) == {
        Change("m/1.js", ChangeStatus.MODIFIED),
        Change("m/2.js", ChangeStatus.ADDED),
    }


def test_commits_of_a_branch_count_and_those_of_the_default_branch_do_not(repository):
    repository.write("m/1.js", TEXT)
    repository.commit()
    repository.git("switch", "--quiet", "--create", "topic")
    repository.write("m/3.js", "mine")
    repository.commit()
    repository.git("switch", "--quiet", "main")
    repository.write("m/2.js", "theirs")
    repository.commit()
    repository.git("switch", "--quiet", "topic")
    assert changes_of(repository) == {Change("m/3.js", ChangeStatus.ADDED)}


def test_a_named_base_counts_as_applied_in_full(repository):
    """What its branch got since is applied, and no change of ours."""
    repository.write("m/1.js", TEXT)
    repository.commit()
    repository.git("branch", "release")
    repository.write("m/3.js", "mine")
    repository.commit()
    repository.git("switch", "--quiet", "release")
    repository.write("m/2.js", "theirs")
    repository.commit()
    repository.git("switch", "--quiet", "main")
    with open_checkout(repository.directory, "release") as checkout:
        assert set(checkout.base.entries()) == {"m/1.js", "m/2.js"}
        assert checkout.changes == (Change("m/3.js", ChangeStatus.ADDED),)


def test_the_remotes_default_branch_goes_before_a_local_one(repository, tmp_path):
    repository.write("m/1.js", TEXT)
    repository.commit()
    clone = type(repository)(tmp_path)
    clone.git("remote", "add", "origin", str(repository.directory))
    clone.git("fetch", "--quiet", "origin")
    clone.git("reset", "--quiet", "--hard", "origin/main")
    clone.write("m/2.js", "committed on main, not pushed")
    clone.git("add", "m")
    clone.git("commit", "--quiet", "--message=change")
    assert Change("m/2.js", ChangeStatus.ADDED) in changes_of(clone)


def test_a_moved_and_edited_file_is_renamed(repository):
    repository.write("m/1.js", TEXT)
    repository.commit()
    repository.git("mv", "m/1.js", "m/one.js")
    repository.write("m/one.js", TEXT.replace("line 3", "line three"))
    assert changes_of(repository) == {Change("m/one.js", ChangeStatus.RENAMED, "m/1.js")}


def test_a_deleted_file_is_deleted_whether_git_was_told_or_not(repository):
    repository.write("m/1.js", TEXT)
    repository.commit()
    (repository.directory / "m/1.js").unlink()
    assert changes_of(repository) == {Change("m/1.js", ChangeStatus.DELETED)}


def test_a_repository_without_a_commit_has_added_everything(repository):
    repository.write("m/1.js", TEXT)
    assert changes_of(repository) == {Change("m/1.js", ChangeStatus.ADDED)}


def test_any_name_that_git_allows_is_kept(repository):
    names = {"m/ü b.js", 'm/"quoted".js', "m/new\nline.js", "m/-x.js", "m/tab\t.js"}
    for name in names:
        repository.write(name, name)
    with open_checkout(repository.directory) as checkout:
        assert {change.path for change in checkout.changes} == names
        assert {checkout.head.read(name).decode() for name in names} == names


def test_content_is_read_from_the_side_it_is_asked_of(repository):
    repository.write("m/1.js", "before")
    repository.commit()
    repository.write("m/1.js", "after")
    with open_checkout(repository.directory) as checkout:
        assert checkout.base.read("m/1.js") == b"before"
        assert checkout.head.read("m/1.js") == b"after"
        same = checkout.base.entries()["m/1.js"] == checkout.head.entries()["m/1.js"]
        assert not same


def test_the_checkout_of_a_folder_within_is_that_of_the_repository(repository):
    repository.write("deep/m/1.js", TEXT)
    with open_checkout(repository.directory / "deep" / "m") as checkout:
        assert checkout.root == repository.directory
        assert [change.path for change in checkout.changes] == ["deep/m/1.js"]


def test_a_link_is_listed_and_never_followed(repository, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (repository.directory / "m").mkdir()
    (repository.directory / "m/1.js").symlink_to(secret)
    with open_checkout(repository.directory) as checkout:
        assert checkout.head.entries()["m/1.js"].kind is Kind.SYMLINK
        with pytest.raises(UnreadableFile, match="symlink"):
            checkout.head.read("m/1.js")


def test_nothing_behind_a_linked_folder_is_seen(repository, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "1.js").write_text("secret")
    repository.write("m/1.js", TEXT)
    repository.commit()
    (repository.directory / "m/1.js").unlink()
    (repository.directory / "m").rmdir()
    (repository.directory / "m").symlink_to(outside)
    with open_checkout(repository.directory) as checkout:
        assert set(checkout.head.entries()) == {"m"}


def test_a_repository_within_the_repository_is_a_submodule(repository):
    repository.write("vendor/readme", TEXT)
    inner = type(repository)(repository.directory / "vendor")
    inner.commit()
    with open_checkout(repository.directory) as checkout:
        assert checkout.head.entries()["vendor"].kind is Kind.SUBMODULE


def test_a_file_beyond_the_limit_is_refused_and_the_next_one_is_read(repository):
    repository.write("m/1.js", "x" * 3_000_000)
    repository.write("m/2.js", TEXT)
    with open_checkout(repository.directory) as checkout:
        with pytest.raises(UnreadableFile, match="3,000,000 bytes"):
            checkout.head.read("m/1.js")
        assert checkout.head.read("m/2.js") == TEXT.encode()
        with pytest.raises(UnreadableFile, match="no such file"):
            checkout.head.read("m/3.js")


def test_the_repository_is_left_as_it_was(repository):
    repository.write("m/1.js", TEXT)
    repository.git("add", "m")
    repository.write("m/2.js", TEXT)
    before = {path: path.read_bytes() for path in repository.directory.rglob("*") if path.is_file()}
    changes_of(repository)
    after = {path: path.read_bytes() for path in repository.directory.rglob("*") if path.is_file()}
    assert after == before


def test_a_base_that_does_not_exist_is_refused_by_name(repository):
    repository.commit()
    for base in ("nowhere", "-x", "--all", ""):
        with pytest.raises(CheckoutRefused, match=repr(base)):
            changes_of(repository, base)


def test_without_a_default_branch_one_has_to_be_named(repository):
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit()
    with pytest.raises(CheckoutRefused, match="--base"):
        changes_of(repository)


def test_a_shallow_clone_is_told_what_to_fetch(repository):
    repository.write("m/1.js", TEXT)
    repository.commit()
    repository.git("switch", "--quiet", "--orphan", "other")
    repository.commit()
    with pytest.raises(CheckoutRefused, match="--unshallow"):
        changes_of(repository)


def test_outside_of_any_repository_git_says_so(tmp_path):
    with pytest.raises(CheckoutRefused, match="not a git repository"), open_checkout(tmp_path):
        pass
