"""What the server knows of heads."""

from contextlib import closing

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from app.audits import Audits, Ended
from app.database import Database, DatabaseUnavailable, Head, PullKey
from app.notes import About, Notes

PULL = PullKey(7, 12)


@pytest.fixture
def database(address):
    opened = Database(address)
    yield opened
    opened.close()


def test_a_later_head_replaces_an_earlier_one(database):
    database.learn_head(PULL, Head("a", 1), now=1)
    database.learn_head(PULL, Head("b", 2), now=1)
    assert database.newest_head(PULL) == Head("b", 2)


def test_an_earlier_head_that_arrives_late_changes_nothing(database):
    database.learn_head(PULL, Head("b", 2), now=1)
    database.learn_head(PULL, Head("a", 1), now=1)
    assert database.newest_head(PULL) == Head("b", 2)


def test_pull_requests_are_kept_apart(database):
    database.learn_head(PULL, Head("a", 5), now=1)
    assert database.newest_head(PullKey(7, 13)) is None
    assert database.newest_head(PullKey(8, 12)) is None


def test_a_commit_leads_to_the_pull_requests_that_it_heads(database):
    for number, sha in ((3, "a"), (1, "a"), (2, "b")):
        database.learn_head(PullKey(7, number), Head(sha, 1), now=1)
    database.learn_head(PullKey(8, 9), Head("a", 1), now=1)
    assert database.pulls_with_head(7, "a") == (1, 3)


def test_notes_on_pull_requests_are_those_of_all_servers_and_are_forgotten(address, database):
    now = 100.0
    notes = Notes(database, 7, lambda: now)
    notes.put(About.PUSH, {12: "a", 13: "b"})
    notes.put(About.PUSH, {12: "c"})
    Notes(database, 8).put(About.PUSH, {12: "d"})
    with closing(Database(address)) as other:
        elsewhere = Notes(other, 7)
        assert elsewhere.all(About.PUSH) == {12: "c", 13: "b"}
        assert (elsewhere.get(12, About.PUSH), elsewhere.get(12, About.QUIET)) == ("c", None)
    database.forget_heads(before=150)
    assert notes.all(About.PUSH) == {}
    database.forget_repository(8)
    assert Notes(database, 8).all(About.PUSH) == {}


def test_what_nobody_spoke_of_for_long_is_forgotten(database):
    database.learn_head(PULL, Head("a", 1), now=100)
    database.learn_head(PullKey(7, 13), Head("b", 1), now=200)
    assert database.forget_heads(before=150) == 1
    assert database.newest_head(PULL) is None
    assert database.newest_head(PullKey(7, 13)) is not None


def test_an_older_release_s_database_keeps_what_it_holds(address):
    """Each step of its schema, back to the first and up again."""
    with closing(Database(address)) as database:
        database.learn_head(PULL, Head("a", 1), now=1)
    engine = create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
    config = Config()
    config.set_main_option("script_location", "app:schema")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    engine.dispose()
    with closing(Database(address)) as database:
        assert database.newest_head(PULL) == Head("a", 1)
        assert database.overridden(7) == {}


def test_an_audit_has_a_page_for_so_long_and_no_longer(database):
    now = 1_000_000.0
    audits = Audits(database, lambda: now)
    kept = Ended(5, 7, "acme/tickets", 12, "a" * 40, "success", "No problems found", "", "")
    audits.keep("12:x", kept)
    audits.forget(now)
    assert audits.find("12:x") == kept
    audits.forget(now + 1)
    assert audits.find("12:x") is None


def test_opening_it_again_keeps_what_is_there(address):
    first = Database(address)
    first.learn_head(PULL, Head("a", 1), now=1)
    first.close()
    second = Database(address)
    assert second.newest_head(PULL) == Head("a", 1)
    second.close()


@pytest.mark.parametrize(
    "wrong",
    [
        "nonsense",
        "postgresql://ann:s3cret@127.0.0.1:1/none",
        "sqlite:////nowhere/at/all/x.sqlite",
        "oracle://x",
    ],
)
def test_an_unusable_address_is_told_without_its_password(wrong):
    with pytest.raises(DatabaseUnavailable) as told:
        Database(wrong)
    assert "s3cret" not in str(told.value)
