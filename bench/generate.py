"""Writes migrations as an application that grows over years would have them: the benchmark's input.

The same number gives the same files. None of them is anybody's: tables, columns and the order of
events are drawn by lot.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

WORDS: dict[str, list[str]] = json.loads(Path(__file__).with_name("words.json").read_text())
SUBJECTS, QUALITIES, NAMES = WORDS["subjects"], WORDS["qualities"], WORDS["columns"]
COLUMNS = (
    "table.string('{name}', 120).notNullable()",
    "table.string('{name}')",
    "table.text('{name}')",
    "table.integer('{name}').notNullable().defaultTo(0)",
    "table.bigInteger('{name}').unsigned()",
    "table.boolean('{name}').notNullable().defaultTo(false)",
    "table.decimal('{name}', 12, 2).nullable()",
    "table.timestamp('{name}', {{ useTz: true }})",
    "table.date('{name}')",
    "table.uuid('{name}').unique()",
    "table.jsonb('{name}').notNullable().defaultTo('{{}}')",
    "table.specificType('{name}', 'text[]')",
    "table.enu('{name}', ['new', 'open', 'done']).notNullable().defaultTo('new')",
)
SHARE_OF_TYPESCRIPT = 0.4
WIDEST = 80
"""Characters of a line, as a formatter leaves it; longer chains take a line for each call."""

HEADER = """/*
 * Copyright 2018 The authors of this application
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

"""
SHARE_OF_HEADERS = 0.4
"""As published migrations have them: with their headers, these files are as long as those."""


@dataclass(slots=True)
class Application:
    """The tables so far, each with its columns."""

    chance: Random
    tables: dict[str, list[str]] = field(default_factory=dict)

    def new_table(self) -> str:
        while True:
            subject = self.chance.choice(SUBJECTS)
            parts = [self.chance.choice(QUALITIES)] if self.chance.random() < 0.5 else []
            parts += [self.chance.choice(SUBJECTS)] if self.chance.random() < 0.5 else []
            name = "_".join([*parts, subject]) + "s"
            if name not in self.tables:
                return name

    def table(self) -> str:
        return self.chance.choice(list(self.tables))

    def fresh(self, table: str) -> str:
        """A column that the table doesn't have yet."""
        while True:
            name = self.chance.choice(NAMES)
            name += f"_{self.chance.choice(SUBJECTS)}" if self.chance.random() < 0.6 else ""
            if name not in self.tables[table]:
                self.tables[table].append(name)
                return name


@dataclass(frozen=True, slots=True)
class Written:
    """What one migration is about, and the bodies of its two functions."""

    subject: str
    up: str
    down: str
    transaction: bool = True


def write(folder: Path, count: int, seed: int = 1) -> list[Path]:
    """Writes `count` migrations into `folder`, which is made for them."""
    folder.mkdir(parents=True, exist_ok=True)
    application = Application(Random(seed))
    moment = datetime(2018, 1, 1, 9, tzinfo=UTC)
    paths = []
    for _ in range(count):
        moment += timedelta(minutes=application.chance.randrange(30, 9000))
        written = shape(application)(application)
        typescript = application.chance.random() < SHARE_OF_TYPESCRIPT
        name = f"{moment:%Y%m%d%H%M%S}_{written.subject}.{'ts' if typescript else 'js'}"
        text = in_typescript(written) if typescript else in_javascript(written)
        if application.chance.random() < SHARE_OF_HEADERS:
            text = HEADER + text
        paths.append(folder / name)
        paths[-1].write_text(text, encoding="utf-8")
    return paths


def shape(application: Application) -> Callable[[Application], Written]:
    if len(application.tables) < 5:
        return create_table
    (chosen,) = application.chance.choices(list(SHAPES), list(SHAPES.values()))
    return chosen


def in_javascript(written: Written) -> str:
    config = "" if written.transaction else "\nexports.config = { transaction: false };\n"
    return (
        "/**\n * @param { import('knex').Knex } knex\n * @returns { Promise<void> }\n */\n"
        f"exports.up = async function (knex) {{\n{written.up}}};\n\n"
        "/**\n * @param { import('knex').Knex } knex\n * @returns { Promise<void> }\n */\n"
        f"exports.down = async function (knex) {{\n{written.down}}};\n{config}"
    )


def in_typescript(written: Written) -> str:
    config = "" if written.transaction else "\nexport const config = { transaction: false };\n"
    return (
        "import type { Knex } from 'knex';\n\n"
        f"export async function up(knex: Knex): Promise<void> {{\n{written.up}}}\n\n"
        f"export async function down(knex: Knex): Promise<void> {{\n{written.down}}}\n{config}"
    )


def create_table(application: Application) -> Written:
    name, chance = application.new_table(), application.chance
    others = list(application.tables)
    application.tables[name] = ["id"]
    body = [f"table.{chance.choice(('increments', 'bigIncrements'))}('id')"]
    body += columns(application, name, chance.randrange(3, 14))
    for other in chance.sample(others, min(len(others), chance.randrange(3))):
        key = f"{other[:-1]}_id"
        if key not in application.tables[name]:
            application.tables[name].append(key)
            body.append(
                f"table.integer('{key}').notNullable()"
                f".references('id').inTable('{other}').onDelete('CASCADE')"
            )
            body.append(f"table.index(['{key}'])")
    body.append("table.timestamps(true, true)")
    return Written(
        f"create_{name}",
        builder("createTable", name, body),
        f"  await knex.schema.dropTableIfExists('{name}');\n",
    )


def columns(application: Application, table: str, count: int) -> Iterator[str]:
    for _ in range(count):
        form = application.chance.choice(COLUMNS)
        yield form.format(name=application.fresh(table))


def builder(method: str, table: str, body: list[str]) -> str:
    lines = "".join(f"    {formatted(line)};\n" for line in body)
    return f"  await knex.schema.{method}('{table}', (table) => {{\n{lines}  }});\n"


def formatted(chain: str) -> str:
    if len(chain) + len("    ;") <= WIDEST:
        return chain
    return chain.replace(").", ")\n      .")


def add_columns(application: Application) -> Written:
    table = application.table()
    before = len(application.tables[table])
    body = list(columns(application, table, application.chance.randrange(1, 4)))
    added = application.tables[table][before:]
    if application.chance.random() < 0.4:
        body.append(f"table.index(['{added[0]}'], 'idx_{table}_{added[0]}')")
    gone = [f"table.dropColumn('{name}')" for name in added]
    return Written(
        f"add_{added[0]}_to_{table}",
        builder("alterTable", table, body),
        builder("alterTable", table, gone),
    )


def index_in_sql(application: Application) -> Written:
    table = application.table()
    column = application.chance.choice(application.tables[table])
    name = f"{table}_{column}_lookup"
    return Written(
        f"index_{table}_by_{column}",
        f"  await knex.raw(`CREATE INDEX CONCURRENTLY IF NOT EXISTS {name}\n"
        f"    ON {table} ({column})`);\n",
        f"  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS {name}');\n",
        transaction=False,
    )


def constraint_in_sql(application: Application) -> Written:
    table = application.table()
    column = application.fresh(table)
    name = f"{table}_{column}_positive"
    return Written(
        f"check_{column}_of_{table}",
        builder("alterTable", table, [f"table.integer('{column}')"])
        + f"  await knex.raw('ALTER TABLE {table} ADD CONSTRAINT {name} "
        f"CHECK ({column} > 0) NOT VALID');\n"
        + f"  await knex.raw(`ALTER TABLE {table} VALIDATE CONSTRAINT {name}`);\n",
        builder("alterTable", table, [f"table.dropColumn('{column}')"]),
    )


def rows(application: Application) -> Written:
    table = application.table()
    column = application.fresh(table)
    return Written(
        f"fill_{column}_of_{table}",
        builder("alterTable", table, [f"table.string('{column}')"])
        + f"  await knex('{table}').whereNull('{column}').update({{ {column}: 'unknown' }});\n"
        + builder("alterTable", table, [f"table.string('{column}').notNullable().alter()"]),
        builder("alterTable", table, [f"table.dropColumn('{column}')"]),
    )


def rename_column(application: Application) -> Written:
    table = application.table()
    old, new = application.fresh(table), application.fresh(table)
    return Written(
        f"rename_{old}_of_{table}",
        builder("alterTable", table, [f"table.text('{old}')"])
        + builder("alterTable", table, [f"table.renameColumn('{old}', '{new}')"]),
        builder("alterTable", table, [f"table.dropColumn('{new}')"]),
    )


def several_tables(application: Application) -> Written:
    chosen = application.chance.sample(list(application.tables), 3)
    column = "_".join(application.chance.choice(words) for words in (NAMES, SUBJECTS))
    for table in chosen:
        application.tables[table].append(column)
    names = ", ".join(f"'{table}'" for table in chosen)

    def loop(change: str) -> str:
        return (
            f"  const tables = [{names}];\n"
            "  for (const name of tables) {\n"
            "    await knex.schema.alterTable(name, (table) => {\n"
            f"      {change};\n"
            "    });\n"
            "  }\n"
        )

    return Written(
        f"add_{column}",
        loop(f"table.timestamp('{column}').nullable()"),
        loop(f"table.dropColumn('{column}')"),
    )


def guarded(application: Application) -> Written:
    table = application.table()
    column = application.fresh(table)
    change = builder("alterTable", table, [f"table.boolean('{column}').defaultTo(true)"])
    change = change.replace("\n", "\n  ").rstrip(" ")
    return Written(
        f"ensure_{column}_of_{table}",
        f"  if (!(await knex.schema.hasColumn('{table}', '{column}'))) {{\n  {change}  }}\n",
        builder("alterTable", table, [f"table.dropColumn('{column}')"]),
    )


SHAPES: dict[Callable[[Application], Written], int] = {
    create_table: 40,
    add_columns: 25,
    index_in_sql: 8,
    constraint_in_sql: 6,
    rows: 8,
    rename_column: 4,
    several_tables: 4,
    guarded: 5,
}
