"""What all pages share: the frame, people's names, states and times."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from tests.standin.accounts import User
from tests.standin.checks import CheckRun
from tests.standin.comments import Comment
from tests.standin.pages.highlight import style
from tests.standin.pages.markup import NOTHING, Html, el, join
from tests.standin.pulls import PullRequest

_STYLE = Path(__file__).with_name("style.css")
_EMOJI = {
    "+1": "👍",
    "-1": "👎",
    "laugh": "😄",
    "confused": "😕",
    "heart": "❤️",
    "hooray": "🎉",
    "rocket": "🚀",
    "eyes": "👀",
}
_MARKS = {
    "success": ("✓", "good"),
    "failure": ("✕", "bad"),
    "timed_out": ("✕", "bad"),
    "action_required": ("!", "bad"),
    "cancelled": ("⊘", "grey"),
    "skipped": ("⊘", "grey"),
    "neutral": ("■", "grey"),
}


def document(title: str, *content: str) -> Html:
    """A whole page."""
    head = el(
        "head",
        Html('<meta charset="utf-8">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="light dark">'),
        el("title", title),
        el("style", _style()),
    )
    page = el("html", head, el("body", el("main", *content)), lang="en")
    return join(Html("<!doctype html>"), page)


def missing(path: str) -> Html:
    return document("Not found", el("h1", "Not found"), el("p", f"There is no page {path}."))


def trail(*steps: tuple[str, str]) -> Html:
    """The way here: links from the repository down."""
    links = [el("a", name, href=href) for name, href in steps]
    parts = [part for link in links for part in (el("span.slash", "/"), link)][1:]
    return el("nav.trail", *parts)


def avatar(user: User) -> Html:
    shade = f"--hue:{user.id * 47 % 360}"
    shape = "span.avatar.square" if user.type == "Bot" else "span.avatar"
    return el(shape, user.login[:1].upper(), style=shade, aria_hidden="true")


def person(user: User) -> Html:
    if user.type != "Bot":
        return el("strong", user.login)
    return join(el("strong", user.login.removesuffix("[bot]")), el("span.label", "bot"))


def moment(seconds: float) -> Html:
    at = datetime.fromtimestamp(seconds, UTC)
    return el("time", at.strftime("%-d %b %Y, %H:%M"), datetime=at.isoformat())


def state_badge(pull: PullRequest) -> Html:
    if pull.merged_at is not None:
        return el("span.state.merged", "Merged")
    if pull.state == "closed":
        return el("span.state.closed", "Closed")
    return el("span.state.draft", "Draft") if pull.draft else el("span.state.open", "Open")


def check_mark(run: CheckRun) -> Html:
    """The run's sign; its conclusion is said for those who don't see colours."""
    mark, colour = _MARKS.get(run.conclusion or "", ("●", "busy"))
    return el(f"span.mark.{colour}", mark, title=outcome(run))


def outcome(run: CheckRun) -> str:
    return (run.conclusion or run.status).replace("_", " ")


def reactions(comment: Comment) -> Html:
    counts: dict[str, int] = {}
    for reaction in comment.reactions:
        counts[reaction.content] = counts.get(reaction.content, 0) + 1
    chips = [el("span.chip", f"{_EMOJI[name]} {count}") for name, count in counts.items()]
    return el("p.reactions", *chips) if chips else NOTHING


@cache
def _style() -> Html:
    return Html(_STYLE.read_text() + style())
