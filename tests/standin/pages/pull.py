"""A pull request's page: checks, conversation, files."""

from tests.standin.comments import IssueComment
from tests.standin.pages.check import checks_section
from tests.standin.pages.diff import comment_card, files_section
from tests.standin.pages.layout import (
    avatar,
    document,
    moment,
    person,
    reactions,
    state_badge,
    trail,
)
from tests.standin.pages.markdown import render
from tests.standin.pages.markup import NOTHING, Html, el, join
from tests.standin.pulls import PullRequest
from tests.standin.reviews import Review, Thread


def pull_page(pull: PullRequest) -> Html:
    repository = pull.repository
    return document(
        f"{pull.title} #{pull.number} · {repository.full_name}",
        trail((repository.full_name, repository.page), (f"#{pull.number}", pull.page)),
        _header(pull),
        checks_section(pull),
        _conversation(pull),
        files_section(pull),
    )


def _header(pull: PullRequest) -> Html:
    verb = "merged" if pull.merged_at else "wants to merge"
    count = len(pull.commits)
    commits = f" {count} commit{'s' if count != 1 else ''} into "
    line = el(
        "p.byline",
        state_badge(pull),
        join(
            el("strong", pull.user.login),
            f" {verb}{commits if not pull.merged_at else ' into '}",
            el("code.branch", pull.base_branch),
            " from ",
            el("code.branch", _head(pull)),
        ),
    )
    body = el("div.markdown.description", render(pull.body)) if pull.body else NOTHING
    title = el("h1", pull.title, " ", el("span.faint", f"#{pull.number}"))
    return el("header.pull", title, line, body)


def _head(pull: PullRequest) -> str:
    return pull.head_branch if pull.head_repository is pull.repository else pull.head_label


def _conversation(pull: PullRequest) -> Html:
    """Comments and reviews in the order they were made; threads stand at their lines below."""
    entries = [(c.created_at, _comment(c)) for c in pull.issue_comments]
    entries += [(r.submitted_at, _review(r)) for r in pull.reviews if r.body]
    lost = [thread for thread in pull.threads if pull.change(thread.path) is None]
    shown = [card for _, card in sorted(entries, key=lambda entry: entry[0])]
    shown += [_lost(thread) for thread in lost]
    if not shown:
        return NOTHING
    return el("section.conversation", el("h2", "Conversation"), *shown, id="conversation")


def _comment(comment: IssueComment) -> Html:
    header = el("header", avatar(comment.user), person(comment.user), moment(comment.created_at))
    body = el("div.markdown", render(comment.body))
    card = el("article.comment", header, body, reactions(comment), id=f"issuecomment-{comment.id}")
    if comment.minimized is None:
        return card
    words = f"{comment.user.login}: this comment was marked as {comment.minimized}."
    return el("details.minimized", el("summary", words), card)


def _review(review: Review) -> Html:
    alive = sum(not comment.deleted for comment in review.comments)
    words = f" reviewed, with {alive} comment{'s' if alive != 1 else ''} on the files below"
    header = el(
        "header",
        avatar(review.user),
        person(review.user),
        el("span.faint", words if alive else " reviewed"),
        moment(review.submitted_at),
    )
    body = el("div.markdown", render(review.body))
    return el("article.comment", header, body, id=f"pullrequestreview-{review.id}")


def _lost(thread: Thread) -> Html:
    """A thread at a file that the pull request no longer changes."""
    cards = [comment_card(comment, []) for comment in thread.comments]
    place = el("p.place", thread.path, el("span.label", "outdated"))
    return el("div.thread", place, *cards)
