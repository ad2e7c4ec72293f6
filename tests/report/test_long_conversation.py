"""Over any number of pushes: one open thread for each finding, and no person disturbed."""

from dataclasses import replace
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.report.fingerprint import fingerprints
from app.report.marker import mark_of
from tests.report.samples import KEY, PATH, SUBJECT, added, finding, reported, thread

RULES = ["drop-table", "drop-column", "rename-table"]
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

    @rule(found=st.lists(st.tuples(st.sampled_from(RULES), st.integers(1, 9)), max_size=5))
    def push(self, found):
        self.findings = [finding(line, rule=name) for name, line in found]
        self.at_peace = False

    @rule()
    def audit(self):
        self._say(self._report(), lambda: True)
        self.at_peace = True

    @rule(chance=a_choice)
    def audit_that_is_cut_off(self, chance):
        self._say(self._report(), lambda: chance.random() < 0.5)
        self.at_peace = False

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

    def _report(self):
        return reported(*self.findings, files=[added(9)], threads=self.threads).conversation

    def _say(self, said, goes_well):
        """What publishing does, in its order, until something doesn't go well."""
        for change in self._changes(said):
            if not goes_well():
                return
            change()

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


PullRequest.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
test_a_long_conversation = PullRequest.TestCase
