"""What surrounds the migrations is judged within bounds, whatever a pull request brings."""

import json
import time

import pytest

from analyzers.audit import audit
from analyzers.memory import MemoryTree
from analyzers.request import Change, ChangeStatus, Request

WORKFLOW = ".github/workflows/deploy.yml"
HEAD = "on: push\njobs:\n  production:\n    steps:\n"
KNEXFILE = "module.exports = { client: 'pg', migrations: { directory: './migrations' } };\n"
MANY = json.dumps({"scripts": {f"s{n}": f"npm run s{n + 1} && " * 30 for n in range(20)}})


def audited(files, base=None):
    changes = tuple(Change(path, ChangeStatus.ADDED) for path in files)
    return audit(Request(MemoryTree(base or {}), MemoryTree({**(base or {}), **files}), changes))


def rules(audited_):
    return {finding.rule for finding in audited_.findings}


BOMBS = {
    "scripts that call scripts": {
        "package.json": MANY,
        WORKFLOW: f"{HEAD}      - run: npm run s0\n",
    },
    "a script that calls itself": {
        "package.json": '{"scripts": {"a": "npm run a; npm run a"}}',
        WORKFLOW: f"{HEAD}      - run: npm run a\n",
    },
    "very many commands": {
        "package.json": "{}",
        WORKFLOW: f"{HEAD}      - run: |\n" + "          npx knex migrate:latest\n" * 2_500,
    },
    "one long command": {
        WORKFLOW: f"{HEAD}      - run: npm {'--a ' * 20_000}\n",
    },
    "knex, over and over": {
        WORKFLOW: f"{HEAD}      - run: {'knex ' * 18_000}\n",
        "README.md": "knex migrate: " * 20_000,
    },
    "brackets": {WORKFLOW: "[" * 90_000, "package.json": "[" * 90_000},
    "a long address": {
        "knexfile.js": f"module.exports = {{ client: 'pg', connection: 'x://{':' * 90_000}' }};"
    },
}


@pytest.mark.parametrize("files", BOMBS.values(), ids=BOMBS.keys())
def test_no_file_takes_long(files):
    began = time.process_time()
    audited({"knexfile.js": KNEXFILE, **files})
    assert time.process_time() - began < 10


def test_what_was_too_much_to_look_at_is_told():
    found = audited(BOMBS["very many commands"])
    assert "more than 2,000 commands" in found.unjudged[0].reason
    found = audited({WORKFLOW: "#" * 200_000})
    assert "more than 100,000 characters" in found.unjudged[0].reason


def test_a_secret_in_a_knexfile_is_not_repeated():
    address = "postgres://a:k3zx991@b.com"
    found = audited(
        {"knexfile.js": f"module.exports = {{ client: 'pg', connection: '{address}' }};"}
    )
    assert "knexfile-hardcoded-credentials" in rules(found)
    assert "k3zx991" not in str(found.findings)


def test_files_of_packages_are_not_judged():
    path = "node_modules/thing/package.json"
    found = audited({path: '{"scripts": {"x": "knex migrate:latest --env production"}}'})
    assert not found.findings


def test_nothing_of_it_is_read_where_nothing_of_it_changes():
    seen = []

    class Counting(MemoryTree):
        def read(self, path):
            seen.append(path)
            return super().read(path)

    base = {"knexfile.js": KNEXFILE, WORKFLOW: HEAD, "package.json": "{}", "docs/a.md": "# A\n"}
    head = Counting({**base, "docs/b.md": "# B\n"})
    audit(Request(MemoryTree(base), head, (Change("docs/b.md", ChangeStatus.ADDED),)))
    assert {WORKFLOW, "docs/a.md"}.isdisjoint(seen)


def test_a_team_can_switch_such_a_rule_off():
    files = {WORKFLOW: f"{HEAD}      - run: npx knex migrate:latest --env production\n"}
    assert "ci-deploy-without-backup" in rules(audited(files))
    base = {".github/migaudit.yml": "rules: {ci-deploy-without-backup: off}\n"}
    assert "ci-deploy-without-backup" not in rules(audited(files, base))
