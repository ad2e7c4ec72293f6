"""Knows a finding again after lines moved, a rebase or a force push."""

import hashlib
from collections import Counter
from collections.abc import Iterable

from analyzers.findings import Finding


def fingerprints(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Each finding under its fingerprint, equal ones once, in order of severity and place.

    It is made of what the finding says and where, without line numbers; the findings that agree
    in all of that are counted in the order of their places.
    """
    seen: Counter[str] = Counter()
    known: dict[str, Finding] = {}
    for finding in sorted(dict.fromkeys(findings), key=lambda f: (f.place, f.rule)):
        identity = finding.fingerprint or _identity(finding)
        known[_digest(identity, str(seen[identity]))] = finding
        seen[identity] += 1
    return dict(sorted(known.items(), key=lambda item: -item[1].severity.rank))


def _identity(finding: Finding) -> str:
    direction = finding.direction.value if finding.direction else ""
    said = finding.statement or finding.message
    return _digest(finding.rule, finding.place.path, direction, " ".join(said.split()))


def _digest(*parts: str) -> str:
    written = "\0".join(parts).encode(errors="surrogatepass")
    return hashlib.sha256(written).hexdigest()[:20]
