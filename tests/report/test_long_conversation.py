"""Over any number of pushes: one open thread for each finding, and no person disturbed."""

from functools import partial
from itertools import islice

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from analyzers.struct import replace
from app.report.fingerprint import fingerprints
from app.report.marker import mark_of
from tests.report.samples import KEY, PATH, SUBJECT, added, finding, reported, thread

RULES = ["drop-table", "drop-column", "rename-table"]
some_findings = st.lists(st.tuples(st.sampled_from(RULES), st.integers(1, 9)), max_size=4)
a_choice = st.randoms(use_true_random=False)


class PullRequest(RuleBasedStateMachine):
    """A pull request on which migaudit speaks; `settled` are the threads that people resolved."""

    def __init__(self):
        super().__init__()
        self.threads = []
        self.findings = []
        self.numbers = 0
        self.settled = set()
        self.at_peace = True

    @initialize()
    def a_person_spoke_first(self):
        self.threads.append(thread(PATH, "What is this for?", ours=False))

    @rule(found=some_findings, changes=st.none() | st.integers(0, 3))
    def push(self, found, changes):
        """A push and its audit, which may be cut off after some changes."""
        self.findings = [finding(line, rule=name) for name, line in found]
        self._audit(changes)

    @rule(changes=st.none() | st.integers(0, 3))
    def audit_again(self, changes):
        self._audit(changes)

    @rule(chance=a_choice)
    def a_person_resolves(self, chance):
        still_open = [t for t in self.threads if t.comments[0].ours and not t.resolved]
        if still_open:
            chosen = chance.choice(still_open)
            self._put(replace(chosen, resolved=True, resolved_by="ann"))
            self.settled.add(chosen.node_id)

    @rule(chance=a_choice)
    def a_person_replies(self, chance):
        chosen = chance.choice(self.threads)
        self._put(replace(chosen, comment_count=chosen.comment_count + 1))

    @rule(chance=a_choice)
    def a_person_copies_our_comment(self, chance):
        copied = chance.choice(self.threads).comments[0].body
        self.numbers += 1
        self.threads.append(thread(PATH, copied, 1_000 + self.numbers, ours=False))

    @invariant()
    def every_finding_has_one_thread_and_nothing_else_is_open(self):
        if not self.at_peace:
            return
        standing = set(fingerprints(self.findings))
        still_open = [self._about(t) for t in self._ours() if not t.resolved]
        settled = {self._about(t) for t in self._ours() if t.node_id in self.settled}
        assert len(still_open) == len(set(still_open))
        assert set(still_open) <= standing
        assert standing <= set(still_open) | settled
        again = self._report()
        assert not again.inline
        assert not again.closings

    def _report(self):
        return reported(*self.findings, files=[added(9)], threads=self.threads).conversation

    def _audit(self, changes):
        """Does what the report says, in the order of publishing, all of it or so many changes."""
        for change in islice(self._changes(self._report()), changes):
            change()
        self.at_peace = changes is None

    def _changes(self, said):
        for comment in said.inline:
            yield partial(self._begin, comment)
        for closing in said.closings:
            assert closing.thread.comments[0].ours
            assert closing.thread.node_id not in self.settled
            yield partial(self._change, closing, resolved=True)
            first = replace(closing.thread.comments[0], body=closing.body)
            yield partial(self._change, closing, comments=(first,))

    def _begin(self, comment):
        self.numbers += 1
        self.threads.append(thread(PATH, comment.body, self.numbers))

    def _change(self, closing, **change):
        self._put(replace(self._now(closing.thread), **change))

    def _now(self, earlier):
        return next(t for t in self.threads if t.node_id == earlier.node_id)

    def _put(self, changed):
        self.threads = [changed if t.node_id == changed.node_id else t for t in self.threads]

    def _ours(self):
        return [t for t in self.threads if t.comments[0].ours]

    def _about(self, ours):
        return mark_of(ours, SUBJECT, KEY).fingerprint


PullRequest.TestCase.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
test_a_long_conversation = PullRequest.TestCase
