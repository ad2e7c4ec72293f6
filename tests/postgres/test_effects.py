"""What each statement does, as servers of every major did it."""

import pytest

from tests.postgres.measured import MAJORS, disagreements, measured

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
