"""What reviewers read at a line."""

from analyzers.findings import Related, Severity
from analyzers.source import Place
from tests.report.markdown import render
from tests.report.samples import PATH, added, finding, fix, reported


def inline(*findings, **more):
    return reported(*findings, **more).conversation.inline


def test_a_comment_is_severity_sentence_advice_and_the_rules_page():
    (comment,) = inline(finding(4))
    shown, _, mark = comment.body.rpartition("\n\n")
    assert shown == (
        "**Error:** Building `users_email` holds a SHARE lock on `users`: writes wait.\n\n"
        "Build it with `CONCURRENTLY`.\n\n"
        "<sub>[`non-concurrent-index`]"
        "(https://migaudit.example/rules/non-concurrent-index)</sub>"
    )
    assert mark.startswith("<!-- migaudit open ")
    assert (comment.path, comment.start_line, comment.line) == (PATH, None, 4)


def test_advice_may_hold_code():
    advice = "First in `up`:\n```js\nawait knex.raw(`SET x`);\n```\nThen `go` on."
    (comment,) = inline(finding(4, advice=advice))
    assert "First in `up`:\n\n```js\nawait knex.raw(`SET x`);\n```\n\nThen `go` on." in comment.body


def test_a_name_cannot_leave_the_code_of_an_advice():
    advice = "First:\n```js\nraw(`x\n```\n# @ann <b> [pay](https://e)\n```\n`);\n```"
    (comment,) = inline(finding(4, advice=advice))
    seen = render(comment.body.rpartition("\n\n<!--")[0])
    assert seen.live == set()
    assert seen.links == ["https://migaudit.example/rules/non-concurrent-index"]


def test_a_fix_that_covers_the_comments_lines_is_a_suggestion():
    (comment,) = inline(finding(4, fix=fix(4, 6, "a();\nb();")))
    assert (comment.start_line, comment.line) == (4, 6)
    assert "```suggestion\na();\nb();\n```" in comment.body


def test_a_fix_beyond_the_diff_is_code_to_copy():
    (comment,) = inline(finding(4, fix=fix(4, 60)), files=[added(5)])
    assert (comment.start_line, comment.line) == (None, 4)
    assert "suggestion" not in comment.body
    assert "```js\nsafer();\n```" in comment.body


def test_a_suggestion_with_backticks_has_a_longer_fence():
    (comment,) = inline(finding(4, fix=fix(4, 4, "knex.raw(````x````)")))
    assert "`````suggestion\nknex.raw(````x````)\n`````" in comment.body


def test_a_fix_with_hidden_characters_is_never_a_suggestion():
    (comment,) = inline(finding(4, fix=fix(4, 4, "a(\u202e)")))
    assert "suggestion" not in comment.body
    assert "⟨U+202E⟩" in comment.body


def test_a_statement_partly_outside_the_diff_is_commented_on_at_its_first_shown_line():
    (comment,) = inline(finding(8, 30), files=[added(10)])
    assert (comment.start_line, comment.line) == (None, 8)


def test_a_statement_of_several_lines_is_commented_on_as_a_whole():
    (comment,) = inline(finding(3, 5))
    assert (comment.start_line, comment.line) == (3, 5)


def test_related_places_are_named():
    related = (Related(Place("lib/helper.js", 3, 3, 1, 2), "the index is made here"),)
    (comment,) = inline(finding(4, related=related))
    assert "See also `lib/helper.js`, line 3: the index is made here" in comment.body


def test_names_from_the_pull_request_are_dead():
    evil = "Dropping `x` hurts @ann and <img src=x> [pay](https://evil.example) ![](//e)"
    (comment,) = inline(finding(4, message=evil, advice="see #1\n\n# big"))
    seen = render(comment.body.rpartition("\n\n<!--")[0])
    assert seen.live == set()
    assert seen.links == ["https://migaudit.example/rules/non-concurrent-index"]


def test_a_comment_beyond_the_limit_loses_its_middle_not_its_rule():
    (comment,) = inline(finding(4, fix=fix(4, 4, "x" * 70_000)))
    assert len(comment.body) < 65_536
    assert comment.body.startswith("**Error:**")
    assert "/rules/non-concurrent-index" in comment.body


def test_a_notice_is_called_one():
    (comment,) = inline(finding(4, severity=Severity.NOTICE))
    assert comment.body.startswith("**Notice:** ")


def test_the_words_for_the_whole_file_name_the_line():
    (comment,) = inline(finding(4))
    assert comment.file_body.startswith("Line 4: **Error:** ")


def test_a_long_fix_is_left_to_the_command_line():
    long = fix(2, 30, "\n".join(f"line {number}" for number in range(29)))
    (said,) = reported(finding(4, fix=long), files=[added(40)]).conversation.inline
    assert (said.start_line, said.line) == (None, 4)
    assert "`migaudit check --fix` makes this change." in said.body
    assert "```" not in said.body
