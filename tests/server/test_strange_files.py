"""Files of every kind that git can hold: each is audited, or the check says why it is not."""

import pytest

from tests.server.running import APPLIED, BASE_FILES, CREATE_TABLE, DANGEROUS, DROP_TABLE, SAFE
from tests.standin.git import Special

USERS = BASE_FILES[APPLIED]
KILOBYTE = "/" * 1_000
SEVERAL = "migrations/20240102000000_b.js"


def added(number, name):
    return f"migrations/202402{number:02}000000_{name}"


def told(run):
    """The rules that the annotations name, by file and line."""
    return {(note["path"], note["start_line"], note["title"]) for note in run.annotations}


def drop(table):
    return DROP_TABLE.replace("'users'", f"'{table}'")


def tables(*names):
    """An applied migration that creates these tables."""
    made = "".join(
        f"  await knex.schema.createTable('{name}', (t) => t.bigIncrements('id'));\n"
        for name in names
    )
    return f"exports.up = async (knex) => {{\n{made}}};\nexports.down = () => {{}};\n"


READ = {
    "crlf.js": drop("t0").replace("\n", "\r\n"),
    "bom.js": b"\xef\xbb\xbf" + drop("t1").encode(),
    "executable.js": Special("100755", drop("t2")),
    "a b.js": drop("t3"),
    "a#b.js": drop("t4"),
    "a?b%20c.js": drop("t5"),
    "ünï–日本.js": drop("t6"),
    "[x](y) @ann `z`.js": drop("t7"),
    "quote'\"\\.js": drop("t8"),
    "copied.js": drop("t9"),
}


def test_strange_names_and_line_ends_hide_nothing(world):
    world.repository.commit("main", {SEVERAL: tables(*(f"t{n}" for n in range(len(READ))))})
    files = {added(n, name): text for n, (name, text) in enumerate(READ.items(), 1)}
    pull = world.repository.open_pull("strange", files=files)
    run = world.run(pull)
    assert {(path, 3, "drop-table") for path in files} <= told(run)
    assert {(c.path, c.line) for c in pull.review_comments if "drops" in c.body} == {
        (path, 3) for path in files
    }
    assert "migrations/20240205000000_a%23b.js#L3" in run.summary
    assert "migrations/20240206000000_a%3Fb%2520c.js#L3" in run.summary


UNREADABLE = {
    "utf16.js": (DROP_TABLE.encode("utf-16"), "it is not `UTF-8` text"),
    "latin.js": (b"// caf\xe9\n" + DROP_TABLE.encode(), "it is not `UTF-8` text"),
    "binary.js": (bytes(range(256)), "it is not `UTF-8` text"),
    "nul.js": ("exports.up = () => {\0};\n", "does not follow the grammar"),
    "link.js": (Special("120000", "../../etc/passwd"), "it is a symlink"),
    "module.js": (Special("160000", "1" * 40), "it is a submodule"),
    "long.js": (DROP_TABLE + "//" + KILOBYTE * 2_000, "has more than 1,000,000 characters"),
    "longer.js": (DROP_TABLE + "//" + KILOBYTE * 11_000, "more than 10,000,000"),
}


def test_what_cannot_be_read_is_said_and_does_not_pass(world):
    names = {added(n, name): name for n, name in enumerate(UNREADABLE, 1)}
    files = {path: UNREADABLE[name][0] for path, name in names.items()}
    pull = world.repository.open_pull("unreadable", files=files)
    run = world.run(pull, timeout=60)
    assert run.conclusion == "action_required"
    assert {(path, "unparsable-migration") for path in files} == {
        (path, rule) for path, _, rule in told(run)
    }
    for name, (_, reason) in UNREADABLE.items():
        (said,) = (
            line for line in run.summary.split("\n") if f"{name}` cannot be analysed" in line
        )
        assert reason in said


LENIENT = "fail_on: never\nrules:\n  unparsable-migration: off\n"
TOO_LONG = "//" + KILOBYTE * 2_000
UNAUDITED = {
    "an added migration": {SAFE: CREATE_TABLE + TOO_LONG},
    "an applied one": {APPLIED: USERS + TOO_LONG},
    "a knexfile": {"knexfile.js": BASE_FILES["knexfile.js"] + TOO_LONG},
}


@pytest.mark.parametrize("files", UNAUDITED.values(), ids=UNAUDITED)
def test_nothing_lets_pass_what_could_not_be_audited(world, files):
    """Whether findings fail the check is the team's choice; here nobody knows what to find."""
    world.repository.commit("main", {".github/migaudit.yml": LENIENT})
    run = world.run(world.repository.open_pull("large", files=files))
    assert run.conclusion == "action_required"
    assert run.title.startswith("Not all of it could be audited")
    assert f"`{next(iter(files))}` could not be audited" in run.summary


def test_a_migration_that_stays_too_large_is_not_taken_for_the_same(world):
    world.repository.commit("main", {APPLIED: USERS + TOO_LONG})
    pull = world.repository.open_pull("large", files={APPLIED: DROP_TABLE + TOO_LONG})
    run = world.run(pull)
    assert run.conclusion == "action_required"
    assert "applied-migration-modified" in {title for _, _, title in told(run)}


def test_other_changes_are_not_blamed_for_a_merged_file_that_is_too_large(world):
    large = {APPLIED: USERS + TOO_LONG, "knexfile.js": BASE_FILES["knexfile.js"] + TOO_LONG}
    world.repository.commit("main", large)
    assert world.run(world.open("safe", SAFE, CREATE_TABLE)).conclusion == "success"


def test_an_empty_migration_is_one_that_knex_refuses(world):
    run = world.run(world.open("empty", SAFE, b""))
    assert run.conclusion == "failure"
    assert {rule for _, _, rule in told(run)} == {"missing-up", "missing-down"}


def test_a_megabyte_is_audited_to_its_end(world):
    long = DROP_TABLE.replace("  await", f"  // {KILOBYTE * 990}\n  await", 1)
    pull = world.open(text=long)
    assert (DANGEROUS, 4, "drop-table") in told(world.run(pull, timeout=60))


def test_nothing_of_a_pull_request_is_run(world, tmp_path):
    left = tmp_path / "left behind"
    deed = f"require('fs').writeFileSync({str(left)!r}, 'x');\n"
    files = {SAFE: deed + CREATE_TABLE, "knexfile.js": deed + BASE_FILES["knexfile.js"]}
    pull = world.repository.open_pull("deed", files=files)
    assert world.run(pull).conclusion is not None
    assert not left.exists()


BEFALLS = {
    "edited": ({APPLIED: USERS.replace("'id'", "'number'")}, "failure", "modified"),
    "deleted": ({APPLIED: None}, "failure", "deleted"),
    "a link now": ({APPLIED: Special("120000", "x.js")}, "action_required", "modified"),
    "moved": ({APPLIED: None, SAFE: USERS}, "failure", "renamed"),
    "moved and edited": ({APPLIED: None, SAFE: USERS.replace("'id'", "'n'")}, "failure", "renamed"),
    "other line ends": ({APPLIED: USERS.replace("\n", "\r\n")}, "success", "modified"),
}


@pytest.mark.parametrize(("change", "conclusion", "rule"), BEFALLS.values(), ids=BEFALLS)
def test_whatever_befalls_an_applied_migration_is_told(world, change, conclusion, rule):
    run = world.run(world.repository.open_pull("change", files=change))
    assert run.conclusion == conclusion
    assert f"applied-migration-{rule}" in {title for _, _, title in told(run)}


def test_a_new_mode_alone_is_no_change_of_a_migration(world):
    pull = world.repository.open_pull("mode", files={APPLIED: Special("100755", USERS)})
    run = world.run(pull)
    assert (run.conclusion, told(run)) == ("success", set())


def test_several_directories_of_migrations_have_one_check(world):
    """A monorepo: each knexfile has its own history."""
    knexfile = BASE_FILES["knexfile.js"]
    world.repository.commit(
        "main",
        {
            "knexfile.js": None,
            APPLIED: None,
            "a/knexfile.js": knexfile,
            "b/knexfile.js": knexfile,
            "a/" + APPLIED: USERS,
            "b/" + APPLIED: USERS,
        },
    )
    pull = world.repository.open_pull(
        "both", files={"a/" + DANGEROUS: DROP_TABLE, "b/" + SAFE: CREATE_TABLE}
    )
    run = world.run(pull)
    assert told(run) == {("a/" + DANGEROUS, 3, "drop-table")}
    assert f"### `b/{SAFE}`" in run.text
    assert len(world.conclusions(pull.head_sha)) == 1
