"""A file as it is in one commit, with an address for each of its lines."""

from tests.standin.pages.highlight import code, language_of
from tests.standin.pages.layout import document, trail
from tests.standin.pages.markup import Html, el
from tests.standin.repository import Repository


def blob_page(repository: Repository, ref: str, path: str) -> Html | None:
    sha = repository.git.commit_sha(ref)
    found = repository.git.read(f"{sha}:{path}") if sha else None
    if found is None or found.kind != "blob":
        return None
    lines = found.content.decode(errors="replace").removesuffix("\n").split("\n")
    language = language_of(path)
    rows = [_row(number, line, language) for number, line in enumerate(lines, 1)]
    return document(
        f"{path} · {repository.full_name}",
        trail((repository.full_name, repository.page)),
        el("h1", path, " ", el("span.faint", ref[:7])),
        el("div.file", el("table.diff.blob", el("tbody", *rows))),
    )


def _row(number: int, line: str, language: str) -> Html:
    return el(
        "tr.same",
        el("td.number", str(number)),
        el("td.code", el("code", code(line, language))),
        id=f"L{number}",
    )
