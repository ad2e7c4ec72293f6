"""A rule's page as it is shown to people, from the docstring that tests read, too."""

import re

from analyzers.rules import Rule

_EXPECTATION = re.compile(r"(?://|--) expect: ([a-z-]+(?:, [a-z-]+)*)(?: \"[^\"]*\")?")
_BARE_ADDRESS = re.compile(r"(?<![<(\[`])https://[^\s<>()`]*[^\s<>()`.,;:]")
_FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def markdown_of(rule: Rule) -> str:
    """The page below its title, as Markdown.

    Tests know the offending lines of examples by a comment, which says to people what is wrong;
    addresses become links.
    """
    body = rule.page.partition("\n")[2]
    prose_and_code = _FENCE.split(body)
    prose_and_code[::2] = [_BARE_ADDRESS.sub(r"<\g<0>>", prose) for prose in prose_and_code[::2]]
    return _EXPECTATION.sub(r"// ✗ \1", "".join(prose_and_code)).strip()
