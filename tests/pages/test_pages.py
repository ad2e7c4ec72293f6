"""What a browser gets: the home page, the catalogue, and a page for each rule."""

import asyncio
import re
from html.parser import HTMLParser

import httpx
import pytest
from fastapi import FastAPI

from analyzers.findings import Severity
from analyzers.rules import Rule, catalogue
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

    VOID = ("meta", "link", "br", "hr", "img")

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
    assert page.headings == [1, 2, 2, 2]
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
    rule = Rule("rules.sample", "Title\n\nA <script>alert(1)</script>.", severity=Severity.ERROR)
    assert "<script>" not in pages.html_of(rule)


def test_pages_load_nothing_and_run_nothing():
    answer = get("/rules")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script" not in answer.text
    assert not re.findall(r'(?:src|href)="https?://', re.sub(r"<a .*?>", "", answer.text))
