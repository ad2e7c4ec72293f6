"""Whatever people, GitHub and the machine do: left in peace, everything is as it should be.

A short run is part of the suite; `--steps 2000` makes it as long as one likes.
"""

import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from analyzers.audit import audit
from app import moved_job, upkeep_job
from app.audit_job import Bench, judge_pull
from app.audits import Audits
from app.database import Database
from app.github import GitHubApp
from app.housekeeping import Rounds
from app.ledger import Ledger
from app.report import MarkerKey, report
from app.reports import Reports
from app.shelf import Shelves
from tests.server.running import CREATE_TABLE, DROP_TABLE, TUNING, World
from tests.standin import Fault

QUIET_SECONDS = 90.0
PEOPLE = ("ann", "bob", "carol")
STRANGER = "carol"
"""Has a fork, and no access."""

FAULTS = [
    Fault("POST", "/graphql", 502, contains="query Look"),
    Fault("GET", "*/compare/*", reset=True),
    Fault("POST", "*/check-runs", 502, after=True),
    Fault("POST", "*/check-runs", 502),
    Fault("PATCH", "*/check-runs/*", 502, after=True),
    Fault("PATCH", "*/check-runs/*", reset=True, after=True),
    Fault("POST", "*/reviews", 502, after=True),
    Fault("POST", "*/reviews", reset=True, after=True),
    Fault("POST", "/graphql", 502, contains="mutation", after=True),
    Fault("POST", "/graphql", 502, contains="mutation"),
    Fault("POST", "*/access_tokens", 502),
    Fault.secondary_limit("GET", "*/compare/*", retry_after=1),
    Fault.secondary_limit("POST", "*/reviews", retry_after=1, status=429),
]
TEXTS = {
    "safe": CREATE_TABLE.replace("'tags'", "'t{0}'"),
    "drop": DROP_TABLE.replace("'users'", "'users'"),
    "both": DROP_TABLE.replace(
        "await knex.schema.dropTable('users');",
        "await knex.schema.dropTable('users');\n  await knex.schema.table('t', (x) => "
        "x.dropColumn('a'));",
    ),
    "docs": None,
}


class Reviewer(RuleBasedStateMachine):
    """A repository in which a lot happens."""

    primed: Path

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        database = self.folder / "migaudit.sqlite"
        shutil.copy(self.primed, database)
        rounds = Rounds(seconds=0.3, redeliver=2.0, sweep=4.0)
        tuning = replace(TUNING, rounds=rounds)
        self.world = World(self.folder, f"sqlite:///{database}", tuning=tuning)
        self.world.__enter__()
        self.world.github.user(STRANGER)
        self.world.repository.fork(STRANGER)
        self.number = 0
        self.pulls = []
        self.spoken = {}
        self.theirs = set()

    @property
    def open(self):
        return [pull for pull in self.pulls if pull.state == "open"]

    def files(self, kind):
        """A change of its kind; each makes a table and a name of its own."""
        self.number += 1
        if TEXTS[kind] is None:
            return {f"docs/{self.number}.md": "text\n"}
        path = f"migrations/2024{self.number:010}_x.js"
        return {path: TEXTS[kind].replace("{0}", str(self.number))}

    @rule(kind=st.sampled_from(sorted(TEXTS)), draft=st.booleans(), by=st.sampled_from(PEOPLE))
    def somebody_opens(self, kind, draft, by):
        if len(self.open) < 4:
            name = f"branch-{self.number}"
            name = f"{STRANGER}:{name}" if by == STRANGER else name
            files = self.files(kind)
            self.pulls.append(self.world.repository.open_pull(name, files, draft=draft, by=by))

    def any_pull(self, index):
        return self.open[index % len(self.open)]

    @precondition(lambda self: self.open)
    @rule(index=st.integers(0, 9), kind=st.sampled_from(sorted(TEXTS)))
    def somebody_pushes(self, index, kind):
        self.any_pull(index).push(self.files(kind))

    @precondition(lambda self: self.open)
    @rule(index=st.integers(0, 9))
    def somebody_moves_lines(self, index):
        pull = self.any_pull(index)
        for change in pull.changes:
            if change.path.startswith("migrations/"):
                content = self.world.repository.git.read(f"{pull.head_sha}:{change.path}").content
                pull.push({change.path: b"// one more line\n" + content})
                return

    @precondition(lambda self: self.open)
    @rule(index=st.integers(0, 9), kind=st.sampled_from(sorted(TEXTS)))
    def somebody_begins_anew(self, index, kind):
        pull = self.any_pull(index)
        pull.force_push(self.files(kind), start=self.world.repository.branch_sha("main"))

    @rule(kind=st.sampled_from(["safe", "docs"]))
    def the_base_moves(self, kind):
        self.world.repository.push("main", self.files(kind))

    @precondition(lambda self: self.open)
    @rule(index=st.integers(0, 9))
    def somebody_merges(self, index):
        self.any_pull(index).merge()

    @precondition(lambda self: self.open)
    @rule(index=st.integers(0, 9), merged=st.booleans())
    def the_queue_takes_one(self, index, merged):
        group = self.world.repository.queue(self.any_pull(index))
        group.merge() if merged else group.destroy("dequeued")

    @precondition(lambda self: self.open)
    @rule(index=st.integers(0, 9), body=st.sampled_from(["LGTM", "/migaudit recheck", "why?"]))
    def somebody_comments(self, index, body):
        pull = self.any_pull(index)
        self.spoken[pull.comment(body, by="ann").id] = body

    @precondition(lambda self: self.open)
    @rule(index=st.integers(0, 9), resolve=st.booleans())
    def somebody_talks_to_us(self, index, resolve):
        for thread in self.any_pull(index).threads[:1]:
            if resolve and not thread.is_resolved:
                thread.resolve("bob")
                self.theirs.add(thread.node_id)
            elif not resolve:
                self.spoken[thread.reply("is that so?", by="bob").id] = "is that so?"

    @precondition(lambda self: self.open)
    @rule(index=st.integers(0, 9))
    def somebody_presses_the_button(self, index):
        run = self.any_pull(index).check_run()
        if run is not None:
            run.rerequest()

    @precondition(lambda self: self.open)
    @rule(index=st.integers(0, 9))
    def somebody_closes_and_opens_again(self, index):
        pull = self.any_pull(index)
        pull.close()
        pull.reopen()

    @rule(how=st.sampled_from(["lose", "double", "delay"]))
    def a_delivery_goes_astray(self, how):
        webhooks = self.world.github.webhooks
        if how == "delay":
            webhooks.delay(0.5, "pull_request")
        else:
            getattr(webhooks, how)("pull_request")

    @rule(index=st.integers(0, len(FAULTS) - 1))
    def github_fails(self, index):
        self.world.github.faults.clear()
        self.world.github.faults.add(replace(FAULTS[index], seen=0, fired=0))

    @rule()
    def time_passes(self):
        time.sleep(0.5)

    @rule()
    def the_server_starts_again(self):
        self.world.stop()
        self.world.start()

    def teardown(self):
        try:
            self.world.github.faults.clear()
            self.in_peace()
            self.world.github.assert_clean()
        finally:
            self.world.stop()
            self.world.github.stop()
            shutil.rmtree(self.folder, ignore_errors=True)

    def in_peace(self):
        """Fails where the world doesn't come to rest as it should be."""
        deadline = time.monotonic() + QUIET_SECONDS
        while wrong := self.wrong():
            assert time.monotonic() < deadline, wrong
            time.sleep(1.0)

    def wrong(self):
        world = self.world
        runs = [run for suite in world.repository.check_suites for run in suite.runs]
        wrong = [f"{r.head_sha} is {r.status}" for r in runs if r.status != "completed"]
        wrong += [what for pull in self.open for what in self.wrong_with(pull)]
        there = {c.id: c.body for p in self.pulls for c in (*p.issue_comments, *p.review_comments)}
        wrong += [
            f"{body!r} is {there.get(number, 'gone')!r}"
            for number, body in self.spoken.items()
            if there.get(number) != body
        ]
        threads = [t for p in self.pulls for t in p.threads if t.node_id in self.theirs]
        wrong += [f"{t.node_id} was opened again" for t in threads if not t.is_resolved]
        return wrong

    def wrong_with(self, pull):
        """A new look at it, by one who knows nothing of before, has nothing to say or to close."""
        run = pull.check_run()
        if run is None or run.status != "completed":
            yield f"#{pull.number} has no completed run"
            return
        world = self.world
        ours = GitHubApp(
            world.app.id, world.app.private_key, world.github.api_url, seconds_between_writes=0
        )
        repository = ours.repository(world.installation.id, world.repository.id, "acme/tickets")
        database = Database(world.address)
        bench = Bench(
            lambda request, store: audit(request),
            Shelves(self.folder / "nothing"),
            Ledger(Reports(database)),
            world.url,
            world.github.url,
            MarkerKey.derive(world.app.webhook_secret),
            Audits(database),
        )
        look = repository.look(pull.number, "migaudit")
        judged = judge_pull(bench, repository, look)
        database.close()
        said = report(
            bench.subject(repository, pull.number, look.head.sha),
            judged.audit,
            fail_on=judged.audit.settings.fail_on,
            files=judged.files,
            threads=look.threads,
            key=bench.key,
        )
        conclusion = said.check().conclusion.value
        if run.conclusion != conclusion:
            yield f"#{pull.number} is {run.conclusion}, and should be {conclusion}"
        talk = said.conversation
        if talk.inline or talk.files:
            yield f"#{pull.number} lacks {[c.path for c in (*talk.inline, *talk.files)]}"
        if talk.closings:
            yield f"#{pull.number} still says {[c.thread.path for c in talk.closings]}"


def test_left_in_peace_everything_is_as_it_should_be(primed_sqlite, monkeypatch, pytestconfig):
    monkeypatch.setattr(moved_job, "SPREAD_SECONDS", 0.1)
    monkeypatch.setattr(upkeep_job, "SETTLED_SECONDS", 0)
    monkeypatch.setattr(upkeep_job, "SPREAD_SECONDS", 0.1)
    steps = pytestconfig.getoption("steps")
    kind = type("Primed", (Reviewer,), {"primed": primed_sqlite})
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=max(1, steps // 100),
            stateful_step_count=min(steps, 100),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
            database=None,
            derandomize=steps < 100,
        ),
    )
