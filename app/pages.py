"""The pages that a browser sees: the home page and the catalogue of rules."""

from functools import cache
from pathlib import Path
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Request
from fastapi import Query as Parameter
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt

from analyzers.findings import Severity
from analyzers.rules import catalogue
from analyzers.settings import NEWEST_POSTGRES, OLDEST_POSTGRES
from app.rule_page import matches, sections_of

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

Query: TypeAlias = Annotated[str, Parameter(max_length=100)]

COMPARED = ("Unsafe", "Safe")
"""Sections that stand side by side where there is room."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@router.get("/")
def home(request: Request) -> HTMLResponse:
    return page(request, "home.html", rules=catalogue())


@router.get("/rules")
def list_rules(request: Request, q: Query = "", severity: Query = "") -> HTMLResponse:
    """The catalogue, or what of it holds all words of `q` and has that `severity`."""
    found = [
        rule
        for rule in catalogue().values()
        if matches(rule, q) and severity in ("", rule.severity.value)
    ]
    return page(
        request,
        "rules.html",
        found=found,
        total=len(catalogue()),
        query=q,
        severity=severity,
        severities=[each.value for each in reversed(Severity)],
    )


@router.get("/rules/{name}")
def show_rule(request: Request, name: str) -> HTMLResponse:
    rule = catalogue().get(name)
    if rule is None:
        return page(request, "missing.html", status=404)
    opening, sections = sections_of(rule)
    return page(
        request,
        "rule.html",
        rule=rule,
        opening=html_of(opening),
        parts=[(section.heading, html_of(section.body)) for section in sections],
        compared=COMPARED,
        oldest=OLDEST_POSTGRES,
        newest=NEWEST_POSTGRES,
    )


def page(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    root = request.scope.get("root_path", "")
    content = templates().get_template(template).render(root=root, **values)
    return HTMLResponse(content, status, HEADERS)


def html_of(markdown: str) -> str:
    """A part of a rule's page as HTML; HTML within it is shown as text."""
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table")
    html: str = renderer.render(markdown)
    return html.replace("<pre>", '<pre tabindex="0">')  # keyboards have to scroll it, too


@cache
def templates() -> Environment:
    here = Path(__file__).parent
    # A wheel carries the templates inside the package; in a checkout they lie beside it.
    folders = [here / "templates", here.parent / "templates"]
    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
