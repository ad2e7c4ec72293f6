"""What a finding advises is right itself: it parses, and the rule has nothing to say of it."""

import re
from collections.abc import Iterator
from importlib import import_module

import pytest

from analyzers.audit import audit
from analyzers.findings import Finding
from analyzers.memory import MemoryTree
from analyzers.request import Change, ChangeStatus, Request
from analyzers.rules import Rule, catalogue
from tests.rules.cases import Case, case_file, cases

NOT_UNDERSTOOD = {"unresolved-migration", "unparsable-migration", "unparsable-sql"}
FENCE = re.compile(r"```js\n(.*?)\n```", re.DOTALL)
NEXT_DEPLOYMENT = re.compile(r"^// (?:later|then)$", re.MULTILINE)


def advises_code(rule: Rule) -> bool:
    module = import_module(f"analyzers.rules.{rule.id.replace('-', '_')}")
    return hasattr(module, "fenced")


ADVISING = [pytest.param(rule, id=rule.id) for rule in catalogue().values() if advises_code(rule)]


@pytest.mark.parametrize("rule", ADVISING)
def test_the_rule_is_silent_on_what_it_advises(rule: Rule):
    advised = [
        (finding, case)
        for case in cases(case_file(rule).read_text(), rule.id)
        for finding in audit(case.request).findings
        if finding.rule == rule.id and FENCE.search(finding.advice)
    ]
    assert advised
    for finding, case in advised:
        assert not list(objections(finding, case)), case.name


def objections(finding: Finding, case: Case) -> Iterator[Finding]:
    """What is found in the advice, each part of it deployed after the one before."""
    base = dict(case.request.base.files)
    code = "\n".join(FENCE.findall(finding.advice))
    for number, part in enumerate(NEXT_DEPLOYMENT.split(code)):
        path = f"migrations/2030010{number + 1}000000_advice.js"
        head = {**base, path: migration(part)}
        change = Change(path, ChangeStatus.ADDED)
        request = Request(MemoryTree(base), MemoryTree(head), (change,), case.request.settings)
        yield from (f for f in audit(request).findings if f.rule in {finding.rule, *NOT_UNDERSTOOD})
        base = head


def migration(lines: str) -> str:
    config = [line for line in lines.splitlines() if "config = " in line]
    body = [line for line in lines.splitlines() if line not in config]
    return "\n".join([*config, "exports.up = async (knex) => {", *body, "};", ""])


def test_the_advice_is_in_the_module_style_of_the_file():
    source = "export const up = (knex) => knex.raw('CREATE INDEX i ON \"Users\" (email)');\n"
    assert advice_of("non-concurrent-index", source) == (
        "Build it concurrently, in a migration of its own:\n"
        "```js\n"
        "export const config = { transaction: false };\n"
        "// what a failed attempt left behind would be kept as an INVALID index\n"
        'await knex.raw(`DROP INDEX CONCURRENTLY IF EXISTS "i"`);\n'
        'await knex.raw(`CREATE INDEX CONCURRENTLY i ON "Users" (email)`);\n'
        "```"
    )


def test_the_advice_names_an_index_where_it_lies():
    source = "exports.up = (knex) => knex.raw('CREATE INDEX i ON shop.users (email)');\n"
    advice = advice_of("non-concurrent-index", source)
    assert 'DROP INDEX CONCURRENTLY IF EXISTS "shop"."i"' in advice


def advice_of(rule: str, source: str) -> str:
    path = "migrations/20240101000000_step.js"
    change = Change(path, ChangeStatus.ADDED)
    result = audit(Request(MemoryTree({}), MemoryTree({path: source}), (change,)))
    (found,) = (finding for finding in result.findings if finding.rule == rule)
    return found.advice


def test_a_misspelt_method_is_told_with_the_nearest_one():
    source = "exports.up = (knex) => knex.schmea.createTable('a', (table) => table.increments());\n"
    assert advice_of("unknown-knex-method", source) == "Did you mean `schema`?"
    source = "exports.up = (knex) => knex.schema.alterTable('a', (t) => t.dropColum('b'));\n"
    assert advice_of("unknown-knex-method", source) == "Did you mean `dropColumn`?"


def test_the_advice_on_a_refusal_fits_its_words():
    source = """exports.up = (knex) => knex.schema.createTable('notes', (table) => {
      table.bigIncrements();
      table.json('body').index();
    });"""
    assert "(`json` to `jsonb`)" in advice_of("statement-fails", source)
