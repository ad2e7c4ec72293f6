"""The pages that a browser sees: the home page and the catalogue of rules."""

from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt

from analyzers.rules import Rule, catalogue
from app.rule_page import markdown_of

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@router.get("/")
def home(request: Request) -> HTMLResponse:
    return page(request, "home.html", rules=catalogue())


@router.get("/rules")
def list_rules(request: Request) -> HTMLResponse:
    return page(request, "rules.html", rules=catalogue())


@router.get("/rules/{name}")
def show_rule(request: Request, name: str) -> HTMLResponse:
    rule = catalogue().get(name)
    if rule is None:
        return page(request, "missing.html", status=404)
    return page(request, "rule.html", rule=rule, body=html_of(rule))


def page(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    root = request.scope.get("root_path", "")
    content = templates().get_template(template).render(root=root, **values)
    return HTMLResponse(content, status, HEADERS)


def html_of(rule: Rule) -> str:
    """The rule's page as HTML; HTML within it is shown as text."""
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table")
    html: str = renderer.render(markdown_of(rule))
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
