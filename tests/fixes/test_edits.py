"""Edits and the whole lines that say them, over any text."""

from hypothesis import given
from hypothesis import strategies as st

from analyzers.fixes.edits import Edit, edited, replaced, whole_lines

LINE = st.sampled_from(["", "a", "b", "  c", "}"])
TEXTS = st.lists(LINE, max_size=8).map("\n".join)


@given(TEXTS, TEXTS, st.booleans())
def test_replacing_the_lines_gives_the_text_that_was_meant(before, after, crlf):
    ends = "\r\n" if crlf else "\n"
    before, after = (f"x\n{text}".replace("\n", ends) for text in (before, after))
    fix = whole_lines(before, after)
    if before == after:
        assert fix is None
    elif fix is not None:
        assert replaced(before, fix) == after
        lines = before.split("\n")
        assert 1 <= fix.start_line <= fix.end_line <= len(lines)


@given(TEXTS, TEXTS)
def test_only_texts_without_lines_cannot_be_said(before, after):
    """A file never ends in nothing: `before` and `after` have a line with something in it."""
    fix = whole_lines(f"x\n{before}\ny\n", f"x\n{after}\ny\n")
    assert (fix is None) == (before == after)


def test_edits_of_the_same_characters_are_refused():
    assert edited("abc", [Edit(0, 2, "x"), Edit(1, 3, "y")]) is None
    assert edited("abc", [Edit(0, 1, "x"), Edit(0, 1, "x"), Edit(2, 2, "-")]) == "xb-c"
