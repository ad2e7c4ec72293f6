"""Markdown as GitHub shows it: what would be live there (mentions, links) is live here."""

import re
from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from tests.standin.pages.highlight import code
from tests.standin.pages.markup import Html, el, escape, join

_ALLOWED = re.compile(r"</?(?:details|summary|br|sub|sup|kbd|b|i|strong|em|code)(?: open)?\s*/?>")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LIVE = re.compile(
    r"(?P<mention>(?<![\w/`])@[A-Za-z\d][\w-]*)"
    r"|(?P<issue>(?<![\w&])(?:#|GH-)\d+\b)"
    r"|(?P<url>https?://[^\s<>\"]+)"
)
_ALERT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*")


def render(text: str, original: Sequence[str] = ()) -> Html:
    """A comment as HTML; `original` are the lines that its suggestions replace."""
    return Html(_parser().render(text, {"original": list(original)}))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"breaks": True, "html": True})
    parser.enable(["table", "strikethrough"])
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("html_block", _raw)
    parser.add_render_rule("html_inline", _raw)
    parser.add_render_rule("text", _text)
    parser.add_render_rule("image", _image)
    return parser


Tokens = Sequence[Token]
Env = MutableMapping[str, Any]


def _fence(_: RendererHTML, tokens: Tokens, at: int, __: Any, env: Env) -> str:
    token = tokens[at]
    language = token.info.strip().partition(" ")[0]
    if language == "suggestion":
        return _suggestion(token.content, env["original"])
    return el("pre", el("code", code(token.content.removesuffix("\n"), language or "text")))


def _suggestion(content: str, original: Sequence[str]) -> Html:
    """Two-coloured, as GitHub shows what the button would change."""
    new = content.removesuffix("\n").split("\n") if content else []
    rows = [el("div.minus", f"- {line}") for line in original]
    rows += [el("div.plus", f"+ {line}") for line in new]
    return el("div.suggestion", el("header", "Suggested change"), el("pre", *rows))


def _raw(_: RendererHTML, tokens: Tokens, at: int, __: Any, ___: Env) -> str:
    """Only harmless elements stay HTML; comments vanish, all else is shown as text."""
    text = _COMMENT.sub("", tokens[at].content)
    kept = _ALLOWED.findall(text)
    plain = [escape(part) for part in _ALLOWED.split(text)]
    return "".join(part + tag for part, tag in zip(plain, [*kept, ""], strict=True))


def _text(_: RendererHTML, tokens: Tokens, at: int, __: Any, ___: Env) -> str:
    text = tokens[at].content
    alert = _ALERT.match(text) if at == 0 else None
    if alert:
        label = el("strong.alert", alert[1].capitalize())
        return join(label, Html(_live(text[alert.end() :])))
    inside_link = sum(t.nesting for t in tokens[:at] if t.type.startswith("link_"))
    return escape(text) if inside_link else _live(text)


def _live(text: str) -> str:
    """What GitHub makes a link of without being asked."""
    written, end = "", 0
    for match in _LIVE.finditer(text):
        href = match[0] if match.lastgroup == "url" else "#"
        written += escape(text[end : match.start()])
        written += el(f"a.{match.lastgroup}", match[0], href=href)
        end = match.end()
    return written + escape(text[end:])


def _image(_: RendererHTML, tokens: Tokens, at: int, __: Any, ___: Env) -> str:
    """The page loads nothing from elsewhere: an image is named, not shown."""
    token = tokens[at]
    return el("a.image", f"[image: {token.content}]", href=str(token.attrs.get("src", "")))
