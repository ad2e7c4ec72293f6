"""A rule's page as it is shown to people, from the docstring that tests read, too."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzers.rules import Rule

_EXPECTATION = re.compile(
    r'(?P<sign>//|--|#) expect: (?P<rules>[a-z-]+(?:, [a-z-]+)*)(?: "[^"]*")?'
)
_FENCE = re.compile(r"^```(\w+) (.+)$", re.MULTILINE)

_ROLES = {
    "base": "on the base branch",
    "head": "in the pull request",
    "pull-request": "added by the pull request",
}


_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a rule's page under its heading, as Markdown."""

    heading: str
    body: str


def sections_of(rule: "Rule") -> tuple[str, list[Section]]:
    """What a rule's page says before its first heading, and under each."""
    opening, *parts = _SECTION.split(markdown_of(rule))
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return opening.strip(), [Section(heading, body.strip()) for heading, body in pairs]


def matches(rule: "Rule", query: str) -> bool:
    """Whether all words of `query` are in the rule's id, its title or its page."""
    text = f"{rule.id} {rule.page}".casefold()
    return all(word in text for word in query.casefold().split())


def markdown_of(rule: "Rule") -> str:
    """The page below its title, as Markdown.

    In its examples, tests know the offending lines by a comment and the files by words after the
    fence; to people these say what is wrong, and which file they see.
    """
    body = rule.page.partition("\n")[2].strip()
    return _EXPECTATION.sub(r"\g<sign> ✗ \g<rules>", _FENCE.sub(_captioned, body))


def _captioned(fence: re.Match[str]) -> str:
    language, words = fence[1], fence[2].split()
    options = dict(word.split("=", 1) for word in words if "=" in word)
    roles = [_ROLES[word] for word in words if word in _ROLES]
    if "from" in options:
        roles = [f"renamed from `{options['from']}`"]
    caption = ", ".join([f"`{options['file']}`" if "file" in options else "", *roles])
    return f"{caption.strip(', ')}:\n\n```{language}"
