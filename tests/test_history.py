"""A replayed history is kept, and used only while all that it was made from is the same."""

import pytest

from analyzers.audit import audit
from analyzers.memory import MemoryTree
from analyzers.request import Change, ChangeStatus, Request

DROP = "exports.up = (knex) => knex.schema.dropTable('t3');\nexports.down = (knex) => {};\n"

FROM_A_PACKAGE = """exports.up = async (knex) => {
  await knex.schema.createTable('t3', (table) => { table.text('name'); });
  await require('upgrade')(knex);
};
"""
ON_A_CONDITION = """exports.up = async (knex) => {
  const [found] = await knex('settings').select('on');
  if (found.on) await knex.schema.createTable('t3', (table) => { table.text('name'); });
};
"""


class Shelf(dict):
    """A store in memory."""

    def put(self, key, value):
        self[key] = value


def create(table):
    return (
        "const { columns } = require('./helpers/columns');\n"
        f"exports.up = (knex) => knex.schema.createTable('{table}', columns);\n"
        f"exports.down = (knex) => knex.schema.dropTable('{table}');\n"
    )


@pytest.fixture
def files():
    made = {f"migrations/2024010100000{n}_t{n}.js": create(f"t{n}") for n in range(5)}
    made["migrations/helpers/columns.js"] = "exports.columns = (table) => table.text('name');\n"
    return made


def seen(files, store):
    """What an audit of one more migration says, and which files it looked at."""
    path, looked = "migrations/20250101000000_drop.js", []
    head = {**files, path: DROP}
    request = Request(MemoryTree(files), MemoryTree(head), (Change(path, ChangeStatus.ADDED),))
    return audit(request, looked.append, store), set(looked) - {path}


def test_a_second_audit_looks_only_at_what_is_added(files):
    store = Shelf()
    first, looked = seen(files, store)
    assert looked == {path for path in files if "helpers" not in path}
    again, looked = seen(files, store)
    assert looked == set()
    assert again == first
    assert "drop-table" in {finding.rule for finding in again.findings}


def test_one_more_applied_migration_is_replayed_alone(files):
    store = Shelf()
    seen(files, store)
    added = "migrations/20240202000000_more.js"
    _, looked = seen({**files, added: create("more")}, store)
    assert looked == {added}


def test_what_an_earlier_history_used_is_used_by_a_longer_one(files):
    """The longer one is made from the earlier, whose helper it has not looked at itself."""
    store = Shelf()
    seen(files, store)
    files["migrations/20240202000000_more.js"] = "exports.up = (knex) => knex.raw('SELECT 1');\n"
    seen(files, store)
    files["migrations/helpers/columns.js"] = "exports.columns = (table) => table.uuid('name');\n"
    _, looked = seen(files, store)
    assert len(looked) == 6


@pytest.mark.parametrize(
    "change",
    [
        {"migrations/20240101000000_t0.js": create("t0") + "\n"},
        {"migrations/helpers/columns.js": "exports.columns = (table) => table.uuid('name');\n"},
        {"migrations/helpers/columns.json": None, "migrations/helpers/columns": "exports.x = 1"},
    ],
    ids=["a migration", "a helper", "another file in the helper's place"],
)
def test_what_changed_before_is_replayed_anew(files, change):
    store = Shelf()
    seen(files, store)
    files.update({path: text for path, text in change.items() if text is not None})
    _, looked = seen(files, store)
    assert len(looked) == 5


def test_what_somebody_else_wrote_into_the_store_is_not_believed(files):
    store = Shelf()
    first, _ = seen(files, store)
    for key in store:
        store[key] = b"cos\nsystem\n(S'exit 1'\ntR."
    again, looked = seen(files, store)
    assert again == first
    assert len(looked) == 5


@pytest.mark.parametrize(
    ("applied", "expected"),
    [
        (create("t3"), None),
        ("exports.up = (knex) => knex.raw('SELECT 1');\n", "no applied migration creates it"),
        (
            FROM_A_PACKAGE,
            "migrations/20240101000003_t3.js is not fully understood and may have changed it",
        ),
        (
            ON_A_CONDITION,
            "an applied migration creates or changes it under a condition that only a run decides",
        ),
    ],
    ids=["all of it", "nothing", "not understood", "a condition"],
)
def test_it_is_said_of_which_tables_not_all_is_known(files, applied, expected):
    files["migrations/20240101000003_t3.js"] = applied
    audited, _ = seen(files, Shelf())
    reasons = {known.table: known.reason for known in audited.partly_known}
    assert reasons == ({} if expected is None else {"public.t3": expected})


def test_a_table_that_is_renamed_is_known_by_its_new_name(files):
    base = {**files, "migrations/20240102000000_users.js": create("users")}
    renamed = "knex.schema.renameTable('users', 'people')"
    again = "knex.schema.alterTable('people', (table) => { table.text('more'); })"
    path = "migrations/20240201000000_people.js"
    source = f"exports.up = (knex) => {renamed}.then(() => {again});\nexports.down = () => {{}};\n"
    change = Change(path, ChangeStatus.ADDED)
    audited = audit(Request(MemoryTree(base), MemoryTree({**base, path: source}), (change,)))
    assert audited.partly_known == ()


def test_a_file_whose_name_is_no_text_is_audited_like_others(files):
    """git allows any bytes in a name; Python shows those that are no UTF-8 as surrogates."""
    path = "migrations/20250101000000_\udcff.js"
    request = Request(
        MemoryTree(files), MemoryTree({**files, path: DROP}), (Change(path, ChangeStatus.ADDED),)
    )
    found = audit(request).findings
    assert (path, "drop-table") in {(finding.place.path, finding.rule) for finding in found}


PRIVATE = """exports.up = (knex) =>
  knex.schema.alterTable('messages', (table) => table.dropForeign('channel_id'));
"""


@pytest.mark.parametrize(
    ("packages", "expected"),
    [
        (("package.json",), []),
        (("src/messages/package.json", "src/channels/package.json"), ["statement-fails"]),
    ],
    ids=["one package", "a package each"],
)
def test_what_another_list_of_the_package_may_have_done_is_not_denied(packages, expected):
    base = {
        **dict.fromkeys(packages, "{}"),
        "src/messages/migrations/1_messages.js": create("messages").replace("./h", "../../h"),
        "src/helpers/columns.js": "exports.columns = (table) => table.text('name');\n",
        "src/channels/migrations/2_key.js": "exports.up = (knex) => knex.schema.alterTable("
        "'messages', (table) => table.bigInteger('channel_id').references('channels.id'));\n",
    }
    path = "src/messages/migrations/3_private.js"
    change = Change(path, ChangeStatus.ADDED)
    audited = audit(Request(MemoryTree(base), MemoryTree({**base, path: PRIVATE}), (change,)))
    assert [f.rule for f in audited.findings if f.rule == "statement-fails"] == expected
    reasons = [known.reason for known in audited.partly_known if "same package" in known.reason]
    assert len(reasons) == 1 - len(expected)
