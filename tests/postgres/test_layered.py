"""A layered mapping is what a dictionary would be, and what it was made from stays as it was."""

from hypothesis import given
from hypothesis import strategies as some

from analyzers.postgres.layered import Layered
from analyzers.store import frozen, thawed

KEYS = some.integers(0, 12)
CHANGES = some.lists(some.tuples(KEYS, some.none() | some.integers()), max_size=60)


def changed(layered, changes):
    """Every state on the way; None takes a key away."""
    yield layered
    for key, item in changes:
        layered = layered.without(key) if item is None else layered.having(key, item)
        yield layered


def plain(changes):
    model = {}
    yield {}
    for key, item in changes:
        model = dict(model)
        if item is None:
            model.pop(key, None)
        else:
            model[key] = item
        yield model


@given(CHANGES)
def test_every_state_stays_what_a_dictionary_would_have_been(changes):
    states = list(changed(Layered(), changes))
    for layered, model in zip(states, plain(changes), strict=True):
        assert list(layered.items()) == list(model.items())
        assert (len(layered), list(layered)) == (len(model), list(model))
        assert [layered.get(key) for key in range(13)] == [model.get(key) for key in range(13)]
        assert [key in layered for key in range(13)] == [key in model for key in range(13)]
        assert layered == model


@given(CHANGES, CHANGES)
def test_no_key_that_differs_is_overlooked(before, after):
    *_, one = changed(Layered(), before)
    *_, other = changed(one, after)
    wrong = {key for key in range(13) if one.get(key) != other.get(key)}
    assert wrong <= set(one.differing(other))


@given(CHANGES)
def test_it_is_the_same_after_it_was_kept(changes):
    *_, layered = changed(Layered(), changes)
    kept = thawed(frozen(layered), Layered)
    assert list(kept.items()) == list(layered.items())


def test_many_changes_of_a_large_one_leave_the_most_of_it_where_it_is():
    large = Layered(dict.fromkeys(range(10_000), 0))
    smaller = large.having(5, 1).without(6)
    assert set(smaller.differing(large)) == {5, 6}
