"""Migrations as people write them, audited and fixed until there is nothing more to fix."""

from dataclasses import dataclass

from analyzers.audit import audit
from analyzers.fixes.applying import fixed
from analyzers.memory import MemoryTree
from analyzers.request import Change, ChangeStatus, Request
from analyzers.settings import Settings
from analyzers.struct import replace

APPLIED = "migrations/20240101000000_create_users_and_teams.js"
HISTORY = {
    APPLIED: """\
exports.up = async (knex) => {
  await knex.schema.createTable('teams', (table) => {
    table.bigIncrements('id');
    table.string('name').index();
  });
  await knex.schema.createTable('users', (table) => {
    table.bigIncrements('id');
    table.string('email').notNullable().defaultTo('nobody');
    table.integer('age');
    table.bigInteger('team_id').index();
  });
};

exports.down = async (knex) => {
  await knex.schema.dropTable('users');
  await knex.schema.dropTable('teams');
};
""",
}


@dataclass(frozen=True)
class Fixed:
    """A migration, what was found in it, and what became of it when one rule's fix was applied."""

    path: str
    before: str
    after: str
    found: tuple
    left: tuple

    @property
    def rules(self):
        return sorted(finding.rule for finding in self.found)

    @property
    def rules_left(self):
        return sorted(finding.rule for finding in self.left)


def findings(source, extension="js", name="change", settings=None):
    path = f"migrations/20240201000000_{name}.{extension}"
    head = {**HISTORY, path: source}
    change = Change(path, ChangeStatus.ADDED)
    return path, audit(
        Request(MemoryTree(HISTORY), MemoryTree(head), (change,), settings or Settings())
    ).findings


def fix(rule, source, extension="js"):
    """The source with the first fix that is offered for `rule` applied."""
    path, found = findings(source, extension)
    chosen = next(f for f in found if f.rule == rule and f.fix is not None)
    after = fixed(source, [replace(chosen)]).text
    return Fixed(path, source, after, found, findings(after, extension)[1])


def offers(rule, source, extension="js"):
    """Whether there is a finding of `rule`, and for each one whether it has a fix."""
    return [f.fix is not None for f in findings(source, extension)[1] if f.rule == rule]


def findings_after(applied, source):
    """What is found in a migration after others, each of them deployed by itself."""
    base = dict(HISTORY)
    for number, text in enumerate(applied):
        base[f"migrations/2024020{number + 1}000000_step.js"] = text
    path = "migrations/20240209000000_step.js"
    change = Change(path, ChangeStatus.ADDED)
    head = {**base, path: source}
    return audit(Request(MemoryTree(base), MemoryTree(head), (change,), Settings())).findings
