"""Findings, diffs and threads as the tests of the report need them."""

from analyzers.audit import Audit
from analyzers.describe import LockReport, MigrationReport, StatementReport
from analyzers.findings import Finding, Fix, Severity
from analyzers.source import Place
from analyzers.struct import replace
from app.report import ChangedFile, Comment, MarkerKey, Status, Subject, Thread, report

PATH = "migrations/20240101000000_index.js"
KEY = MarkerKey.derive("webhook secret")
SUBJECT = Subject(
    repository_id=42,
    repository="acme/tickets",
    pull=7,
    head_sha="c0ffee" + "0" * 34,
    public_url="https://migaudit.example",
)


def finding(
    line=4,
    end_line=None,
    *,
    rule="non-concurrent-index",
    severity=Severity.ERROR,
    path=PATH,
    **more,
):
    more.setdefault("message", "Building `users_email` holds a SHARE lock on `users`: writes wait.")
    more.setdefault("advice", "Build it with `CONCURRENTLY`.")
    return Finding(rule, severity, Place(path, line, end_line or line, 5, 20), **more)


def fix(start_line, end_line, replacement="safer();"):
    return Fix(start_line, end_line, replacement)


def added(lines, path=PATH):
    """A file that the pull request adds, `lines` long."""
    patch = "\n".join([f"@@ -0,0 +1,{lines} @@", *(f"+line {n}" for n in range(1, lines + 1))])
    return ChangedFile(path, Status.ADDED, patch=patch)


def audit(*findings, migrations=(PATH,), directories=("migrations",)):
    return Audit(tuple(findings), tuple(map(migration, migrations)), directories)


def migration(path):
    lock = LockReport("public.users", "ShareLock", "blocks writes")
    place = Place(path, 4, 4, 5, 20)
    return MigrationReport(
        path,
        complete=True,
        up=(StatementReport("create index", place, True, False, False, (lock,), (), (), None),),
    )


def reported(*findings, files=None, threads=(), fail_on=Severity.ERROR, **more):
    files = [added(10)] if files is None else files
    told = more.pop("audit", None) or audit(*findings)
    return report(
        SUBJECT, told, fail_on=fail_on, key=KEY, files=files, threads=tuple(threads), **more
    )


def threads_of(made, **state):
    """What stands on GitHub after the report's comments were posted."""
    said = [*made.conversation.inline, *made.conversation.files]
    return [
        thread(comment.path, comment.body, number, **state) for number, comment in enumerate(said)
    ]


def thread(path, body, number=0, *, ours=True, resolved=False, resolved_by=None, replies=0):
    first = Comment(f"PRRC_{number}", number, body, ours)
    return Thread(f"PRRT_{number}", path, resolved, (first,), 1 + replies, resolved_by)


def closed_thread(earlier, closing):
    """The thread after it was closed as the report says."""
    first = replace(earlier.comments[0], body=closing.body)
    return replace(earlier, comments=(first, *earlier.comments[1:]), resolved=True)
