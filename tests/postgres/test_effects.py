"""What each statement does, as servers of every major did it."""

import pytest

from analyzers.postgres.effects import Effects, effects
from analyzers.postgres.parser import ParsedStatement, parse
from tests.postgres.measured import MAJORS, disagreements, measured, prepared
from tests.postgres.replaying import operations

# What cannot agree, and why.
EXCEPTIONS = {
    ("reindex_schema", 16): "the lock on the index was held too briefly to be seen",
    **{
        ("create_extension_missing", major): "which extensions a server offers is its own"
        for major in MAJORS
    },
}


@pytest.mark.parametrize("major", MAJORS)
def test_effects_are_those_that_a_server_of_this_major_showed(major):
    wrong = {
        case.case: found
        for case in measured(major)
        if (case.case, major) not in EXCEPTIONS and (found := disagreements(case))
    }
    assert wrong == {}


def test_every_exception_is_still_needed():
    """An exception whose case agrees hides the day on which it no longer does."""
    cases = {(c.case, c.major): c for major in MAJORS for c in measured(major)}
    agreeing = [key for key in EXCEPTIONS if key in cases and not disagreements(cases[key])]
    assert agreeing == []


def test_every_major_is_measured_on_hundreds_of_statements():
    assert all(len(measured(major)) > 250 for major in MAJORS)


def test_every_effect_names_the_page_that_tells_of_it():
    lacking, seen = [], 0
    for case in measured(18):
        schema, before, _ = prepared(case)
        if not all(isinstance(part, ParsedStatement) for part in parse(case.sql)):
            continue
        for operation in operations(case.sql):
            found = effects(operation, schema, before, 18)
            seen += found != Effects()
            page = found.documentation or ""
            if found != Effects() and not page.startswith("https://www.postgresql.org/docs/"):
                lacking.append(case.sql)
    assert seen > 200
    assert lacking == []
