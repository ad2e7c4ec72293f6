"""Which lines of a comment are commands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.commands import commands

RECHECK = (("recheck",),)


@pytest.mark.parametrize(
    "body",
    [
        "/migaudit recheck",
        "/migaudit recheck\r\nplease\r\n",
        "The column is gone now.\n\n/migaudit recheck\n",
        "The column is gone now.\n/migaudit recheck\nThanks!",
        "/MigAudit   Recheck  ",
        "```\nsome code\n```\n/migaudit recheck",
        "<!-- a note -->\n\n/migaudit recheck",
        "> are you sure?\n\n/migaudit recheck",
        "- [ ] done\n\n/migaudit recheck",
    ],
)
def test_a_line_of_its_own_is_a_command(body):
    assert commands(body) == RECHECK


@pytest.mark.parametrize(
    "body",
    [
        "",
        "recheck",
        "please /migaudit recheck",
        " /migaudit recheck",
        "text\n /migaudit recheck",
        "/migauditrecheck",
        "/migaudits recheck",
        "\\/migaudit recheck",
        "```\n/migaudit recheck\n```",
        "~~~~ text\n```\n/migaudit recheck\n```\n~~~~",
        "```\n/migaudit recheck",
        "    /migaudit recheck",
        "\t/migaudit recheck",
        "> /migaudit recheck",
        "> quoted\n/migaudit recheck",
        "> > quoted\n>\n> /migaudit recheck",
        "<!-- /migaudit recheck -->",
        "<!--\n/migaudit recheck\n-->",
        "text <!--\n/migaudit recheck\n-->",
        "<details>\n/migaudit recheck\n</details>",
        "`code\n/migaudit recheck\n`",
        "[link\n/migaudit recheck](https://example.com)",
        "# /migaudit recheck",
    ],
)
def test_anything_else_is_not(body):
    """Quoted, shown or hidden text asks for nothing, and neither does a mention in a sentence."""
    assert commands(body) == ()


def test_all_commands_are_found_in_order():
    assert commands("/migaudit\n/migaudit recheck now\ntext\n/migaudit explain drop-table") == (
        (),
        ("recheck", "now"),
        ("explain", "drop-table"),
    )


def test_a_hundred_thousand_quotes_are_no_trouble():
    assert commands(">" * 60_000 + "\n\n/migaudit recheck") in ((), RECHECK)


MARKUP = st.sampled_from(["/migaudit ", "```", "> ", "    ", "<!--", "-->", "\n", "\r", "- ", "`"])


@given(st.lists(MARKUP | st.text(max_size=5), max_size=20).map("".join))
def test_of_any_comment_only_lines_that_begin_so_are_commands(body):
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    begun = [line for line in lines if line.lower().startswith("/migaudit")]
    assert len(commands(body)) <= len(begun)
