"""Colours for source code, in light and dark."""

from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.util import ClassNotFound  # type: ignore[import-untyped]

from tests.standin.pages.markup import Html, escape

_LANGUAGES = {
    "js": "javascript",
    "cjs": "javascript",
    "mjs": "javascript",
    "ts": "typescript",
    "cts": "typescript",
    "mts": "typescript",
    "json": "json",
    "sql": "sql",
    "yml": "yaml",
    "yaml": "yaml",
    "md": "markdown",
}


def language_of(path: str) -> str:
    return _LANGUAGES.get(path.rpartition(".")[2], "text")


def code(text: str, language: str) -> Html:
    """Highlighted source without a frame; unknown languages stay plain."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return Html(escape(text))
    return Html(str(highlight(text, lexer, HtmlFormatter(nowrap=True))))


def style() -> str:
    night = "\n".join(_rules("github-dark"))
    return "\n".join([*_rules("xcode"), f"@media (prefers-color-scheme: dark) {{\n{night}\n}}"])


def _rules(name: str) -> list[str]:
    """Only colours of tokens: backgrounds and error frames belong to the page."""
    rules = str(HtmlFormatter(style=name).get_style_defs("code")).splitlines()
    return [rule for rule in rules if rule.startswith("code .") and "border" not in rule]
