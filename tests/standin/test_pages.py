"""The pages: comments in their places, and nothing live that shouldn't be."""

import httpx
import pytest

from tests.standin.client import BASE
from tests.standin.pages.markdown import render


@pytest.fixture
def pull(repository):
    changed = BASE.replace("line 20\n", "changed <b>\n")
    return repository.open_pull("edit", {"a.txt": changed}, title="Change <line> 20")


def page(address):
    answer = httpx.get(address, trust_env=False)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    return answer


def test_a_comment_stands_below_its_line(pull):
    pull.review_comment("**look** here", "a.txt", 20)
    text = page(pull.page).text
    assert text.index("changed &lt;b&gt;") < text.index("<strong>look</strong> here")
    assert text.index("<strong>look</strong> here") < text.index("line 21")
    assert "Change &lt;line&gt; 20" in text


def test_a_suggestion_shows_what_it_replaces(pull):
    pull.review_comment("```suggestion\nbetter\n```", "a.txt", 20)
    text = page(pull.page).text
    assert '<div class="minus">- changed &lt;b&gt;</div>' in text
    assert '<div class="plus">+ better</div>' in text


def test_outdated_resolved_and_minimized_comments_say_so(pull):
    first = pull.review_comment("first", "a.txt", 20)
    pull.review_comment("second", "a.txt", 21).minimized = "outdated"
    first.thread.resolve("eve")
    pull.push({"a.txt": BASE.replace("line 20\n", "again\n")})
    text = page(pull.page).text
    assert "Resolved by eve" in text
    assert '<span class="label">outdated</span>' in text
    assert "this comment was marked as outdated" in text


def test_a_check_is_shown_with_its_verdict_and_has_a_page(client, pull):
    note = {
        "path": "a.txt",
        "start_line": 20,
        "end_line": 20,
        "annotation_level": "failure",
        "message": "No <good>",
    }
    output = {"title": "1 error", "summary": "| a |\n|-|\n| b |", "annotations": [note]}
    body = {"name": "migaudit", "head_sha": pull.head_sha, "conclusion": "failure"}
    client.post("~/check-runs", json=body | {"output": output})
    text = page(pull.page).text
    assert "Some checks were not successful" in text
    assert "<td>b</td>" in text
    run = page(pull.check_run().page).text
    assert "No &lt;good&gt;" in run
    assert "a.txt:20" in run


def test_a_file_has_a_page_with_an_address_for_each_line(repository, pull):
    text = page(f"{repository.page}/blob/{pull.head_sha}/a.txt").text
    assert 'id="L20"' in text
    assert "changed &lt;b&gt;" in text
    assert page(f"{repository.page}/blob/{pull.head_sha}/absent").status_code == 404


def test_the_list_names_every_pull_request(repository, pull):
    other = repository.open_pull("other", {"b": "1"}, title="Another one")
    other.merge()
    text = page(repository.page).text
    assert text.index("Another one") < text.index("Change &lt;line&gt; 20")
    assert "Merged" in text


def test_what_is_not_there_is_not_found(repository, github):
    assert page(f"{repository.page}/pull/7").status_code == 404
    assert page(f"{github.url}/no/where").status_code == 404
    assert page(github.url).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src="http://evil.example/x">',
        '<a href="http://evil.example">x</a>',
        '<details onclick="x">',
        "<style>*{}</style>",
    ],
)
def test_no_other_element_comes_through(text):
    assert text not in render(text)
    assert "&lt;" in render(text)


def test_details_come_through_and_comments_vanish():
    shown = render("<details><summary>More</summary>\n\n*text*\n\n</details>\n\n<!-- marker -->")
    assert shown.startswith("<details><summary>More</summary>")
    assert "<em>text</em>" in shown
    assert "marker" not in shown


def test_what_github_would_make_live_is_seen_to_be_live():
    assert '<a class="mention"' in render("thanks @eve")
    assert '<a class="issue"' in render("see #7")
    assert '<a class="url"' in render("https://evil.example/x")
    assert "<a" not in render("`@eve #7 https://evil.example`")
