"""What a server says to values that are sent apart from a text, or are not."""

import psycopg
import pytest
from psycopg.pq import DiagnosticField, ExecStatus

from analyzers.postgres.parser import parse
from analyzers.postgres.prepared import refused
from tests.postgres.server import running_server

WITH_A_VALUE = (
    "SELECT {}::int",
    "WITH x AS (SELECT {}::int AS n) SELECT n FROM x",
    "VALUES ({}::int)",
    "INSERT INTO t VALUES ({})",
    "UPDATE t SET a = {}",
    "DELETE FROM t WHERE a = {}",
    "MERGE INTO t USING t AS s ON t.a = s.a WHEN MATCHED THEN UPDATE SET a = {}",
    "EXPLAIN SELECT * FROM t WHERE a > {}",
    "CREATE TABLE u AS SELECT * FROM t WHERE a > {}",
    "CREATE MATERIALIZED VIEW m AS SELECT * FROM t WHERE a > {}",
    "CREATE VIEW v AS SELECT * FROM t WHERE a > {}",
    "CREATE INDEX i ON t (a) WHERE a > {}",
    "CREATE TABLE u (a int DEFAULT {})",
    "ALTER TABLE t ALTER a SET DEFAULT {}",
    "ALTER TABLE t ADD CHECK (a > {})",
    "ALTER TABLE t ADD COLUMN b int DEFAULT {}",
    "CREATE DOMAIN d AS int CHECK (VALUE > {})",
    "CREATE POLICY p ON t USING (a > {})",
    "CREATE SEQUENCE s START {}",
    "CREATE TABLE u (a int) WITH (fillfactor = {})",
    "DO LANGUAGE plpgsql $$ BEGIN PERFORM {}; END $$",
    "COPY (SELECT {}::int) TO STDOUT",
    "ALTER TABLE t SET (fillfactor = {})",
    "ALTER TABLE t ALTER a SET STATISTICS {}",
    "SET lock_timeout = {}",
    "SELECT 1; SELECT {}::int",
)
WITHOUT = (
    "SELECT $1::int",
    "CREATE INDEX i ON t (a) WHERE a > $1",
    "ALTER TABLE t ALTER a SET DEFAULT $2",
    "SELECT '$1', $$ $1 $$",
    "PREPARE p AS SELECT $1::int",
    "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1'",
    "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql RETURN $1",
)


@pytest.fixture
def session():
    with running_server() as address, psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE t (a int)")
        yield connection


def test_a_server_refuses_the_same(session):
    for sql in WITH_A_VALUE:
        ours = refused(parse(sql.format(3)), sql.format("$1"))
        assert (sql, ours and ours.sqlstate) == (sql, answer(session, sql.format("$1"), [3]))
    for sql in WITHOUT:
        ours = refused(parse(sql), None)
        assert (sql, ours and ours.sqlstate) == (sql, answer(session, sql, None))


def answer(session, sql, values):
    """The SQLSTATE with which a server refuses it, if it does; the values' types are not told."""
    with session.transaction(force_rollback=True):
        if values is None:
            found = session.pgconn.exec_(sql.encode())
        else:
            found = session.pgconn.prepare(b"", sql.encode())
            if found.status == ExecStatus.COMMAND_OK:
                found = session.pgconn.exec_prepared(b"", [str(each).encode() for each in values])
        state = found.error_field(DiagnosticField.SQLSTATE)
    return state.decode() if state else None
