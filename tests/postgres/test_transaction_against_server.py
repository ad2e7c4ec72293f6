"""Settings and locks of a session, statement by statement, as a server has them."""

import psycopg
import pytest

from analyzers.postgres.effects import effects
from analyzers.postgres.operations import Name
from analyzers.postgres.replay import apply
from analyzers.postgres.schema import Schema
from analyzers.postgres.transaction import Transaction
from tests.postgres.replaying import after, operations
from tests.postgres.server import running_server

TABLES = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a int)"
RELATIONS = ("p", "t", "u")
OFF = "0"

SCRIPTS = {
    "local": "BEGIN; SET LOCAL lock_timeout = 7; COMMIT",
    "of the session": "BEGIN; SET lock_timeout = 7; COMMIT",
    "of the session, undone": "BEGIN; SET lock_timeout = 7; ROLLBACK",
    "local over the session's": "SET lock_timeout = 5; BEGIN; SET LOCAL lock_timeout = 7; COMMIT",
    "the session's over local": "BEGIN; SET LOCAL lock_timeout = 7; SET lock_timeout = 5; COMMIT",
    "local and back": "BEGIN; SET lock_timeout = 5; SET LOCAL lock_timeout TO DEFAULT; COMMIT",
    "reset over local": "BEGIN; SET LOCAL lock_timeout = 7; RESET lock_timeout; COMMIT",
    "reset all": "SET lock_timeout = 5; BEGIN; SET LOCAL lock_timeout = 7; RESET ALL; COMMIT",
    "set_config": "BEGIN; SELECT set_config('lock_timeout', '7', true); COMMIT",
    "local in a savepoint": "BEGIN; SAVEPOINT a; SET LOCAL lock_timeout = 7; RELEASE a; SELECT 1; "
    "COMMIT",
    "undone with a savepoint": "BEGIN; SET LOCAL lock_timeout = 5; SAVEPOINT a; "
    "SET lock_timeout = 7; ROLLBACK TO a; COMMIT",
    "locks": "BEGIN; LOCK TABLE t IN SHARE MODE; UPDATE t SET a = 1; COMMIT",
    "locks given back": "BEGIN; LOCK TABLE p; SAVEPOINT a; LOCK TABLE t; SAVEPOINT b; "
    "LOCK TABLE t IN SHARE MODE; ROLLBACK TO b; ROLLBACK TO a; COMMIT",
    "locks of a released savepoint": "BEGIN; SAVEPOINT a; LOCK TABLE t; RELEASE a; COMMIT",
    "one name twice": "BEGIN; SAVEPOINT a; LOCK TABLE t; SAVEPOINT a; LOCK TABLE p; "
    "ROLLBACK TO a; RELEASE a; ROLLBACK TO a; COMMIT",
    "locks of what is renamed since": "BEGIN; LOCK TABLE t IN SHARE MODE; "
    "ALTER TABLE t RENAME TO u; ALTER TABLE p RENAME TO t; ROLLBACK",
    "a transaction within": "BEGIN; LOCK TABLE t; BEGIN; COMMIT",
}


@pytest.fixture(scope="module")
def session():
    with running_server() as address, psycopg.connect(address, autocommit=True) as connection:
        connection.execute(TABLES)
        yield connection


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_session_is_what_it_is_on_a_server_after_each_statement(script, session):
    session.execute("RESET ALL")
    schema: Schema = after(TABLES).settled()
    state = Transaction.none()
    for statement in script.split("; "):
        session.execute(statement)
        for operation in operations(statement):
            state = state.advance(operation, effects(operation, schema, state, 15))
            schema = apply(schema, operation)
        assert (statement, _worked_out(state)) == (statement, _real(session))


def _worked_out(state: Transaction):
    setting = state.lock_timeout
    held = {
        relation: {mode.value for mode in state.holds(Name(relation, "public"))}
        for relation in RELATIONS
    }
    return setting.value if setting else OFF, held


def _real(session):
    (timeout,) = session.execute(
        "SELECT setting FROM pg_settings WHERE name = 'lock_timeout'"
    ).fetchone()
    rows = session.execute(
        "SELECT relation::regclass::text, mode FROM pg_locks"
        " WHERE pid = pg_backend_pid() AND relation::regclass::text = ANY(%s)",
        [list(RELATIONS)],
    ).fetchall()
    return timeout, {name: {mode for rel, mode in rows if rel == name} for name in RELATIONS}
