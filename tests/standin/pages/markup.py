"""HTML in small pieces: everything is escaped unless it says that it is HTML already."""

import html


class Html(str):
    """Text that is HTML and needs no escaping."""

    __slots__ = ()


NOTHING = Html("")


def el(name: str, *children: str, **attributes: str | bool) -> Html:
    """``el("a.link", "text", href="/x")``: an element with its class after the dot."""
    tag, _, classes = name.partition(".")
    named = ({"class": classes.replace(".", " ")} if classes else {}) | attributes
    written = "".join(_attribute(key, value) for key, value in named.items() if value is not False)
    return Html(f"<{tag}{written}>{join(*children)}</{tag}>")


def join(*children: str) -> Html:
    return Html("".join(escape(child) for child in children))


def escape(text: str) -> str:
    return text if isinstance(text, Html) else html.escape(text)


def _attribute(name: str, value: str | bool) -> str:
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html.escape(str(value))}"'
