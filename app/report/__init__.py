"""What an audit looks like on GitHub, as values: nothing here talks to anybody.

    report(subject, audit, …)        the check run, the comments, what becomes of earlier threads
    could_not_audit(reason)          `action_required`: never lets a pull request through
    superseded(subject, by), closed(), timed_out(minutes), in_progress()

`app.publish` does what these values say.
"""

from app.report.checks import (
    closed,
    could_not_audit,
    dissolved,
    in_progress,
    superseded,
    timed_out,
    with_others,
    without_annotations,
)
from app.report.marker import MarkerKey
from app.report.replies import HELP, explained, sent
from app.report.report import Report, report
from app.report.values import (
    Annotation,
    ChangedFile,
    Check,
    Closing,
    Comment,
    Conclusion,
    Conversation,
    FileComment,
    InlineComment,
    Level,
    Output,
    Override,
    Status,
    Subject,
    Thread,
)

__all__ = [
    "HELP",
    "Annotation",
    "ChangedFile",
    "Check",
    "Closing",
    "Comment",
    "Conclusion",
    "Conversation",
    "FileComment",
    "InlineComment",
    "Level",
    "MarkerKey",
    "Output",
    "Override",
    "Report",
    "Status",
    "Subject",
    "Thread",
    "closed",
    "could_not_audit",
    "dissolved",
    "explained",
    "in_progress",
    "report",
    "sent",
    "superseded",
    "timed_out",
    "with_others",
    "without_annotations",
]
