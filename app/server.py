"""`migaudit serve`: the application, put together and started."""

import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from uuid import uuid4

import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi.concurrency import run_in_threadpool

from app import applied, audit_page, health, intake, logs, metrics, pages, setup_page
from app.audit_job import Bench
from app.audit_page import Visible
from app.audits import Audits, Ended
from app.credentials import Credentials, keep
from app.database import Database, DatabaseUnavailable, Head, PullKey
from app.environment import Environment, Misconfigured
from app.github import SHARED, GitHubApp, GitHubError, Registered, UnusableKey
from app.housekeeping import Housekeeping, Rounds
from app.jobs import Jobs, Pace
from app.kept import Cellar
from app.ledger import Ledger
from app.places import Places
from app.presence import Presence, presence
from app.report import MarkerKey
from app.reports import Reports
from app.sandbox import Limits, Sandbox
from app.shelf import Shelves
from app.upkeep_job import Upkeep
from app.work import AuditPull, EndGroup, Moved, Origin, Work
from app.worker import Worker

REQUEST_DRAIN_SECONDS = 5
"""How long requests that are being answered may take once the server was told to stop."""

_log = logs.logger(__name__)


@dataclass(frozen=True, slots=True)
class Tuning:
    """How fast and how much; only tests have other figures."""

    pace: Pace = field(default_factory=Pace)
    limits: Limits = field(default_factory=Limits)
    seconds_between_writes: float = 1.0
    rounds: Rounds = field(default_factory=Rounds)
    warm: bool = True


def serve(host: str, port: int) -> None:
    """Serves until it is told to stop. Raises `Misconfigured` where it can't begin.

    What the setup page has kept is served with at once.
    """
    logs.configure()
    while _serve(host, port):
        _log.info("set up, starting again")


def _serve(host: str, port: int) -> bool:
    """Whether it was set up meanwhile."""
    environment = Environment.read()
    application = create_app(environment, environment.public(host, port))
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=REQUEST_DRAIN_SECONDS,
    )
    _log.info("starting", host=host, port=port, set_up=application.state.is_set_up)
    server = uvicorn.Server(config)
    application.state.leave = partial(setattr, server, "should_exit", True)
    server.run()
    if application.state.unfinished:
        os._exit(0)  # Python would wait for threads whose jobs the next start resumes
    return bool(application.state.left)


def create_app(environment: Environment, public_url: str, tuning: Tuning | None = None) -> FastAPI:
    """The whole server as an application; it works from the start of its lifespan to the end."""
    credentials = environment.credentials()
    if credentials is None:
        return _setup_application(environment, public_url)
    try:
        machine = _Machine.built(environment, credentials, public_url, tuning or Tuning())
    except DatabaseUnavailable as error:
        raise Misconfigured(f"The database cannot be used: {error}.") from error
    except UnusableKey as error:
        raise Misconfigured(f"The App's private key cannot be used: {error}.") from error
    return _application(machine, credentials, environment.metrics())


@dataclass(frozen=True, slots=True)
class _Machine:
    """The parts that live as long as the server does."""

    database: Database
    github: GitHubApp
    public_url: str
    presence: Presence
    sandbox: Sandbox
    jobs: Jobs
    housekeeping: Housekeeping

    @classmethod
    def built(
        cls, environment: Environment, credentials: Credentials, public_url: str, tuning: Tuning
    ) -> "_Machine":
        database = Database(environment.database())
        sandbox = Sandbox(tuning.limits, warm=tuning.warm)
        cellar = Cellar(environment.data_dir)
        places = Places(tuning.pace.concurrency)
        github = GitHubApp(
            credentials.app_id,
            credentials.private_key,
            environment.github_api_url,
            seconds_between_writes=tuning.seconds_between_writes,
            kept=cellar.of,
            sleep=places.wait,
        )
        bench = Bench(
            lambda request, store: sandbox.audit(request, store=store),
            Shelves(environment.data_dir),
            Ledger(Reports(database)),
            public_url,
            github.web_url,
            _key(credentials),
            Audits(database),
        )
        us = presence(database)
        upkeep = Upkeep(github, database, bench, cellar)
        worker = Worker(github, database, bench, upkeep)
        jobs = Jobs(database.url, us.worker, worker, tuning.pace, places)
        housekeeping = Housekeeping(database, jobs, us, tuning.rounds)
        return cls(database, github, public_url, us, sandbox, jobs, housekeeping)

    def start(self) -> None:
        self.presence.hold()
        self.jobs.start()
        self.housekeeping.start()

    def stop(self) -> int:
        """How many jobs are still being worked on: their threads can't be stopped."""
        self.housekeeping.stop()
        unfinished = self.jobs.stop()
        self.sandbox.close()
        self.presence.release()
        self.database.close()
        return unfinished

    def store(self, delivery: str, work: Work) -> bool:
        """Stores the work before what it tells: were it lost between them, nobody would do it."""
        self.database.ping()
        new = self.jobs.submit(delivery, work)
        origin, now = work.origin, int(time.time())
        if isinstance(work, AuditPull) and work.head is not None:
            key = PullKey(origin.repository, work.number)
            self.database.learn_head(key, Head(work.head, work.updated_at), now)
        if isinstance(work, EndGroup):
            self.database.end_group(origin.repository, work.head, now)
        if isinstance(work, Moved) and origin.name.endswith(f"/{SHARED}"):
            self.github.forget_shared(origin.installation)
        return new

    def ledger_changed(self, owner: Origin, environment: str) -> None:
        """What was judged by the earlier report is audited again."""
        self.jobs.submit(f"applied-{uuid4()}", Moved(owner))

    def is_public(self, audit: Ended) -> bool:
        """Where GitHub does not say so, it is not."""
        try:
            repository = self.github.repository(audit.installation, audit.repository, audit.name)
            return repository.is_public()
        except GitHubError as error:
            _log.info("not shown", reason=str(error))
            return False

    def database_problem(self) -> str | None:
        try:
            self.database.ping()
        except DatabaseUnavailable as error:
            return logs.redacted(str(error))
        return None


def _application(machine: _Machine, credentials: Credentials, metrics_token: str | None) -> FastAPI:
    @asynccontextmanager
    async def lifespan(application: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(machine.start)
        _log.info("serving")
        yield
        application.state.unfinished = await run_in_threadpool(machine.stop)
        _log.info("stopped", unfinished=application.state.unfinished)

    application = _pages(metrics_token, lifespan=lifespan)
    application.state.is_set_up = True
    application.include_router(intake.router(credentials.webhook_secrets, machine.store))
    application.include_router(applied.router(Reports(machine.database), machine.ledger_changed))
    application.include_router(
        audit_page.router(
            Audits(machine.database),
            Visible(machine.is_public),
            machine.github.web_url,
            machine.public_url,
        )
    )
    standing = machine.github.standing
    probes = {
        "database": machine.database_problem,
        "key": standing.key_problem,
        "clock": standing.clock_problem,
    }
    application.include_router(health.router(probes))
    return application


def _setup_application(environment: Environment, public_url: str) -> FastAPI:
    """Without credentials: a page that gets them, and no work."""

    def kept(app: Registered) -> None:
        keep(environment.data_dir, app.id, app.private_key, app.webhook_secret)

    def done() -> None:
        application.state.left = True
        application.state.leave()

    setup = setup_page.Setup(public_url, environment.github_api_url, kept, done)
    application = _pages(environment.metrics(), first=setup_page.router(setup))
    setup.announce()
    application.state.is_set_up = False
    application.include_router(intake.setup_router())
    application.include_router(applied.setup_router())
    application.include_router(health.router({"credentials": lambda: "migaudit is not set up"}))
    return application


def _pages(
    metrics_token: str | None,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
    first: APIRouter | None = None,
) -> FastAPI:
    """What every server shows; `first` outranks it. `leave` has the server stop by itself."""
    application = FastAPI(
        title="migaudit", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan
    )
    application.state.unfinished = 0
    application.state.left = False
    application.state.leave = lambda: None
    if first is not None:
        application.include_router(first)
    application.include_router(metrics.router(metrics_token))
    application.include_router(pages.router)
    return application


def _key(credentials: Credentials) -> MarkerKey:
    return MarkerKey.derive(*(secret.decode() for secret in credentials.webhook_secrets))
