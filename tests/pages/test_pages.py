"""What a browser gets: the home page, the catalogue, and a page for each rule."""

import asyncio
import re
from html.parser import HTMLParser

import httpx
import pytest
from fastapi import FastAPI

from analyzers.rules import catalogue
from app import pages


def get(path):
    application = FastAPI()
    application.include_router(pages.router)

    async def answer():
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://migaudit") as client:
            return await client.get(path)

    return asyncio.run(answer())


class Outline(HTMLParser):
    """Holds that tags are balanced, and gathers headings, links and text."""

    VOID = ("meta", "link", "br", "hr", "img", "input")

    def __init__(self, html):
        super().__init__()
        self.open = []
        self.headings = []
        self.links = []
        self.text = ""
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "a":
            self.links.append(dict(attributes)["href"])
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_home_page_says_what_this_is_and_leads_to_the_rules():
    page = Outline(get("/").text)
    assert "Knex.js" in page.text
    assert "/rules" in page.links


def test_the_catalogue_leads_to_every_rule_and_says_its_severity():
    page = Outline(get("/rules").text)
    for rule in catalogue().values():
        assert f"/rules/{rule.id}" in page.links
        assert rule.title in page.text


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in catalogue().values()])
def test_a_rules_page_is_its_docstring(rule):
    answer = get(f"/rules/{rule.id}")
    page = Outline(answer.text)
    assert answer.status_code == 200
    assert rule.title in page.text
    assert all(heading in page.text for heading in ("Unsafe", "Safe", "When it is fine"))
    assert page.headings == [1, 2, 2, 2, 2, 2]
    assert "PostgreSQL 10 to 18" in page.text
    assert "expect:" not in page.text
    assert "```" not in page.text


def test_examples_say_what_is_wrong_and_which_file_they_are():
    page = Outline(get("/rules/applied-migration-modified").text)
    assert "// ✗ applied-migration-modified" in page.text
    assert "20240102000000_create_users.js, on the base branch:" in page.text


def test_an_unknown_rule_is_not_found_and_not_echoed():
    answer = get("/rules/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert answer.status_code == 404
    assert "alert" not in answer.text


def test_html_within_a_page_is_text():
    assert "<script>" not in pages.html_of("A <script>alert(1)</script>.")


@pytest.mark.parametrize("rule", catalogue().values(), ids=catalogue())
def test_every_rule_says_how_to_suppress_it(rule):
    text = Outline(get(f"/rules/{rule.id}").text).text
    assert (f"migaudit-disable-next-line {rule.id} -- " in text) == rule.suppressible
    assert (f"/migaudit override {rule.id} -- " in text) != rule.suppressible


@pytest.mark.parametrize(
    ("query", "found", "left_out"),
    [
        ("?q=concurrently", "non-concurrent-index", "drop-table"),
        ("?q=DROP+table", "drop-table", "prefer-jsonb"),
        ("?severity=notice", "undescriptive-migration-name", "drop-table"),
        ("?q=index&severity=error", "non-concurrent-index", "unindexed-foreign-key"),
    ],
)
def test_the_catalogue_can_be_searched(query, found, left_out):
    page = Outline(get(f"/rules{query}").text)
    assert f"/rules/{found}" in page.links
    assert f"/rules/{left_out}" not in page.links
    assert f"of {len(catalogue())} rules" in page.text


def test_a_search_without_results_says_so_and_shows_what_was_asked_as_text():
    answer = get("/rules?q=%22%3E%3Cscript%3Ealert(1)")
    assert "No rule has all of these words." in answer.text
    assert "<script" not in answer.text
    assert get(f"/rules?q={'x' * 101}").status_code == 422


def test_pages_load_nothing_and_run_nothing():
    answer = get("/rules")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script" not in answer.text
    assert not re.findall(r'(?:src|href)="https?://', re.sub(r"<a .*?>", "", answer.text))
