"""An audit of many migrations uses a second process, and finds what it would find without."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from analyzers.audit import audit
from analyzers.foresight import FEWEST
from analyzers.memory import MemoryTree
from analyzers.request import Change, ChangeStatus, Request
from app.sandbox import Sandbox
from app.sandbox_aside import Forked
from bench.generate import write

GUARDED = """exports.up = async (knex) => {
  if (await knex.schema.hasTable('orders')) {
    await knex.raw('drop table orders');
  }
};
exports.down = async () => {};
"""
ORDERS = """exports.up = (knex) => knex.schema.createTable('orders', (t) => { t.increments(); });
exports.down = (knex) => knex.schema.dropTable('orders');
"""
HALF_A_PAIR = """exports.up = (knex) => knex.raw("comment on table orders is '\\ud800'");
exports.down = async () => {};
"""
READING = """const { readFileSync } = require('fs');
exports.up = (knex) => knex.raw(readFileSync(`${__dirname}/sql/%s.sql`).toString());
exports.down = (knex) => knex.schema.dropTable('t%s');
"""


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """An analysis process soon ends, and waits for none of its copies; this one goes on."""
    yield
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes can't be copied here")


@pytest.mark.parametrize("count", [FEWEST, 4 * FEWEST])
def test_two_processes_find_what_one_finds(tmp_path: Path, count: int):
    texts = {path.name: path.read_text() for path in write(tmp_path, count)}
    request = added(texts)
    assert audit(request, aside=Forked()) == audit(request)


def test_what_depends_on_the_migrations_before_is_answered_in_its_turn(tmp_path: Path):
    texts = {path.name: path.read_text() for path in write(tmp_path, FEWEST)}
    texts |= {"30000101000000_create_orders.js": ORDERS, "30000102000000_drop_orders.js": GUARDED}
    found = audit(added(texts), aside=Forked())
    *_, last = found.migrations
    assert last.up[-1].sql == "drop table orders"
    assert not last.up[-1].conditional


def test_an_execution_that_cannot_be_handed_over_is_done_again(tmp_path: Path):
    texts = {path.name: path.read_text() for path in write(tmp_path, FEWEST)}
    texts |= {"10000101000000_comment.js": HALF_A_PAIR}
    request = added(texts)
    assert audit(request, aside=Forked()) == audit(request)


def test_files_that_migrations_read_when_they_run_come_to_the_process_that_asked():
    names = range(100, 101 + FEWEST)
    read = {f"migrations/sql/{name}.sql": f"CREATE TABLE t{name} (id bigint)" for name in names}
    request = added({f"{name}_read.js": READING % (name, name) for name in names}, read)
    with Sandbox() as sandbox:
        assert sandbox.audit(request) == audit(request)


@pytest.mark.parametrize("after", [0, 1, 7])
def test_a_second_process_that_dies_costs_time_only(
    tmp_path: Path, after: int, monkeypatch: pytest.MonkeyPatch
):
    request = added({path.name: path.read_text() for path in write(tmp_path, FEWEST)})
    alone = audit(request)

    class Dying(Forked):
        def begin(self, work, kind):
            def cut():
                for index, piece in enumerate(work):
                    if index == after:
                        os.kill(os.getpid(), signal.SIGKILL)
                    yield piece

            return super().begin(cut(), kind)

    assert audit(request, aside=Dying()) == alone


def added(texts: dict[str, str], beside: dict[str, str] | None = None) -> Request:
    texts = {f"migrations/{name}": text for name, text in texts.items()}
    changes = tuple(Change(path, ChangeStatus.ADDED) for path in texts)
    return Request(MemoryTree(beside or {}), MemoryTree(texts | (beside or {})), changes)
