"""`migaudit check --format markdown`: the report for a comment or a page."""

import pytest
from markdown_it import MarkdownIt

FILE = "migrations/20240102000000_drop.js"
LONGEST_COMMENT = 65_536


@pytest.fixture
def told(repository, migaudit):
    def run(source, path=FILE, code=1, **environment):
        repository.write(path, source)
        ran = migaudit("check", "--format", "markdown", **environment)
        assert (ran.code, ran.errors) == (code, "")
        return ran.output

    return run


def links(markdown):
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(markdown):
        for part in token.children or []:
            if part.type in ("link_open", "image"):
                yield part.attrs.get("href") or part.attrs["src"]


DROP = """\
exports.up = (knex) => knex.schema.dropTable('users');
exports.down = (knex) =>
  knex.schema.createTable('users', (table) => { table.bigIncrements('id'); });
"""


CREATE = """\
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => { table.bigIncrements('id'); });
exports.down = (knex) => knex.schema.dropTable('users');
"""


def test_it_begins_with_the_verdict_and_names_the_place(told):
    output = told(DROP)
    assert output.startswith("**1 error")
    assert "### Errors" in output
    assert f"`drop-table` · `{FILE}`, line 1" in output


def test_it_links_nothing_that_is_not_known(told):
    assert list(links(told(DROP))) == []


def test_in_a_job_it_links_lines_and_rules(told):
    output = told(
        DROP,
        GITHUB_REPOSITORY="octo/shop",
        GITHUB_SHA="c0ffee",
        MIGAUDIT_PUBLIC_URL="https://migaudit.example.com",
    )
    found = set(links(output))
    assert f"https://github.com/octo/shop/blob/c0ffee/{FILE}#L1" in found
    assert "https://migaudit.example.com/rules/drop-table" in found


def test_a_safe_migration_is_one_sentence_and_its_statements(told):
    output = told(CREATE, code=0)
    assert output.startswith("No problems found in 1 new migration.")


def test_nothing_of_a_migration_is_live(told):
    output = told(
        "exports.up = (knex) =>"
        " knex.schema.dropTable('@octocat <img src=x> [a](https://evil.example) | #1 \\u202e');\n"
        "exports.down = async () => {};\n"
    )
    assert list(links(output)) == []
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(output)
    assert "html_block" not in {token.type for token in tokens}
    texts = [p.content for t in tokens for p in t.children or [] if p.type == "text"]
    assert not any("@octocat" in text or "#1" in text for text in texts)
    assert all(character.isprintable() or character == "\n" for character in output)


def test_it_fits_into_a_comment(told):
    drops = "\n".join(f"  await knex.schema.dropTable('t{n}_{'x' * 50}');" for n in range(300))
    output = told(
        f"exports.up = async (knex) => {{\n{drops}\n}};\nexports.down = async () => {{}};\n"
    )
    assert len(output) <= LONGEST_COMMENT
    assert "more findings: `migaudit check` tells all." in output
