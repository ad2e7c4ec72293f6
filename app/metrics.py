"""What the server counts, and the page on which Prometheus reads it."""

from hmac import compare_digest

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

DELIVERIES = Counter("migaudit_deliveries", "Deliveries by event and answer", ["event", "status"])
REPORTS = Counter("migaudit_reports", "Reports of what is applied, by answer", ["status"])
JOBS = Counter(
    "migaudit_jobs", "Jobs by what they were asked for and how they ended", ["work", "end"]
)
JOB_SECONDS = Histogram("migaudit_job_seconds", "How long a job took", ["work"])
FINDINGS = Counter("migaudit_findings", "Findings of all audits by rule", ["rule"])
GITHUB_CALLS = Counter(
    "migaudit_github_calls", "Calls to GitHub by method and status", ["method", "status"]
)
GITHUB_LEFT = Gauge(
    "migaudit_github_left",
    "Requests that GitHub's hourly limit leaves, by installation (0: the App itself)",
    ["installation", "resource"],
)
WAITING = Gauge("migaudit_jobs_waiting", "Jobs that could begin and wait, of all processes")
WAITING_SECONDS = Gauge(
    "migaudit_jobs_waiting_seconds", "How long ago the oldest job was asked for that could begin"
)
COMMENTS = Counter(
    "migaudit_comments",
    "Comments: said, refused by GitHub, closed, or not said again as they stand",
    ["end"],
)
RUNNING = Gauge("migaudit_jobs_running", "Jobs that this process works on now")


def router(token: str | None = None) -> APIRouter:
    """With a `token`, for those alone who send it: it names installations and what they do."""
    routes = APIRouter()
    wanted = f"Bearer {token}".encode()

    @routes.get("/metrics")
    def metrics(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if token is not None and not compare_digest(given, wanted):
            return Response("a token is needed", 401, {"WWW-Authenticate": "Bearer"})
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes
