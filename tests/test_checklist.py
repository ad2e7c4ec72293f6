"""A reviewer is asked to make sure of what the migrations make necessary, and of nothing else."""

import pytest

from analyzers.audit import audit
from analyzers.memory import MemoryTree
from analyzers.request import Change, ChangeStatus, Request

BEFORE = """
exports.up = (knex) => knex.schema.createTable('orders', (table) => {
  table.increments();
  table.integer('user_id');
  table.text('note');
}).raw("create type state as enum ('new')").raw('create extension citext');
exports.down = () => {};
"""


def asked(up, config=""):
    source = f"exports.up = async (knex) => {{ {up} }};\nexports.down = () => {{}};\n{config}"
    base = {"migrations/20240101000000_before.js": BEFORE}
    path = "migrations/20240102000000_now.js"
    head = {**base, path: source}
    change = Change(path, ChangeStatus.ADDED)
    return audit(Request(MemoryTree(base), MemoryTree(head), (change,))).checklist


@pytest.mark.parametrize(
    ("up", "begins"),
    [
        ("await knex.schema.dropTable('orders')", "A backup of `orders` is there"),
        ("await knex('orders').update({ note: 'x' })", "A backup of `orders` is there"),
        (
            "await knex.schema.alterTable('orders', (t) => t.dropColumn('note'))",
            "Nothing uses `orders.note` any more",
        ),
        ("await knex.schema.renameTable('orders', 'sales')", "Nothing uses `orders` any more"),
        (
            "await knex.raw('alter table orders alter column user_id type bigint')",
            "Somebody by name watches it run",
        ),
        ("await knex.raw('create extension hstore')", "The server has `hstore`"),
        ("await knex.raw('grant select on orders to reporting')", "The application's own role"),
        ("await knex.raw(`alter type state add value 'old'`)", "Every running version"),
        (
            "await knex.raw((await knex('orders').first()).note)",
            "Somebody has read what could not be understood",
        ),
    ],
)
def test_what_it_does_decides_what_is_asked(up, begins):
    assert any(item.startswith(begins) for item in asked(up)), asked(up)


def test_without_a_transaction_a_failure_leaves_half_of_it():
    config = "exports.config = { transaction: false };"
    up = (
        "await knex.raw('create index concurrently a on orders (note)'); await knex.raw('select 1')"
    )
    items = asked(up, config)
    assert any(item.startswith("Should it fail, somebody looks for `a`") for item in items)
    assert any("fails half-way is written down" in item for item in items)


@pytest.mark.parametrize(
    "up",
    [
        "await knex.schema.createTable('users', (t) => { t.increments(); t.text('name'); })",
        "await knex.schema.alterTable('orders', (t) => { t.text('more'); })",
        "await knex('orders').insert({ note: 'x' })",
        "await knex.raw('create extension if not exists citext')",
        "await knex.schema.createTable('a', () => {}); await knex.schema.dropTable('a')",
        "await knex.raw('comment on table orders is $$sold$$')",
    ],
)
def test_what_is_safe_asks_for_nothing(up):
    assert asked(up) == ()
