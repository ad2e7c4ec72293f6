"""`migaudit applied`: from a database that Knex has migrated to a review that is judged by it."""

import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from tests.conformance.process import script
from tests.server.running import APPLIED, BASE_FILES

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = "environments: {production: {applied: reports}}\n"
SECOND = "migrations/20240102000000_teams.js"
LATER = "migrations/20240103000000_index.js"
CREATE_TEAMS = """exports.up = (knex) =>
  knex.schema.createTable('teams', (table) => {
    table.bigIncrements('id');
  });

exports.down = (knex) => knex.schema.dropTable('teams');
"""


def migaudit(*arguments, **environment):
    inherited = {name: value for name, value in os.environ.items() if "MIGAUDIT" not in name}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "applied", *arguments],
        cwd=ROOT,
        env={**inherited, **environment},
        check=False,
        capture_output=True,
        timeout=60,
        text=True,
    )


def push(database, *arguments, **environment):
    named = () if "--environment" in arguments else ("--environment", "production")
    return migaudit("push", *named, *arguments, DATABASE_URL=database, **environment)


@pytest.fixture
def migrated(production, tmp_path):
    """A database in which real Knex has run the repository's first migration."""
    folder = tmp_path / "checkout" / "migrations"
    folder.mkdir(parents=True)
    (folder / Path(APPLIED).name).write_text(BASE_FILES[APPLIED])
    with psycopg.connect(production) as connection:
        info = connection.info
        to = {"host": info.host, "user": info.user, "database": info.dbname}
    with script("migrate.js", to, [str(folder)]) as knex:
        knex.tell({"only": [Path(APPLIED).name]})
        assert "error" not in knex.hear()
    return production


@pytest.fixture
def recorded(production):
    """A database with a record such as Knex keeps it."""
    with psycopg.connect(production, autocommit=True) as connection:
        connection.execute("create table knex_migrations (id serial, name text, batch int)")
        connection.execute("insert into knex_migrations (name) values (%s)", [Path(APPLIED).name])
    return production


@pytest.fixture
def token(world):
    """The token that the operator of this migaudit issues for the repository."""
    told = migaudit("token", "acme/tickets", **variables(world))
    assert told.returncode == 0, told.stderr
    return told.stdout.strip()


def variables(world):
    return {
        "MIGAUDIT_APP_ID": str(world.app.id),
        "MIGAUDIT_PRIVATE_KEY": world.app.private_key,
        "MIGAUDIT_WEBHOOK_SECRET": world.app.webhook_secret,
        "MIGAUDIT_GITHUB_API_URL": world.github.api_url,
        "MIGAUDIT_DATABASE_URL": world.address,
    }


def test_a_review_is_judged_by_what_knex_has_run_in_production(world, token, migrated):
    files = {".github/migaudit.yml": CONFIGURATION, SECOND: CREATE_TEAMS}
    world.repository.commit("main", files)
    told = push(migrated, MIGAUDIT_URL=world.url, MIGAUDIT_TOKEN=token)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == "production: 1 applied, new to the server.\n"

    changed = CREATE_TEAMS.replace("teams", "groups")
    repair = world.open("repair", SECOND, changed)
    run = world.run(repair)
    assert run.conclusion == "success"
    assert "1 warning" in run.title
    assert "`migaudit applied push` just now" in run.summary
    assert "1 of the 2 migrations" in run.summary
    assert Path(SECOND).name in run.summary

    edit = world.open("edit", APPLIED, BASE_FILES[APPLIED].replace("users", "people"))
    run = world.run(edit)
    assert run.conclusion == "failure"
    assert "already applied in `production`" in run.summary


def test_to_push_twice_does_no_harm(world, token, recorded):
    for news in ("new to the server", "nothing new"):
        told = push(recorded, "--server", world.url, MIGAUDIT_TOKEN=token)
        assert told.stdout == f"production: 1 applied, {news}.\n"


def test_a_replaced_token_is_refused(world, token, recorded):
    assert migaudit("token", "acme/tickets", "--replace", **variables(world)).returncode == 0
    told = push(recorded, "--server", world.url, MIGAUDIT_TOKEN=token)
    assert told.returncode == 2
    assert "(401)" in told.stderr
    assert token not in told.stderr


def test_a_token_is_for_a_repository_that_has_the_app(world):
    world.github.create_repository("acme/elsewhere", files={"README.md": "x\n"})
    for name in ("acme/elsewhere", "acme/nothing"):
        told = migaudit("token", name, **variables(world))
        assert told.returncode == 2
        assert "not installed" in told.stderr
    assert migaudit("token", "tickets", **variables(world)).returncode == 2


def test_tables_have_the_names_that_the_knexfile_gives_them(production):
    with psycopg.connect(production, autocommit=True) as connection:
        connection.execute('create schema "Own"')
        connection.execute('create table "Own"."done; drop" (id serial, name text)')
        connection.execute("""insert into "Own"."done; drop" (name) values ('b'), ('a')""")
    told = push(production, "--dry-run", "--schema", "Own", "--table", "done; drop")
    assert told.stdout == "b\na\n"


def test_the_address_may_bring_a_search_path(production):
    with psycopg.connect(production, autocommit=True) as connection:
        connection.execute("create schema shop")
        connection.execute("create table shop.knex_migrations (id serial, name text)")
        connection.execute("insert into shop.knex_migrations (name) values ('a.js')")
    told = push(f"{production}&options=-csearch_path%3Dshop", "--dry-run")
    assert told.stdout == "a.js\n"


def test_reading_changes_nothing(production):
    """Not even where the table is a view that somebody made to do more."""
    with psycopg.connect(production, autocommit=True) as connection:
        connection.execute("create table seen (at timestamptz)")
        connection.execute(
            "create function look() returns text language sql volatile as "
            "$$insert into seen values (now()); select 'a.js'$$"
        )
        connection.execute("create view knex_migrations as select 1 as id, look() as name")
    told = push(production, "--dry-run")
    assert told.returncode == 2
    assert "read-only transaction" in told.stderr


def test_a_database_without_the_table_is_not_taken_for_an_empty_one(production):
    told = push(production, "--dry-run")
    assert told.returncode == 2
    assert "no table knex_migrations" in told.stderr


def test_addresses_are_understood_as_node_understands_them(recorded):
    address = recorded + "&ssl=false&pool_max=4&schema=public"
    told = push(address, "--dry-run")
    assert (told.returncode, told.stdout) == (0, f"{Path(APPLIED).name}\n")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ann:hunter2secret@127.0.0.1:1/shop",
        "postgresql://ann:hunter2secret@nowhere.invalid/shop",
        "postgresql://ann:hunter2secret@127.0.0.1:hunter2secret/shop",
        "postgresql://ann:hun%74er2secret@127.0.0.1:1/shop",
        "postgresql://ann:hunter2secret@more@127.0.0.1:1/shop",
        "postgresql://127.0.0.1:1/shop?user=ann&password=hunter2secret",
        "host=127.0.0.1 port=1 password=hunter2secret",
        "host=127.0.0.1 port=1 hunter2secret",
        "hunter2secret",
        "mysql://ann:hunter2secret@127.0.0.1/shop",
    ],
)
def test_an_address_is_never_repeated(address):
    told = push(address, "--dry-run")
    assert told.returncode == 2
    assert "cannot be read" in told.stderr or "DATABASE_URL is no address" in told.stderr
    assert "hunter2" not in told.stderr + told.stdout
    assert "Traceback" not in told.stderr


def test_what_is_missing_is_named(recorded):
    assert "DATABASE_URL" in migaudit("push", "--environment", "production").stderr
    assert "MIGAUDIT_TOKEN" in push(recorded, "--server", "http://127.0.0.1:1").stderr
    assert "MIGAUDIT_URL" in push(recorded, MIGAUDIT_TOKEN="x").stderr
    assert "--environment" in migaudit("push").stderr


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ("http://migaudit.example", "https://"),
        ("https:///path", "name a host"),
        ("file:///etc/passwd", "https://"),
        ("ftp://127.0.0.1/", "https://"),
        ("http://127.0.0.1:1", "cannot be reached"),
        ("http://[::1", "not one"),
    ],
)
def test_a_token_is_sent_to_the_server_and_nowhere_else(recorded, server, words):
    told = push(recorded, "--server", server, MIGAUDIT_TOKEN="migaudit_secret")
    assert told.returncode == 2
    assert words in told.stderr
    assert "migaudit_secret" not in told.stderr


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_server_cannot_send_the_token_on(recorded, status):
    seen = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append(self.path)
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - the library finds it by this name

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        Thread(target=server.serve_forever).start()
        try:
            address = f"http://127.0.0.1:{server.server_port}"
            told = push(recorded, "--server", address, MIGAUDIT_TOKEN="migaudit_secret")
        finally:
            server.shutdown()
    assert told.returncode == 2
    assert seen == ["/api/v1/applied"]


def test_a_token_with_a_line_break_is_told_without_it(recorded):
    told = push(recorded, "--server", "http://127.0.0.1:1", MIGAUDIT_TOKEN="a\nsecret")
    assert told.returncode == 2
    assert "secret" not in told.stderr


def test_the_server_s_own_words_reach_the_deploy_job(world, token, recorded):
    told = push(recorded, "--environment", "no/", "--server", world.url, MIGAUDIT_TOKEN=token)
    assert told.returncode == 2
    assert "(422)" in told.stderr
    assert "`environment`" in told.stderr


def test_nothing_secret_is_in_the_log_of_the_server(world, token, recorded, capfd):
    push(recorded, "--server", world.url, MIGAUDIT_TOKEN=token)
    push(recorded, "--server", world.url, MIGAUDIT_TOKEN=token + "x")
    out, err = capfd.readouterr()
    assert token not in out + err
    assert json.dumps(token) not in err
