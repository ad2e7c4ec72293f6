"""Every rule has a well-formed id, a page with all its parts, and enough cases."""

import re

import pytest

from analyzers.rules import Rule, catalogue
from tests.rules.cases import FILES, case_file, cases, section

RULES = [pytest.param(rule, id=rule.id) for rule in catalogue().values()]
SECTIONS = ("Unsafe", "Safe", "When it is fine")
DOCUMENTATION = re.compile(r"https://(www\.postgresql\.org/docs/current|knexjs\.org)/\S+")


@pytest.mark.parametrize("rule", RULES)
def test_the_id_is_lower_case_words_with_hyphens(rule: Rule):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.id)


@pytest.mark.parametrize("rule", RULES)
def test_the_title_is_one_short_line_without_a_full_stop(rule: Rule):
    assert 10 <= len(rule.title) <= 70
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    assert rule.page.split("\n")[1] == ""


@pytest.mark.parametrize("rule", RULES)
def test_the_page_has_all_sections_in_order(rule: Rule):
    headings = re.findall(r"^## (.+)$", rule.page, re.MULTILINE)
    assert tuple(headings) == SECTIONS
    assert all(section(rule.page, heading).strip() for heading in SECTIONS)


@pytest.mark.parametrize("rule", RULES)
def test_the_page_links_the_documentation(rule: Rule):
    assert DOCUMENTATION.search(rule.page)


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_looks_at_something(rule: Rule):
    checks = (
        rule.migration_checks,
        rule.changes_checks,
        rule.misconfiguration_checks,
        rule.directive_checks,
        rule.repository_checks,
        rule.document_checks,
        rule.stray_checks,
    )
    assert rule.operation_checks or any(checks)


@pytest.mark.parametrize("rule", RULES)
def test_it_has_two_cases_that_fire_and_three_that_stay_silent(rule: Rule):
    found = list(cases(case_file(rule).read_text(), rule.id))
    firing = [case for case in found if any(e.rule == rule.id for e in case.expected)]
    assert len(firing) >= 2
    assert len(found) - len(firing) >= 3
    assert len({case.name for case in found}) == len(found), "two cases of one name"


def test_every_file_of_cases_belongs_to_a_rule():
    files = {file.name for file in FILES.glob("*.md")}
    assert files == {case_file(rule).name for rule in catalogue().values()}


def test_what_touches_applied_migrations_or_the_audit_itself_cannot_be_suppressed():
    fixed = {rule.id for rule in catalogue().values() if not rule.suppressible}
    assert fixed == {
        "applied-migration-deleted",
        "applied-migration-modified",
        "applied-migration-renamed",
        "duplicate-migration-prefix",
        "migration-out-of-order",
        "invalid-configuration",
        "suppression-without-reason",
        "unknown-rule",
        "unused-suppression",
    }
