"""Which files Knex takes for migrations, and in which order."""

import pytest

from analyzers.knex.directory import LOAD_EXTENSIONS, Directory, found, in_order
from analyzers.memory import MemoryTree

KNEX = "exports.up = (knex) => knex.schema.dropTable('a');\nexports.down = () => {};\n"


def test_order_is_by_plain_string():
    """`10_` comes before `1_`, which comes before `2_`; capitals before small letters."""
    names = ["2_a.js", "1_a.js", "10_a.js", "a.js", "B.js"]
    directory = Directory(("m",))
    ordered = in_order(directory, [f"m/{name}" for name in names])
    assert ordered == ("m/10_a.js", "m/1_a.js", "m/2_a.js", "m/B.js", "m/a.js")


@pytest.mark.parametrize("name", ["a.js", "a.cjs", "a.ts", "a.d.ts", "a.coffee"])
def test_knex_loads_what_its_default_extensions_say(name):
    """A declaration file is loaded as well, and breaks."""
    assert Directory(("m",)).loads(f"m/{name}")


@pytest.mark.parametrize("path", ["m/a.mjs", "m/a.mts", "m/a.sql", "m/sub/a.js", "a.js", "m/.js"])
def test_knex_does_not_load_others_nor_sub_folders(path):
    assert not Directory(("m",)).loads(path)


def test_directories_are_mixed_by_file_name_unless_sorted_separately():
    paths = ["b/1.js", "a/2.js", "a/0.js"]
    assert in_order(Directory(("a", "b")), paths) == ("a/0.js", "b/1.js", "a/2.js")
    separately = Directory(("b", "a"), LOAD_EXTENSIONS, sort_separately=True)
    assert in_order(separately, paths) == ("b/1.js", "a/0.js", "a/2.js")


def test_directories_are_found_by_what_their_files_export():
    tree = MemoryTree(
        {
            "services/a/migrations/20240101_x.js": KNEX,
            "services/b/src/migrations/1.ts": (
                "import type { Knex } from 'knex';\nexport async function up(knex: Knex) {}\n"
            ),
            "src/index.js": KNEX,
            "node_modules/x/migrations/1.js": KNEX,
            "sequelize/migrations/1.js": "module.exports = { up: (queryInterface) => {} };",
            "typeorm/migrations/1.ts": "export class A implements MigrationInterface {}",
            "django/migrations/0001.py": "",
        }
    )
    assert [d.paths for d in found(tree)] == [
        ("services/a/migrations",),
        ("services/b/src/migrations",),
    ]


def test_finding_directories_reads_few_files_of_many():
    """The work grows with the directories of migrations, not with the files."""
    files = {f"src/{i // 100}/{i}.js": "" for i in range(5_000)}
    files |= {f"db/migrations/{i:014}_x.js": KNEX for i in range(5_000)}
    tree = Counting(files)
    assert [d.paths for d in found(tree)] == [("db/migrations",)]
    assert tree.reads == 1


class Counting:
    def __init__(self, files):
        self.tree = MemoryTree(files)
        self.reads = 0

    def entries(self):
        return self.tree.entries()

    def read(self, path):
        self.reads += 1
        return self.tree.read(path)
