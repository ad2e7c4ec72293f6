"""The pages as people meet them: in a browser, light and dark, narrow and wide, by keyboard."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from analyzers.rules import catalogue
from app import pages
from tests.pages.browser import axe, browser

PATHS = ("/", "/rules", "/rules?q=index", "/rules?q=nothing+of+it", "/rules/non-concurrent-index")
SCHEMES = ("light", "dark")
WIDTHS = (320, 1280)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    application = FastAPI()
    application.include_router(pages.router)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(application, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as launched:
        yield launched


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page(viewport={"width": 1280, "height": 800})
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    opened.close()
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", PATHS)
def test_nothing_keeps_anybody_from_using_a_page(page, address, path, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address + path)
    assert violations(page) == []
    assert overflow(page) == 0


def test_every_rules_page_fits_a_phone(page, address):
    page.set_viewport_size({"width": 320, "height": 640})
    wide = []
    for rule in catalogue():
        page.goto(f"{address}/rules/{rule}")
        if overflow(page):
            wide.append(rule)
    assert wide == []


def test_the_whole_catalogue_fits_a_phone(page, address):
    """Nothing has to be scrolled to the side to read what a rule catches."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{address}/rules")
    hidden = "element => element.scrollWidth - element.clientWidth"
    assert page.locator(".scroll").evaluate(hidden) == 0


def test_unsafe_and_safe_stand_side_by_side_where_there_is_room(page, address):
    page.goto(f"{address}/rules/non-concurrent-index")
    unsafe, safe = (page.locator(".compared section").nth(index).bounding_box() for index in (0, 1))
    assert unsafe["y"] == safe["y"]
    assert unsafe["x"] + unsafe["width"] <= safe["x"]
    page.set_viewport_size({"width": 500, "height": 800})
    unsafe, safe = (page.locator(".compared section").nth(index).bounding_box() for index in (0, 1))
    assert unsafe["y"] + unsafe["height"] <= safe["y"]


def test_a_search_by_keyboard_finds_a_rule_and_leads_to_it(page, address):
    page.goto(f"{address}/rules")
    page.get_by_label("Search").focus()
    page.keyboard.type("concurrently drop index")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rules?q=concurrently+drop+index&severity=")
    assert page.get_by_label("Search").input_value() == "concurrently drop index"
    assert "rules" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="non-concurrent-index-drop").press("Enter")
    page.wait_for_url("**/rules/non-concurrent-index-drop")


def test_the_severity_narrows_the_catalogue(page, address):
    page.goto(f"{address}/rules")
    page.get_by_label("Severity").select_option("notice")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**severity=notice")
    severities = page.locator("tbody .severity").all_inner_texts()
    assert set(severities) == {"notice"}


def test_the_first_key_leads_past_the_navigation(page, address):
    page.goto(f"{address}/rules")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    assert skip.evaluate("link => link === document.activeElement")
    assert skip.bounding_box()["x"] >= 0


def violations(page: Page) -> list[str]:
    page.evaluate(axe())
    found = page.evaluate("axe.run()")["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


def overflow(page: Page) -> int:
    """How far one would have to scroll sideways, in pixels."""
    root = "document.documentElement"
    return page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
