"""Takes away the findings that comments in a file suppress, and keeps account of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from analyzers.findings import Finding
from analyzers.result import Suppression
from analyzers.rules.context import IdleDirective, Slip
from analyzers.rules.rule import Rule
from analyzers.struct import Struct, field
from analyzers.suppressions import VERBS, Directive


class Suppressing(Struct):
    """The directives of one audit; `hidden` are the findings of each rule that one names."""

    directives: tuple[Directive, ...]
    catalogue: Mapping[str, Rule]
    hidden: dict[tuple[Directive, str], list[Finding]] = field(default_factory=dict)
    _by_rule: dict[str, list[Directive]] | None = None

    def shown(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings that nothing hides."""
        for finding in findings:
            hiding = [one for one in self._of(finding.rule) if _covers(one, finding)]
            for directive in hiding:
                self.hidden.setdefault((directive, finding.rule), []).append(finding)
            if not hiding:
                yield finding

    def suppressions(self) -> tuple[Suppression, ...]:
        """Each rule of each directive that means something, in order of their places."""
        found = (
            Suppression(one.place, rule, one.reason, tuple(self.hidden.get((one, rule), ())))
            for one in self.directives
            if _slip(one) is None
            for rule in one.rules
            if rule in self.catalogue and self.catalogue[rule].suppressible
        )
        return tuple(sorted(found, key=lambda suppression: (suppression.place, suppression.rule)))

    def idle(self) -> Iterator[IdleDirective]:
        """What hides nothing, and why, once `shown` has seen all findings."""
        for directive in self.directives:
            slip = _slip(directive)
            if slip in (Slip.UNKNOWN_VERB, Slip.NO_RULE):
                yield IdleDirective(directive, slip)
                continue
            known = [rule for rule in directive.rules if rule in self.catalogue]
            for rule in directive.rules:
                if rule not in known:
                    every = tuple(self.catalogue)
                    yield IdleDirective(directive, Slip.UNKNOWN_RULE, rule, every)
            if slip is not None and known:
                yield IdleDirective(directive, slip)
            for rule in known if slip is None else ():
                yield from self._idle_rule(directive, rule)

    def _idle_rule(self, directive: Directive, rule: str) -> Iterator[IdleDirective]:
        if not self.catalogue[rule].suppressible:
            yield IdleDirective(directive, Slip.NOT_SUPPRESSIBLE, rule)
        elif (directive, rule) not in self.hidden:
            yield IdleDirective(directive, Slip.UNUSED, rule)

    def _of(self, rule: str) -> Sequence[Directive]:
        """The directives that may hide findings of a rule."""
        if self._by_rule is None:
            self._by_rule = defaultdict(list)
            for one in self.directives:
                for name in one.rules if _slip(one) is None else ():
                    self._by_rule[name].append(one)
        return self._by_rule[rule] if self.catalogue[rule].suppressible else ()


def _covers(directive: Directive, finding: Finding) -> bool:
    return directive.covered is not None and directive.covered.holds(finding)


def _slip(directive: Directive) -> Slip | None:
    """What is wrong with a directive as a whole."""
    if directive.verb not in VERBS:
        return Slip.UNKNOWN_VERB
    if not directive.rules:
        return Slip.NO_RULE
    if not directive.reason:
        return Slip.NO_REASON
    return Slip.MISPLACED if directive.covered is None else None
