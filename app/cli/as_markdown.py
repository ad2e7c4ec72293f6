"""The report as Markdown, for a comment or the summary of a job: what the check run would show."""

import sys

from analyzers.request import ChangeStatus
from analyzers.result import Audit
from app.checkout import Checkout
from app.cli.anchored import anchored
from app.cli.surroundings import subject
from app.report.fingerprint import fingerprints
from app.report.limits import MAX_COMMENT
from app.report.summary import Summary


def write_audit(checkout: Checkout, audit: Audit) -> None:
    sys.stdout.write(markdown(checkout, audit) + "\n")


def markdown(checkout: Checkout, audit: Audit) -> str:
    """At most as long as a comment may be."""
    told = anchored(checkout, audit)
    deleted = (c.path for c in checkout.changes if c.status is ChangeStatus.DELETED)
    output = Summary(
        subject(),
        told,
        fingerprints(told.findings),
        audit.settings.fail_on,
        commented=frozenset(),
        removed=frozenset(deleted),
        notes=(),
        elsewhere="`migaudit check` tells all",
    ).output()
    whole = f"{output.summary}\n\n{output.text}".rstrip()
    return whole if len(whole) <= MAX_COMMENT else output.summary
