"""A check run: its card on the pull request's page, and its own page."""

from tests.standin.checks import CheckRun
from tests.standin.pages.layout import check_mark, document, outcome, trail
from tests.standin.pages.markdown import render
from tests.standin.pages.markup import NOTHING, Html, el
from tests.standin.pulls import PullRequest
from tests.standin.values import Json

_LEVELS = {"failure": ("✕", "bad"), "warning": ("▲", "warn"), "notice": ("●", "busy")}


def checks_section(pull: PullRequest) -> Html:
    """The newest run of each name on the head, or that nothing has reported."""
    newest = {(run.name, run.suite.app.id): run for run in pull.check_runs}
    cards = [_card(run) for run in newest.values()]
    if not cards:
        cards = [el("p.note", "No check has reported on the newest commit yet.")]
    return el("section.checks", _verdict(list(newest.values())), *cards, id="checks")


def run_page(run: CheckRun) -> Html:
    repository = run.suite.repository
    return document(
        f"{run.name} · {repository.full_name}",
        trail(
            (repository.full_name, repository.page),
            *((f"#{p.number}", p.page) for p in repository.pulls if p.head_sha == run.head_sha),
        ),
        el("h1", check_mark(run), f" {run.name} ", el("span.faint", outcome(run))),
        el("p.faint", f"on commit {run.head_sha[:7]}"),
        _output(run),
        _annotations(run, is_open=True),
    )


def _verdict(runs: list[CheckRun]) -> Html:
    if not runs:
        return el("h2", "Checks")
    if any(run.status != "completed" for run in runs):
        return el("h2.verdict.busy", "Some checks haven’t completed yet")
    passed = all(run.conclusion in ("success", "neutral", "skipped") for run in runs)
    if passed:
        return el("h2.verdict.good", "All checks have passed")
    return el("h2.verdict.bad", "Some checks were not successful")


def _card(run: CheckRun) -> Html:
    summary = el(
        "summary",
        check_mark(run),
        el("span.name", run.name),
        el("span.title", run.title or outcome(run)),
        el("span.label", outcome(run)),
    )
    link = el("p.faint", el("a", "This check on a page of its own", href=run.page))
    return el("details.check", summary, _output(run), _annotations(run), link, open=True)


def _output(run: CheckRun) -> Html:
    title = el("h3", run.title) if run.title else NOTHING
    parts = [el("div.markdown", render(text)) for text in (run.summary, run.text) if text]
    details = run.details_url
    more = el("p", el("a", "Details", href=details)) if details else NOTHING
    return el("div.output", title, *parts, more)


def _annotations(run: CheckRun, *, is_open: bool = False) -> Html:
    count = len(run.annotations)
    if not count:
        return NOTHING
    words = f"{count} annotation{'s' if count != 1 else ''}"
    items = [_annotation(annotation) for annotation in run.annotations]
    return el("details.annotations", el("summary", words), el("ul", *items), open=is_open)


def _annotation(annotation: Json) -> Html:
    mark, colour = _LEVELS[annotation["annotation_level"]]
    start, end = annotation["start_line"], annotation["end_line"]
    lines = f"{start}" if start == end else f"{start}–{end}"
    return el(
        "li",
        el(f"span.mark.{colour}", mark, title=annotation["annotation_level"]),
        el("code.where", f"{annotation['path']}:{lines}"),
        el("strong", annotation.get("title") or ""),
        el("pre.message", annotation["message"]),
    )
