"""The operations of GitHub's REST API that the stand-in answers."""

from tests.standin.routes import (
    apps,
    checks,
    comments,
    deployments,
    git_data,
    pulls,
    repositories,
    reviews,
)
from tests.standin.routing import Route

ROUTES: tuple[Route, ...] = (
    *apps.ROUTES,
    *repositories.ROUTES,
    *git_data.ROUTES,
    *pulls.ROUTES,
    *checks.ROUTES,
    *reviews.ROUTES,
    *comments.ROUTES,
    *deployments.ROUTES,
)
