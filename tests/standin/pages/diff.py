"""The changed files, with the review's comments at their lines."""

from collections import defaultdict

from tests.standin.comments import ReviewComment
from tests.standin.diff import Change, DiffLine
from tests.standin.pages.highlight import code, language_of
from tests.standin.pages.layout import avatar, moment, person, reactions
from tests.standin.pages.markdown import render
from tests.standin.pages.markup import NOTHING, Html, el, join
from tests.standin.pulls import PullRequest
from tests.standin.reviews import Thread

MAX_FILES = 300


def files_section(pull: PullRequest) -> Html:
    changes = pull.changes
    count = el("span.count", str(len(changes)))
    files = [_file(pull, change) for change in changes[:MAX_FILES]]
    left = len(changes) - MAX_FILES
    more = el("p.note", f"{left} more files are not shown.") if left > 0 else NOTHING
    return el("section.files", el("h2", "Files changed ", count), *files, more, id="files")


def _file(pull: PullRequest, change: Change) -> Html:
    threads = [thread for thread in pull.threads if thread.path == change.path]
    alive = [thread for thread in threads if not thread.is_outdated]
    header = el(
        "summary",
        el("span.path", _name(change)),
        _stat(change),
        _count(threads),
    )
    whole = [_thread(thread) for thread in alive if thread.anchor.line is None]
    outdated = [_thread(thread) for thread in threads if thread.is_outdated]
    body = el("div.body", *whole, _table(change, alive), *outdated)
    return el("details.file", header, body, open=change.additions + change.deletions < 1_000)


def _name(change: Change) -> str:
    if change.previous_path is None:
        return change.path
    return f"{change.previous_path} → {change.path}"


def _stat(change: Change) -> Html:
    plus, minus = f"+{change.additions}", f"−{change.deletions}"
    return el("span.stat", el("b.plus", plus), el("b.minus", minus))


def _count(threads: list[Thread]) -> Html:
    number = sum(len(thread.comments) for thread in threads)
    words = f"{number} comment{'s' if number != 1 else ''}"
    return el("span.talk", words) if number else NOTHING


def _table(change: Change, threads: list[Thread]) -> Html:
    if change.patch is None:
        return el("p.note", _why_no_patch(change))
    at: dict[int, list[Thread]] = defaultdict(list)
    for thread in threads:
        if thread.position is not None:
            at[thread.position].append(thread)
    language = language_of(change.path)
    rows: list[Html] = []
    for line in change.lines():
        rows.append(_row(line, language))
        rows.extend(_thread_row(thread) for thread in at[line.position])
    return el("table.diff", el("tbody", *rows))


def _why_no_patch(change: Change) -> str:
    if change.additions + change.deletions:
        return "The diff of this file is too large to be shown."
    return "Renamed without changes." if change.status == "renamed" else "No text to compare."


def _row(line: DiffLine, language: str) -> Html:
    if line.mark == "@":
        return el("tr.hunk", el("td.number"), el("td.number"), el("td.code", line.text))
    if line.mark == "\\":
        return el("tr.hunk", el("td.number"), el("td.number"), el("td.code", f"\\{line.text}"))
    kind = {"+": "added", "-": "removed"}.get(line.mark, "same")
    return el(
        f"tr.{kind}",
        el("td.number.old", _text(line.old)),
        el("td.number", _text(line.new)),
        el("td.code", el("code", code(line.text, language)), data_mark=line.mark),
    )


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _thread_row(thread: Thread) -> Html:
    return el("tr.inline", el("td", _thread(thread), colspan="3"))


def _thread(thread: Thread) -> Html:
    comments = [comment_card(comment, _replaced(thread)) for comment in thread.comments]
    outdated = el("span.label", "outdated") if thread.is_outdated else NOTHING
    if thread.is_outdated and thread.anchor.hunk:
        comments.insert(0, el("pre.excerpt", thread.anchor.hunk))
    place = el("p.place", _place(thread), outdated)
    if not thread.is_resolved:
        return el("div.thread", place, *comments)
    by = thread.resolved_by.login if thread.resolved_by else ""
    first = thread.comments[0].body.strip().partition("\n")[0] if thread.comments else ""
    words = join(el("span.good", "✓ "), f"Resolved by {by} ", el("span.faint", first[:80]))
    return el("details.thread.resolved", el("summary", words), place, *comments)


def _place(thread: Thread) -> str:
    anchor = thread.anchor
    if anchor.line is None:
        return f"Comment on {thread.path}"
    line, start = thread.line or anchor.line, thread.start_line or anchor.start_line
    side = " before the change" if anchor.side == "LEFT" else ""
    return f"Comment on lines {start} to {line}{side}" if start else f"Comment on line {line}{side}"


def comment_card(comment: ReviewComment, original: list[str]) -> Html:
    header = el("header", avatar(comment.user), person(comment.user), moment(comment.created_at))
    body = el("div.markdown", render(comment.body, original))
    card = el("article.comment", header, body, reactions(comment), id=f"discussion_r{comment.id}")
    if comment.minimized is None:
        return card
    words = f"{comment.user.login}: this comment was marked as {comment.minimized}."
    return el("details.minimized", el("summary", words), card)


def _replaced(thread: Thread) -> list[str]:
    """The lines that a suggestion in this thread would replace."""
    anchor = thread.anchor
    if anchor.line is None or anchor.side == "LEFT":
        return []
    found = thread.pull.repository.git.read(f"{anchor.commit_id}:{anchor.path}")
    lines = found.content.decode(errors="replace").split("\n") if found else []
    return lines[(anchor.start_line or anchor.line) - 1 : anchor.line]
