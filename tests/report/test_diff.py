"""Comments go only where GitHub takes them: on lines that the diff shows."""

from hypothesis import given
from hypothesis import strategies as st

from app.report.diff import Diff
from app.report.values import ChangedFile, Status

TWO_HUNKS = """@@ -1,3 +1,4 @@ function f() {
 one
+two
 three
 four
@@ -20,3 +21,2 @@
 twenty
-gone
 twenty-one
\\ No newline at end of file"""


def diff(patch):
    return Diff.of([ChangedFile("a.js", Status.MODIFIED, patch=patch)])


def test_lines_of_both_hunks_are_shown_and_none_between():
    shown = {line for line in range(1, 40) if diff(TWO_HUNKS).shows("a.js", line, line)}
    assert shown == {1, 2, 3, 4, 21, 22}


def test_several_lines_have_to_lie_in_one_hunk():
    assert diff(TWO_HUNKS).shows("a.js", 1, 4)
    assert not diff(TWO_HUNKS).shows("a.js", 4, 21)


def test_the_first_shown_line_of_a_longer_range():
    assert diff(TWO_HUNKS).first_shown("a.js", 5, 30) == 21
    assert diff(TWO_HUNKS).first_shown("a.js", 3, 30) == 3
    assert diff(TWO_HUNKS).first_shown("a.js", 5, 20) is None


def test_a_file_without_a_patch_has_no_line_but_is_known():
    no_patch = diff(None)
    assert "a.js" in no_patch
    assert no_patch.first_shown("a.js", 1, 9) is None
    assert "b.js" not in no_patch


def test_a_deleted_file_shows_no_new_line():
    assert diff("@@ -1,2 +0,0 @@\n-a\n-b").hunks["a.js"] == ()


def test_content_that_looks_like_a_header_is_content():
    assert diff("@@ -0,0 +1,2 @@\n+@@ -9,9 +9,9 @@\n+b").hunks["a.js"] == (range(1, 3),)


def test_form_feeds_and_unusual_line_ends_begin_no_line():
    assert diff("@@ -0,0 +1,2 @@\n+a\x0cb\u2028c\x85d\r\n+e").hunks["a.js"] == (range(1, 3),)


@given(st.text(alphabet="@+- ,0123456789\nab\\"))
def test_any_patch_is_read(patch):
    diff(patch)
