"""What the server counts, and the page on which Prometheus reads it."""

from fastapi import APIRouter, Response
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
WAITING = Gauge("migaudit_jobs_waiting", "Jobs that wait, of all processes")
RUNNING = Gauge("migaudit_jobs_running", "Jobs that this process works on now")


def router() -> APIRouter:
    routes = APIRouter()

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes
