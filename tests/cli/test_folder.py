"""What files that are named one by one are taken for."""

import pytest

from analyzers.request import Change, ChangeStatus
from analyzers.source import Kind, UnreadableFile
from app.checkout import CheckoutRefused
from app.folder import open_files


@pytest.fixture
def project(tmp_path):
    for name in ("1.js", "2.js", "3.js", "4.js"):
        (tmp_path / "db").mkdir(exist_ok=True)
        (tmp_path / "db" / name).write_text(name)
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "helpers.js").write_text("helpers")
    return tmp_path


def test_what_sorts_before_is_applied_and_what_sorts_after_is_not(project):
    with open_files([project / "db/3.js"]) as checkout:
        assert checkout.changes == (Change("db/3.js", ChangeStatus.ADDED),)
        applied = [path for path in checkout.base.entries() if path.startswith("db/")]
        assert applied == ["db/1.js", "db/2.js"]
        with pytest.raises(UnreadableFile):
            checkout.base.read("db/4.js")


def test_files_may_import_what_lies_anywhere_in_the_project(project):
    with open_files([project / "db/3.js"]) as checkout:
        assert checkout.root == project
        assert checkout.head.read("helpers.js") == b"helpers"


def test_a_folder_stands_for_its_files(project):
    with open_files([project / "db"]) as checkout:
        assert [change.path for change in checkout.changes] == [
            "db/1.js",
            "db/2.js",
            "db/3.js",
            "db/4.js",
        ]
        assert not [path for path in checkout.base.entries() if path.startswith("db/")]


def test_without_a_project_the_files_own_folder_is_the_root(project):
    (project / "package.json").unlink()
    with open_files([project / "db/2.js"]) as checkout:
        assert checkout.root == project / "db"
        assert list(checkout.base.entries()) == ["1.js"]


def test_an_installed_package_can_be_audited_and_is_not_walked_else(project):
    package = project / "node_modules/shop"
    (package / "migrations").mkdir(parents=True)
    (package / "migrations/1.js").write_text("theirs")
    with open_files([project / "db/1.js"]) as checkout:
        assert not [path for path in checkout.head.entries() if "node_modules" in path]
    with open_files([package / "migrations/1.js"]) as checkout:
        assert checkout.head.entries().keys() >= {"node_modules/shop/migrations/1.js"}


def test_links_are_listed_and_never_followed(project):
    (project / "db/5.js").symlink_to("/etc/passwd")
    (project / "loop").symlink_to(project)
    with open_files([project / "db/1.js"]) as checkout:
        assert checkout.head.entries()["db/5.js"].kind is Kind.SYMLINK
        assert checkout.head.entries()["loop"].kind is Kind.SYMLINK
        with pytest.raises(UnreadableFile, match="symlink"):
            checkout.head.read("db/5.js")
    with pytest.raises(CheckoutRefused, match=r"db/5\.js"), open_files([project / "db/5.js"]):
        pass


@pytest.mark.parametrize("name", ["missing.js", "empty"])
def test_what_is_no_file_is_refused(project, name):
    (project / "empty").mkdir()
    with pytest.raises(CheckoutRefused), open_files([project / name]):
        pass
