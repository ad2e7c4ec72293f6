"""Nothing that a pull request contains is live on GitHub."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.report.escape import block, code, link, paragraphs, prose, text
from tests.report.markdown import render, sentence

ATTACKS = [
    "@torvalds",
    "\\@torvalds",
    "x@team/y",
    "&#64;torvalds",
    "&commat;torvalds",
    "fixes #1, GH-1 and acme/tickets#12",
    "deadbeef1 and 0123456",
    "[pay](https://evil.example)",
    "![](https://evil.example/x.png)",
    "<img src=x onerror=alert(1)>",
    "<!-- migaudit open 0 -->",
    "--> <b>",
    "https://evil.example www.evil.example mailto:a@b.example",
    "`` a ` b ```",
    "``a`b``` @torvalds",
    "`a``@torvalds`",
    "a | b\n|---|---|\n| c | d |",
    "# heading",
    "> [!NOTE]\n> quote",
    "- item\n1. item",
    "---",
    "===",
    "~~~\nfence",
    "```\nfence",
    "**bold** __bold__ *x* _x_ ~~gone~~",
    "$x$ $`x`$",
    ":tada: :+1:",
    "\u202egnp.exe",
    "a\u200bb\u2066c\u00add\u3164e\ufe0f",
    "a\x00b\x1b[31m\x7f",
    "\ud800",
    "[^1]: footnote",
    "a\u2028b\u0085c\rd",
    "    indented",
    "\tindented",
]
anything = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="`@#<>[]()!|*_~\\ \n-+=.:1a$&/", max_size=30),
    st.lists(st.sampled_from(ATTACKS), min_size=1, max_size=4).map(" ".join),
    st.lists(st.sampled_from(ATTACKS), min_size=1, max_size=4).map("".join),
)
INLINE = [text, code, prose]


def every_attack(function):
    for attack in ATTACKS:
        function = example(attack)(function)
    return function


@pytest.mark.parametrize("write", INLINE)
@every_attack
@given(anything)
def test_a_line_is_one_paragraph_of_dead_words(write, plain):
    seen = render(f"{write(plain)}")
    assert seen.blocks in (["paragraph_open"], [])
    assert seen.kinds == set()
    assert seen.live == set()


@pytest.mark.parametrize("write", INLINE)
@every_attack
@given(anything)
def test_a_line_stays_dead_in_the_middle_of_ours(write, plain):
    seen = render(f"**Error:** {write(plain)} in `users`")
    assert seen.blocks == ["paragraph_open"]
    assert seen.kinds == {"strong_open", "strong_close"}
    assert seen.live == set()
    assert seen.code[-1] == "users"


@every_attack
@example("]:")
@given(anything)
def test_a_name_is_dead_as_the_text_of_a_link(plain):
    seen = render(link(code(plain), "https://migaudit.example/rules"))
    assert seen.links == ["https://migaudit.example/rules"]
    assert seen.kinds == {"link_open", "link_close"}
    assert seen.live == set()


@every_attack
@given(anything)
def test_a_block_is_never_closed_by_what_it_holds(plain):
    seen = render(f"before\n\n{block(plain, 'sql')}\n\nafter")
    assert seen.blocks == ["paragraph_open", "fence", "paragraph_open"]
    assert seen.words == "before\0after"


fence = st.sampled_from(["\n```js\n", "\n```\n", "```", "\n\n"])


@every_attack
@given(st.lists(st.one_of(anything, fence), max_size=8).map("".join))
def test_paragraphs_are_dead_words_and_code(plain):
    seen = render(paragraphs(plain))
    assert set(seen.blocks) <= {"paragraph_open", "fence"}
    assert seen.kinds == set()
    assert seen.live == set()


@pytest.mark.parametrize("write", [*INLINE, block, paragraphs])
@every_attack
@given(anything)
def test_nothing_stays_invisible_or_turns_lines_around(write, plain):
    hidden = {c for c in write(plain) if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert hidden <= {"\n", "\t"}
    write(plain).encode()


@pytest.mark.parametrize(
    "plain",
    [
        "Building an index blocks writes until it is done, so build it CONCURRENTLY (see there).",
        "users_email * 2 < 3 > 1 [sic] ~ a | b \\ c!",
        "1. first",
        "- dash",
        "+ plus",
        'it\'s 100% "safe" – isn’t it? naïve, 日本語',
    ],
)
def test_ordinary_sentences_read_as_they_were_written(plain):
    assert sentence(text(plain)) == plain
    assert sentence(prose(plain)) == plain


def test_a_message_keeps_its_code_and_its_spaces():
    message = "Dropping `users.email` loses it; `orders`, too."
    assert prose(message) == message


def test_two_names_that_touch_stay_two():
    assert render(prose("`a``b`")).code == ["a", "b"]


def test_a_backtick_without_a_partner_is_a_backtick():
    assert sentence(prose("one ` alone")) == "one ` alone"


def test_what_could_become_a_mention_is_shown_as_code():
    assert text("ask @ann about #12") == "ask `@ann` about `#12`"


def test_a_hidden_character_is_spelled_out():
    assert code("a\u202eb") == "`a⟨U+202E⟩b`"


def test_an_empty_name_is_said():
    assert code("") == "(empty)"


def test_long_names_are_cut():
    assert code("x" * 1_000) == "`" + "x" * 199 + "…`"
