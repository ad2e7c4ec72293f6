"""The migrations that are fixed: for each rule, in the styles in which people write."""

import re
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Case:
    """`parts` are what `up` is meant to leave otherwise than without the fix, by name.

    `fails`: real Knex or PostgreSQL refuses it without the fix. `group`: cases that differ in
    nothing but style.
    """

    rule: str
    style: str
    source: str
    extension: str = "js"
    parts: dict = field(default_factory=dict, compare=False)
    fails: bool = False
    group: str = ""

    def __str__(self):
        return f"{self.rule} {self.style}"


ASYNC = """\
exports.up = async (knex) => {{
  {up}
}};

exports.down = async (knex) => {{
  {down}
}};
"""

RETURNED = """\
exports.up = function (knex) {{
  return {up}
}};

exports.down = function (knex) {{
  return {down}
}};
"""

EXPRESSION = """\
exports.up = (knex) => {up}

exports.down = (knex) => {down}
"""

OBJECT = """\
'use strict'

module.exports = {{
    async up(db) {{
        await {up}
    }},

    down: async (db) => {{
        await {down}
    }},
}}
"""

MODULE = """\
/** What it is for. */
export const up = async (knex) => {{
\tawait {up}
}}

export const down = async (knex) => {{
\tawait {down}
}}
"""

TYPESCRIPT = """\
import type {{ Knex }} from "knex";

// Adds what is needed.
export async function up(knex: Knex): Promise<void> {{
  await {up}
}}

export async function down(knex: Knex): Promise<void> {{
  await {down}
}}
"""

TYPESCRIPT_RETURNED = """\
import type {{ Knex }} from "knex"

export function up(knex: Knex): Promise<any> {{
    return {up}
}}

export function down(knex: Knex): Promise<any> {{
    return {down}
}}
"""


def styles(rule, up, down, **more):
    """The same migration in every style. `up` and `down` are expressions over `knex`."""
    more.setdefault("group", f"{rule} {up}")
    double = up.replace("'", '"') if '"' not in up else up
    double_down = down.replace("'", '"') if '"' not in down else down
    yield Case(rule, "awaited", ASYNC.format(up=f"await {up};", down=f"await {down};"), **more)
    yield Case(rule, "returned", RETURNED.format(up=f"{up};", down=f"{down};"), **more)
    yield Case(rule, "expression", EXPRESSION.format(up=f"{up};", down=f"{down};"), **more)
    on_db = up.replace("knex", "db"), down.replace("knex", "db")
    yield Case(rule, "object without semicolons", OBJECT.format(up=on_db[0], down=on_db[1]), **more)
    yield Case(rule, "module with tabs", MODULE.format(up=up, down=down), **more)
    yield Case(
        rule,
        "TypeScript with double quotes",
        TYPESCRIPT.format(up=f"{double};", down=f"{double_down};"),
        extension="ts",
        **more,
    )
    yield Case(
        rule,
        "TypeScript returned",
        TYPESCRIPT_RETURNED.format(up=up, down=down),
        extension="ts",
        **more,
    )
    crlf = ASYNC.format(up=f"await {up};", down=f"await {down};").replace("\n", "\r\n")
    yield Case(rule, "Windows line ends", crlf, **more)


def alter(call, table="users"):
    return f"knex.schema.alterTable('{table}', (table) => {{\n    table.{call};\n  }})"


def without_down(cases):
    for case in cases:
        begin = re.search(r"\n\s*(?:exports\.down|export \w+ \w* ?down|    down:)", case.source)
        end = "}\n" if "module.exports" in case.source else ""
        yield replace(case, rule="missing-down", source=case.source[: begin.start()] + "\n" + end)


def without_await(cases):
    """Nobody waits for what `up` begins."""
    for case in cases:
        source = re.sub(r"(?<=\n)(\s+)(?:await|return) ", r"\1", case.source, count=1)
        if source != case.source:
            yield replace(case, source=source)


def on(change, cases):
    """The cases with their text changed."""
    for case in cases:
        yield replace(case, source=change(case.source))


def configured(source):
    """Runs without a transaction, as somebody would write it in the same file."""
    if "module.exports" in source:
        return source.replace("{\n", "{\n    config: { transaction: false },\n", 1)
    module = re.search(r"^export ", source, re.MULTILINE)
    text = "export const config" if module else "exports.config"
    ends = "\r\n" if "\r" in source else "\n"
    at = module.start() if module else 0
    text = f"{text} = {{ transaction: false }};{ends}{ends}"
    return source[:at] + text + source[at:]


NOTES = (
    "knex.schema.createTable('notes', (table) => {\n    table.bigIncrements('id');\n"
    "    table.bigInteger('user_id').references('id').inTable('users').index();\n  })"
)

TAGS = "knex.schema.createTable('notes', (table) => {\n    table.bigIncrements('id');\n  })"

CASES = [
    *styles("non-concurrent-index", alter("index(['email'])"), alter("dropIndex(['email'])")),
    *styles(
        "non-concurrent-index",
        "knex.raw('CREATE UNIQUE INDEX by_age ON users (age) WHERE age > 3')",
        "knex.raw('DROP INDEX by_age')",
    ),
    *styles(
        "non-concurrent-index-drop", alter("dropIndex(['team_id'])"), alter("index(['team_id'])")
    ),
    *styles("missing-lock-timeout", alter("string('nick')"), alter("dropColumn('nick')")),
    *styles(
        "prefer-jsonb",
        "knex.schema.createTable('notes', (table) => {\n"
        "    table.bigIncrements('id');\n    table.json('body').notNullable();\n  })",
        "knex.schema.dropTable('notes')",
        parts={"column public.notes.body": "changed"},
    ),
    *styles(
        "prefer-jsonb",
        "knex.raw('CREATE TABLE notes (id uuid PRIMARY KEY, body json)')",
        "knex.raw('DROP TABLE notes')",
        parts={"column public.notes.body": "changed"},
    ),
    *styles(
        "prefer-timestamptz",
        "knex.schema.createTable('notes', (table) => {\n    table.bigIncrements('id');\n"
        "    table.timestamp('at', { useTz: false }).defaultTo(knex.fn.now());\n  })",
        "knex.schema.dropTable('notes')",
        parts={"column public.notes.at": "changed"},
    ),
    *styles(
        "prefer-timestamptz",
        "knex.raw('CREATE TABLE notes (id uuid PRIMARY KEY, at timestamp(3) without time zone)')",
        "knex.raw('DROP TABLE notes')",
        parts={"column public.notes.at": "changed"},
    ),
    *styles(
        "prefer-bigint-key",
        "knex.schema.createTable('notes', (table) => {\n"
        "    table.increments('id');\n    table.text('body');\n  })",
        "knex.schema.dropTable('notes')",
        parts={
            "column public.notes.id": "changed",
            "sequence public.notes_id_seq": "changed",
        },
    ),
    *styles(
        "prefer-identity",
        "knex.raw('CREATE TABLE notes (id bigserial PRIMARY KEY)')",
        "knex.raw('DROP TABLE notes')",
        parts={"column public.notes.id": "changed"},
    ),
    *styles(
        "extension-not-idempotent",
        "knex.raw('CREATE EXTENSION plpgsql')",
        "knex.raw('SELECT 1')",
        fails=True,
    ),
    *styles(
        "validating-foreign-key",
        "knex.raw('ALTER TABLE users ADD CONSTRAINT of_team FOREIGN KEY (team_id) "
        "REFERENCES teams (id)')",
        "knex.raw('ALTER TABLE users DROP CONSTRAINT of_team')",
        parts={"constraint public.users.of_team": "changed"},
    ),
    *styles(
        "validating-foreign-key",
        alter("foreign('team_id').references('id').inTable('teams').onDelete('SET NULL')"),
        alter("dropForeign(['team_id'])"),
        parts={"constraint public.users.users_team_id_foreign": "changed"},
    ),
    *styles(
        "validating-foreign-key",
        alter("bigInteger('boss_id').nullable().references('id').inTable('users').index()"),
        alter("dropColumn('boss_id')"),
        parts={"constraint public.users.users_boss_id_foreign": "changed"},
    ),
    *styles(
        "validating-check-constraint",
        alter("check('age > 3', {}, 'grown')"),
        alter("dropChecks('grown')"),
        parts={"constraint public.users.grown": "changed"},
    ),
    *styles(
        "validating-check-constraint",
        "knex.raw('alter table users add constraint grown check (age > 3)')",
        "knex.raw('alter table users drop constraint grown')",
        parts={"constraint public.users.grown": "changed"},
    ),
    *styles(
        "alter-resets-column",
        alter("string('email', 300).alter()"),
        alter("string('email', 255).notNullable().defaultTo('nobody').alter()"),
        parts={"column public.users.email": "changed"},
    ),
    *styles(
        "set-not-null-scans-table",
        alter("string('email', 300).notNullable().defaultTo('nobody').alter()"),
        alter("string('email', 255).notNullable().defaultTo('nobody').alter()"),
    ),
    *styles(
        "set-not-null-scans-table",
        alter("string('email', 300).notNullable().defaultTo('nobody').alter({ alterType: true })"),
        alter("string('email', 255).notNullable().defaultTo('nobody').alter()"),
    ),
    *styles(
        "rename-table",
        "knex.schema.renameTable('users', 'people')",
        "knex.schema.renameTable('people', 'users')",
        parts={"view public.users": "left over"},
    ),
    *styles("empty-down", NOTES, "Promise.resolve()"),
    *styles("empty-down", alter("renameColumn('email', 'mail')"), "Promise.resolve()"),
    *without_down(styles("missing-down", NOTES, "knex.schema.dropTable('notes')", fails=True)),
    *without_await(
        styles(
            "floating-query",
            TAGS,
            "knex.schema.dropTable('notes')",
            parts={"table public.notes": "left over", "sequence public.notes_id_seq": "left over"},
        )
    ),
    *styles(
        "unknown-knex-method",
        "knex.schema.creatTable('notes', (table) => {\n    table.bigIncrements('id');\n  })",
        "knex.schema.dropTable('notes')",
        fails=True,
    ),
    *styles("blocking-unique-constraint", alter("unique(['age'])"), alter("dropUnique(['age'])")),
    *styles(
        "concurrent-index-in-transaction",
        "knex.raw('CREATE INDEX CONCURRENTLY by_age ON users (age)')",
        "knex.raw('DROP INDEX by_age')",
        fails=True,
    ),
    *on(
        configured,
        styles(
            "concurrent-index-not-idempotent",
            "knex.raw('CREATE INDEX CONCURRENTLY by_age ON users (age)')",
            "knex.raw('DROP INDEX by_age')",
        ),
    ),
    *on(
        configured,
        styles("transaction-disabled-needlessly", NOTES, "knex.schema.dropTable('notes')"),
    ),
    *styles(
        "ineffective-lock-timeout",
        "knex.raw('SET lock_timeout = 5000')",
        "knex.raw('SELECT 1')",
    ),
    *styles(
        "redundant-index",
        "knex.schema.createTable('notes', (table) => {\n    table.bigIncrements('id');\n"
        "    table.string('slug').unique().index();\n  })",
        "knex.schema.dropTable('notes')",
        parts={"index public.notes.notes_slug_index": "missing"},
    ),
    *styles(
        "redundant-index",
        "knex.schema.alterTable('users', (table) => {\n    table.string('nick');\n"
        "    table.index(['team_id'], 'again');\n  })",
        "knex.schema.alterTable('users', (table) => {\n    table.dropIndex([], 'again');\n"
        "    table.dropColumn('nick');\n  })",
        parts={"index public.users.again": "missing"},
    ),
    *styles(
        "unindexed-foreign-key",
        "knex.schema.createTable('notes', (table) => {\n    table.bigIncrements('id');\n"
        "    table.bigInteger('user_id').references('id').inTable('users').notNullable();\n  })",
        "knex.schema.dropTable('notes')",
        parts={"index public.notes.notes_user_id_index": "left over"},
    ),
    *styles(
        "unindexed-foreign-key",
        "knex.schema.createTable('notes', (table) => {\n    table.bigIncrements('id');\n"
        "    table.bigInteger('user_id');\n"
        "    table.foreign(['user_id']).references('users.id');\n  })",
        "knex.schema.dropTable('notes')",
        parts={"index public.notes.notes_user_id_index": "left over"},
    ),
    *styles(
        "unindexed-foreign-key",
        "knex.raw('CREATE TABLE notes (id uuid PRIMARY KEY, user_id bigint REFERENCES users)')",
        "knex.raw('DROP TABLE notes')",
        parts={"index public.notes.notes_user_id_index": "left over"},
    ),
    *styles(
        "unused-suppression",
        "knex.schema.createTable('notes', (table) => {\n"
        "    // migaudit-disable-next-line drop-table -- empty since last year\n"
        "    table.bigIncrements('id');\n  })",
        "knex.schema.dropTable('notes')",
    ),
    *styles(
        "unused-suppression",
        "knex.raw('/* migaudit-disable drop-table -- empty */ CREATE SEQUENCE numbers')",
        "knex.raw('DROP SEQUENCE numbers')",
    ),
    *styles(
        "if-exists-hides-drift",
        "knex.raw('ALTER TABLE users ADD COLUMN IF NOT EXISTS nick text COLLATE \"C\"')",
        alter("dropColumn('nick')"),
    ),
]
