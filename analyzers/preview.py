"""What a pull request's own configuration would change, once it counts."""

from analyzers.explained import differences
from analyzers.findings import Finding, fails
from analyzers.result import Preview, Regraded
from analyzers.settings import PATH, Settings


def preview(
    settings: Settings,
    findings: tuple[Finding, ...],
    proposed: Settings,
    proposed_findings: tuple[Finding, ...],
) -> Preview:
    """Compares two audits of one pull request; what is told of the configuration itself aside."""
    now, then = _by_fingerprint(findings), _by_fingerprint(proposed_findings)
    kept = [(now[key], then[key]) for key in now if key in then]
    return Preview(
        settings=differences(settings, proposed),
        gone=tuple(finding for key, finding in now.items() if key not in then),
        new=tuple(finding for key, finding in then.items() if key not in now),
        regraded=tuple(Regraded(a, b.severity) for a, b in kept if a.severity is not b.severity),
        fails_now=fails(findings, settings.fail_on),
        fails_then=fails(proposed_findings, proposed.fail_on),
    )


def _by_fingerprint(findings: tuple[Finding, ...]) -> dict[str, Finding]:
    return {finding.fingerprint: finding for finding in findings if finding.place.path != PATH}
