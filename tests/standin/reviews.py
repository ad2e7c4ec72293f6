"""Reviews and their threads: where a comment may stand, and where it stands after the next push."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.standin.accounts import App, User
from tests.standin.comments import ReviewComment, checked_body
from tests.standin.diff import DiffLine, Side, moved_line
from tests.standin.values import Json, Refused, node_id

if TYPE_CHECKING:
    from tests.standin.pulls import PullRequest

STATES = {"COMMENT": "COMMENTED", "APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED"}


@dataclass(slots=True)
class Review:
    """One submitted review; its body stays for ever, its comments may go."""

    pull: "PullRequest" = field(repr=False)
    id: int
    user: User
    body: str
    state: str
    commit_id: str
    submitted_at: float
    app: App | None = field(default=None, repr=False)
    comments: list[ReviewComment] = field(default_factory=list)

    @property
    def page(self) -> str:
        return f"{self.pull.page}#pullrequestreview-{self.id}"


@dataclass(slots=True)
class Anchor:
    """Where a thread was begun; a file's thread has no line."""

    commit_id: str
    path: str
    line: int | None = None
    side: Side = "RIGHT"
    start_line: int | None = None
    start_side: Side | None = None
    position: int | None = None
    hunk: str = ""

    @property
    def subject(self) -> str:
        return "file" if self.line is None else "line"


@dataclass(slots=True)
class Thread:
    """Comments at one place of the diff; follows its lines over pushes until they change."""

    pull: "PullRequest" = field(repr=False)
    id: int
    anchor: Anchor
    comments: list[ReviewComment] = field(default_factory=list)
    resolved_by: User | None = None
    _places: dict[str, tuple[DiffLine, int | None] | None] = field(default_factory=dict, repr=False)

    @property
    def node_id(self) -> str:
        return node_id("PRRT", self.id)

    @property
    def path(self) -> str:
        return self.anchor.path

    @property
    def side(self) -> Side:
        return self.anchor.side

    @property
    def is_resolved(self) -> bool:
        return self.resolved_by is not None

    @property
    def line(self) -> int | None:
        place = self._place()
        return place[0].at(self.anchor.side) if place else None

    @property
    def start_line(self) -> int | None:
        place = self._place()
        return place[1] if place else None

    @property
    def position(self) -> int | None:
        place = self._place()
        return place[0].position if place else None

    @property
    def is_outdated(self) -> bool:
        if self.anchor.line is None:
            return self.pull.change(self.path) is None
        return self._place() is None

    def resolve(self, by: "str | User" = "ann") -> None:
        self.resolved_by = self.pull.repository.github.user(by)
        self.pull.repository.github.announce.review_thread(self, "resolved", by)

    def unresolve(self, by: "str | User" = "ann") -> None:
        self.resolved_by = None
        self.pull.repository.github.announce.review_thread(self, "unresolved", by)

    def reply(self, body: str, by: "str | User" = "ann", app: App | None = None) -> ReviewComment:
        github = self.pull.repository.github
        review = begin_review(self.pull, github.user(by), "COMMENTED", "", self.pull.head_sha, app)
        first = self.comments[0].id if self.comments else None
        return add_comment(self, review, body, in_reply_to=first)

    def _place(self) -> "tuple[DiffLine, int | None] | None":
        """The line of today's diff, looked for once for each diff."""
        if self.anchor.line is None:
            return None
        key = f"{self.pull.merge_base} {self.pull.head_sha}"
        if key not in self._places:
            self._places[key] = _follow(self)
        return self._places[key]


def anchored(pull: "PullRequest", commit_id: str, body: Json, *, review: bool) -> Anchor:
    """Where a comment wants to stand, or GitHub's refusal, which doesn't name the comment."""
    faults, anchor = _anchor(pull, commit_id, body)
    if faults:
        raise _refusal(faults, review=review)
    return anchor


def begin_review(
    pull: "PullRequest", user: User, state: str, body: str, commit_id: str, app: App | None
) -> Review:
    github = pull.repository.github
    now = github.clock.now()
    review = Review(pull, github.ids.next(), user, body, state, commit_id, now, app)
    pull.reviews.append(review)
    return review


def submit_review(pull: "PullRequest", user: User, body: Json, app: App | None) -> Review:
    """Creates a review with all its comments, or refuses all of it."""
    event = body.get("event")
    text = body.get("body") or ""
    if event in ("COMMENT", "REQUEST_CHANGES") and not text and not body.get("comments"):
        raise Refused(422, "Unprocessable Entity", ["Body can't be blank"])
    commit_id = pull.commit_of(body.get("commit_id"))
    comments = body.get("comments", [])
    anchors = [anchored(pull, commit_id, comment, review=True) for comment in comments]
    texts = [checked_body(comment["body"]) for comment in comments]
    review = begin_review(pull, user, STATES.get(event or "", "PENDING"), text, commit_id, app)
    for anchor, comment_text in zip(anchors, texts, strict=True):
        begin_thread(review, anchor, comment_text)
    pull.repository.github.announce.review(review, "submitted", user)
    return review


def begin_thread(review: Review, anchor: Anchor, body: str) -> ReviewComment:
    github = review.pull.repository.github
    thread = Thread(review.pull, github.ids.next(), anchor)
    review.pull.threads.append(thread)
    return add_comment(thread, review, body)


def add_comment(
    thread: Thread, review: Review, body: str, in_reply_to: int | None = None
) -> ReviewComment:
    github = thread.pull.repository.github
    now = github.clock.now()
    comment = ReviewComment(
        pull=thread.pull,
        id=github.ids.next(),
        user=review.user,
        body=checked_body(body),
        created_at=now,
        updated_at=now,
        app=review.app,
        thread=thread,
        review=review,
        in_reply_to=in_reply_to,
    )
    thread.comments.append(comment)
    review.comments.append(comment)
    github.announce.review_comment(comment, "created", review.user)
    return comment


def _anchor(pull: "PullRequest", commit_id: str, body: Json) -> tuple[list[str], Anchor]:
    path, side = body["path"], body.get("side", "RIGHT")
    change = next((c for c in pull.changes_at(commit_id) if c.path == path), None)
    anchor = Anchor(commit_id, path, side=side)
    if change is None:
        return ["path is invalid"], anchor
    if body.get("subject_type") == "file":
        return ([] if change.patch is not None else ["diff hunk can't be blank"]), anchor
    lines = change.lines()
    end = _wanted(lines, body, side)
    if end is None:
        return ["line must be part of the diff", "diff hunk can't be blank"], anchor
    anchor.line, anchor.position = end.at(side), end.position
    anchor.hunk = _hunk_text(lines, end)
    return _start(lines, body, end, anchor), anchor


def _wanted(lines: list[DiffLine], body: Json, side: Side) -> DiffLine | None:
    if "line" in body:
        return next((li for li in lines if li.at(side) == body["line"]), None)
    return next(
        (li for li in lines if li.position == body.get("position") and li.mark != "@"), None
    )


def _start(lines: list[DiffLine], body: Json, end: DiffLine, anchor: Anchor) -> list[str]:
    if body.get("start_line") is None:
        return []
    side: Side = body.get("start_side") or anchor.side
    start = next((li for li in lines if li.at(side) == body["start_line"]), None)
    if start is None or start.hunk != end.hunk:
        return ["start line must be part of the same hunk as the line."]
    if start.position >= end.position:
        return ["start line must precede the end line."]
    anchor.start_line, anchor.start_side = body["start_line"], side
    return []


def _refusal(faults: list[str], *, review: bool) -> Refused:
    """The two forms of the same refusal: sentences for a review, fields for a single comment."""
    if review:
        sentences = [f"Pull request review thread {fault}" for fault in faults]
        joined = ", ".join(sentences[:-1]) + " and " + sentences[-1] if faults[1:] else sentences[0]
        return Refused(422, "Unprocessable Entity", [joined])
    return Refused(422, "Validation Failed", [_field_error(fault) for fault in faults])


def _field_error(fault: str) -> Json:
    name = next(n for n in ("start line", "line", "path", "diff hunk") if fault.startswith(n))
    label = f"pull_request_review_thread.{name.replace(' ', '_')}"
    entry = {"resource": "PullRequestReviewComment", "field": label}
    if name == "diff hunk":
        return entry | {"code": "missing_field"}
    return entry | {"code": "custom", "message": label + fault.removeprefix(name)}


def _hunk_text(lines: list[DiffLine], end: DiffLine) -> str:
    """The diff from its hunk's header down to the line, which the API shows beside a comment."""
    hunk = [li for li in lines if li.hunk == end.hunk and li.position <= end.position]
    return "\n".join(li.text if li.mark == "@" else li.mark + li.text for li in hunk)


def _follow(thread: Thread) -> tuple[DiffLine, int | None] | None:
    """Maps the thread's lines from the commit it was begun on to today's diff."""
    pull, anchor = thread.pull, thread.anchor
    change = pull.change(anchor.path)
    if change is None or anchor.line is None:
        return None
    line = _mapped(thread, anchor.line, anchor.side)
    start = None
    if anchor.start_line is not None:
        start = _mapped(thread, anchor.start_line, anchor.start_side or anchor.side)
        if start is None:
            return None
    lines = change.lines()
    place = next((li for li in lines if line is not None and li.at(anchor.side) == line), None)
    return None if place is None else (place, start)


def _mapped(thread: Thread, line: int, side: Side) -> int | None:
    pull, anchor = thread.pull, thread.anchor
    git = pull.repository.git
    if side == "RIGHT":
        before, after = anchor.commit_id, pull.head_sha
    else:
        before, after = pull.merge_base_of(anchor.commit_id), pull.merge_base
    change = pull.change(anchor.path)
    path = anchor.path
    old = git.resolve(f"{before}:{path}")
    if old is None and side == "LEFT" and change is not None:
        path = change.previous_path or path
        old = git.resolve(f"{before}:{path}")
    new = git.resolve(f"{after}:{path}")
    return None if old is None or new is None else moved_line(git, old, new, line)
