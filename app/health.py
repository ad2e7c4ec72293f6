"""Liveness and readiness, for whoever restarts the server or sends it traffic."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse

Probe = Callable[[], str | None]
"""None: well. Else what is wrong, in words without secrets."""


def router(probes: Mapping[str, Probe]) -> APIRouter:
    """`/healthz`: the process answers. `/readyz`: every probe is well."""
    routes = APIRouter()

    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/readyz")
    def readyz() -> JSONResponse:
        problems = {name: probe() for name, probe in probes.items()}
        ready = not any(problems.values())
        checks = {name: problem or "ok" for name, problem in problems.items()}
        status = 200 if ready else 503
        return JSONResponse({"status": "ok" if ready else "unready", **checks}, status)

    return routes
