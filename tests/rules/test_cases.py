"""Every rule speaks on the lines that its cases and its page mark, and on no other line."""

from collections.abc import Iterator

import pytest

from analyzers.audit import audit
from analyzers.findings import Finding, Severity
from analyzers.rules import Rule, catalogue
from tests.rules.cases import Case, Expectation, case_file, cases, section

NOT_UNDERSTOOD = {"unresolved-migration", "unparsable-migration", "unparsable-sql"}
"""A case must not be silent for the reason that nothing of it was understood."""


def page_cases(rule: Rule, heading: str) -> list[Case]:
    return list(cases(section(rule.page, heading), heading))


def written_cases() -> Iterator[object]:
    for rule in catalogue().values():
        file = case_file(rule)
        for case in cases(file.read_text(), rule.id) if file.exists() else ():
            yield pytest.param(rule, case, id=f"{rule.id}: {case.name}")


def pages(heading: str) -> Iterator[object]:
    for rule in catalogue().values():
        for case in page_cases(rule, heading):
            yield pytest.param(rule, case, id=rule.id)


@pytest.mark.parametrize(("rule", "case"), list(written_cases()))
def test_it_speaks_exactly_where_the_case_says(rule: Rule, case: Case):
    verify(rule, case)


@pytest.mark.parametrize(("rule", "case"), list(pages("Unsafe")))
def test_the_unsafe_example_of_the_page_is_caught(rule: Rule, case: Case):
    assert any(expected.rule == rule.id for expected in case.expected)
    verify(rule, case)


@pytest.mark.parametrize(("rule", "case"), list(pages("Safe")))
def test_the_safe_example_of_the_page_is_safe(rule: Rule, case: Case):
    """It may lack what isn't its point, a `down` for one, but nothing in it is dangerous."""
    assert not case.expected
    verify(rule, case)
    errors = {f.rule for f in audit(case.request).findings if f.severity is Severity.ERROR}
    assert errors <= {"missing-down"}


def verify(rule: Rule, case: Case) -> None:
    watched = {rule.id, *NOT_UNDERSTOOD, *(expected.rule for expected in case.expected)}
    found = [finding for finding in audit(case.request).findings if finding.rule in watched]
    missing = [wanted for wanted in case.expected if not any(_is(f, wanted) for f in found)]
    surplus = [f for f in found if not any(_is(f, wanted) for wanted in case.expected)]
    assert not missing, f"silent where it should speak: {missing}"
    assert not surplus, "speaks unasked:\n" + "\n".join(_shown(f, case) for f in surplus)
    assert len(found) == len(case.expected), "says it twice"


def _is(finding: Finding, wanted: Expectation) -> bool:
    return (
        finding.rule == wanted.rule
        and (finding.place.path, finding.place.line) == (wanted.path, wanted.line)
        and wanted.severity in (None, finding.severity.value)
        and wanted.words in finding.message
    )


def _shown(finding: Finding, case: Case) -> str:
    line = case.places.get(finding.place.path, 1) + finding.place.line - 1
    return f"line {line} of the text: {finding.rule}: {finding.message}"
