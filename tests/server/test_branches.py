"""A push to a branch that nobody merges into concerns nobody else."""

import pytest

from app.branches import Branches
from app.database import Database


@pytest.fixture
def database(address):
    made = Database(address)
    yield made
    made.close()


def test_a_branch_is_a_mere_head_until_something_goes_into_it(database):
    branches = Branches(database, 7)
    assert not branches.is_mere_head("topic")
    branches.learn("topic", is_base=False)
    assert branches.is_mere_head("topic")
    assert not Branches(database, 8).is_mere_head("topic")
    branches.learn("topic", is_base=True)
    branches.learn("topic", is_base=False)
    assert not branches.is_mere_head("topic")


def test_nothing_is_left_of_a_repository_that_is_forgotten(database):
    Branches(database, 7).learn("topic", is_base=False)
    database.forget_repository(7)
    assert not Branches(database, 7).is_mere_head("topic")


def test_what_nobody_spoke_of_for_long_is_forgotten(database):
    Branches(database, 7, clock=lambda: 100.0).learn("topic", is_base=False)
    database.forget_heads(200)
    assert not Branches(database, 7).is_mere_head("topic")
