"""Files that import each other, and what a migration exports."""

import json

import pytest

from analyzers.findings import Direction
from tests.javascript.running import executed, loaded, reasons, sent, source


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("exports.up = (knex) => knex.raw('a');", "exports.up = (knex) => knex.raw('a')"),
        ("module.exports.up = (knex) => knex.raw('a');",
         "module.exports.up = (knex) => knex.raw('a')"),
        ("module.exports = { up: (knex) => knex.raw('a') };", "up: (knex) => knex.raw('a')"),
        ("module.exports = { up(knex) { return knex.raw('a') } };",
         "up(knex) { return knex.raw('a') }"),
        ("const up = (knex) => knex.raw('a'); module.exports = { up };", "up"),
        ("export async function up(knex) { await knex.raw('a') }",
         "export async function up(knex) { await knex.raw('a') }"),
        ("export const up = (knex) => knex.raw('a');",
         "export const up = (knex) => knex.raw('a');"),
        ("export { up, down }; function up(knex) { return knex.raw('a') } function down() {}",
         "up"),
        ("const f = (knex) => knex.raw('a'); export { f as up };", "f as up"),
        ("class M { up(knex) { return knex.raw('a') } } module.exports = new M();",
         "up(knex) { return knex.raw('a') }"),
        ("exports.up = exports.again = (knex) => knex.raw('a')",
         "exports.up = exports.again = (knex) => knex.raw('a')"),
        ("Object.assign(exports, { up: (knex) => knex.raw('a') })", "(knex) => knex.raw('a')"),
    ],
)  # fmt: skip
def test_every_export_style_is_understood_and_placed(text, at):
    module = loaded(text)
    assert source(text, module.exports["up"].span) == at
    assert sent(executed(text)) == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        "export default { up() {}, down() {} };",
        "exports.upp = () => {};",
        "",
        "export type up = string;",
    ],
)
def test_what_knex_does_not_see_as_up_is_none(text):
    assert "up" not in loaded(text, path="m/a.ts").exports


@pytest.mark.parametrize(
    "body",
    [
        "() => {}", "async () => {}", "function () { /* nothing */ }", "() => Promise.resolve()",
        "() => { return; }", "async function () { return Promise.resolve() }", "() => null",
        "() => { // a comment\n }", "async () => { return null }",
    ],
)  # fmt: skip
def test_a_body_without_effect_does_nothing(body):
    assert loaded(f"exports.down = {body};").exports["down"].does_nothing


@pytest.mark.parametrize(
    "body", ["(knex) => knex.raw('a')", "() => { throw new Error() }", "() => { log() }"]
)
def test_a_body_with_an_effect_does_something(body):
    assert not loaded(f"exports.down = {body};").exports["down"].does_nothing


READ_JOINED = """
const fs = require('fs'), path = require('path');
const T = fs.readFileSync(path.join(__dirname, '..', 'q.sql'), 'utf8');
"""
READ_RESOLVED = """
const fs = require('node:fs');
const T = fs.readFileSync(require('path').resolve(__dirname, '../q.sql')).toString();
"""
READ_BY_URL = """
import fs from 'fs'; import path from 'path'; import { fileURLToPath } from 'url';
const here = path.dirname(fileURLToPath(import.meta.url));
const T = fs.readFileSync(`${here}/../q.sql`, 'utf8');
"""

IMPORTS = [
    ("const { T } = require('../lib')", {"lib.js": "exports.T = 'x'"}),
    ("const { T } = require('../lib')", {"lib/index.js": "module.exports = { T: 'x' }"}),
    ("const T = require('../t.json').name", {"t.json": '{"name": "x"}'}),
    ("import { T } from '../lib'", {"lib.ts": "export const T = 'x'"}),
    ("import { T } from '../lib.js'", {"lib.ts": "export const T: string = 'x'"}),
    ("import T from '../lib'", {"lib.ts": "export default 'x'"}),
    ("import T from '../lib'", {"lib.js": "module.exports = 'x'"}),
    ("import * as lib from '../lib'; const T = lib.T", {"lib.ts": "export enum E {} "
     "export const T = 'x'"}),
    ("import { T } from '../lib'", {"lib.ts": "export * from './deep'",
     "deep.ts": "export const T = 'x'"}),
    ("import { T } from '../lib'", {"lib.ts": "export { U as T } from './deep'",
     "deep.ts": "export const U = 'x'"}),
    ("import { T } from '@/lib'", {"lib.ts": "export const T = 'x'",
     "tsconfig.json": '{ // paths\n "compilerOptions": {"paths": {"@/*": ["./*"],}} }'}),
    ("import { T } from 'lib'", {"src/lib.ts": "export const T = 'x'",
     "tsconfig.json": '{"extends": "./base"}',
     "base.json": '{"compilerOptions": {"baseUrl": "src"}}'}),
    ("import { T } from '@org/lib'", {"packages/lib/src/index.ts": "export const T = 'x'",
     "packages/lib/package.json": '{"name": "@org/lib", "main": "dist/index.js"}'}),
    ("import { T } from '@org/lib/deep'", {"packages/l/deep.js": "exports.T = 'x'",
     "packages/l/package.json": '{"name": "@org/lib"}'}),
    ("import T from '../q.sql'", {"q.sql": "x"}),
    (READ_JOINED, {"q.sql": "x"}),
    (READ_RESOLVED, {"q.sql": "x"}),
    (READ_BY_URL, {"q.sql": "x"}),
    ("const { map } = require('lodash'); const [T] = map([{ a: 'x' }], 'a')", {}),
]  # fmt: skip


@pytest.mark.parametrize(("imports", "files"), IMPORTS)
def test_what_a_file_imports_from_the_repository_is_known(imports, files):
    text = f"{imports}\nexports.up = async (knex) => {{ await knex.raw(T) }};"
    execution = executed(text, path="migrations/1.ts", files=files)
    assert sent(execution) == ["x"]
    assert not execution.unresolved


def test_text_from_another_file_stands_in_that_file():
    text = "const { T } = require('../lib'); exports.up = (knex) => knex.raw(T);"
    (statement,) = executed(text, files={"lib.js": "exports.T = 'drop it'"}).statements
    assert statement.sql.span().path == "lib.js"
    assert (statement.sql.span().start, statement.sql.span().end) == (13, 20)


def test_files_may_import_each_other():
    files = {"a.js": "exports.f = () => require('./b').g(); ", "b.js": "const a = require('./a');"
             "exports.g = () => typeof a.f"}  # fmt: skip
    text = "const a = require('../a'); exports.up = (knex) => knex.raw(a.f());"
    assert sent(executed(text, files=files)) == ["function"]


@pytest.mark.parametrize(
    ("imports", "use", "expected"),
    [
        ("const x = require('some-package')", "await knex.raw(x.name)", []),
        ("import x from 'some-package'", "x.run(knex)",
         ["the package `some-package` is not part of the repository"]),
        ("import { run } from 'some-package'", "await run(async () => knex.raw('a'))",
         ["the package `some-package` is not part of the repository"]),
        ("const x = require('./missing')", "await x.up(knex)",
         ["the imported file `./missing` is not in the repository"]),
        ("import { Knex } from 'knex'", "await knex.raw('a')", []),
        ("const { v4 } = require('uuid')", "await knex.raw(v4())", []),
    ],
)  # fmt: skip
def test_a_package_from_outside_is_unresolved_only_where_it_may_act(imports, use, expected):
    execution = executed(f"{imports}\nexports.up = async (knex) => {{ {use} }};")
    assert reasons(execution) == expected


def test_a_run_leaves_the_module_as_it_was():
    text = (
        "let n = 0; const seen = [];"
        "exports.up = (knex) => { n += 1; seen.push('x'); return knex.raw(`${n}`, seen) };"
        "exports.down = exports.up;"
    )
    module = loaded(text)
    for direction in (Direction.UP, Direction.DOWN, Direction.UP):
        assert sent(executed_again(module, direction)) == ["1 / x"]


def executed_again(module, direction):
    from analyzers.javascript.machine import run
    from analyzers.knex.execution import Ignorant
    from tests.javascript.running import Knex

    return run(module, direction, [Knex()], database=Ignorant())


def test_a_file_that_throws_when_it_is_loaded_says_so():
    text = "exports.up = () => {}; throw new Error('no');"
    assert source(text, loaded(text).throws) == "throw new Error('no');"


def test_json_values_are_what_they_are_in_the_file():
    data = {"a": [1, 2.5, None, True, "x"], "b": {"c": "d"}}
    text = "const d = require('../d'); exports.up = (knex) => knex.raw(JSON.stringify(d));"
    assert sent(executed(text, files={"d.json": json.dumps(data)})) == [
        json.dumps(data, separators=(",", ":"))
    ]
