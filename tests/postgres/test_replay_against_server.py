"""A replayed schema is what a real server's catalogues say after the same SQL."""

import pytest

from tests.postgres.catalogue import differences, of_schema, of_server
from tests.postgres.replaying import after
from tests.postgres.server import fresh_database, running_server

SCRIPTS = {
    "generated names": """
        CREATE TABLE parent (id serial PRIMARY KEY, name varchar(20) UNIQUE,
          age int CHECK (age > 0));
        CREATE TABLE child (
          id bigserial, parent_id int REFERENCES parent, other_id int, a int, b numeric(8, 2),
          PRIMARY KEY (id), FOREIGN KEY (other_id) REFERENCES parent (id) ON DELETE CASCADE,
          UNIQUE (a, b), CHECK (a > 0 AND b > 0), CHECK (a < 10), CHECK (a < 20), CHECK (1 = 1)
        );
        CREATE INDEX ON child (a);
        CREATE INDEX ON child (a, lower(b::text), (a + 1), (b + 1)) WHERE a > 3;
        CREATE UNIQUE INDEX ON child (a);
        CREATE INDEX ON child USING hash (a);
        CREATE INDEX ON child (b) INCLUDE (a);
        CREATE INDEX ON child (coalesce(a, 0), (b::text));
    """,
    "long names": f"""
        CREATE TABLE {"t" * 50} (
          {"c" * 50} serial UNIQUE, {"é" * 28} int CHECK ({"é" * 28} > 0), x int PRIMARY KEY
        );
        CREATE INDEX ON {"t" * 50} ({"c" * 50}, {"é" * 28});
        CREATE TABLE {"t" * 50}x ({"c" * 50} int UNIQUE REFERENCES {"t" * 50} (x), y text);
        CREATE INDEX ON {"t" * 50}x ({"c" * 50});
        CREATE INDEX ON {"t" * 50}x ({"c" * 50});
    """,
    "types as they are written": """
        CREATE TABLE t (a int, b bigint, c smallint, d decimal, e numeric(5), f float, g real,
          h double precision, i char, j char(3), k varchar, l varchar(7), m text, n timestamp,
          o timestamptz(3), p time, q boolean, r uuid, s jsonb, u int[], v text[][], w interval,
          x bytea, y bit(3), z bit varying(9), aa date, ab inet, ac character varying(12)[]);
    """,
    "columns come and go": """
        CREATE TABLE p (id int PRIMARY KEY, code text UNIQUE);
        CREATE TABLE t (id int PRIMARY KEY, a int, b int, c text, d serial, p_id int REFERENCES p);
        CREATE INDEX t_ab ON t (a, b);
        CREATE INDEX t_c ON t (lower(c));
        CREATE INDEX t_part ON t (b) WHERE a > 1;
        ALTER TABLE t ADD CONSTRAINT both_known CHECK (a > b);
        ALTER TABLE t DROP COLUMN a;
        ALTER TABLE t DROP COLUMN d, DROP COLUMN p_id,
          ADD COLUMN e bigserial, ADD f text DEFAULT 'x';
        ALTER TABLE t RENAME COLUMN b TO bb;
        CREATE INDEX ON t (bb);
        ALTER TABLE t ALTER c TYPE varchar(30), ALTER c SET NOT NULL, ALTER f DROP DEFAULT;
        ALTER TABLE t ALTER bb SET DEFAULT 4, ALTER id DROP DEFAULT, ALTER c DROP NOT NULL;
        ALTER TABLE t ADD g int GENERATED ALWAYS AS (bb * 2) STORED,
          ADD h int GENERATED ALWAYS AS IDENTITY;
        ALTER TABLE t ALTER f SET DEFAULT NULL;
        ALTER TABLE t ADD COLUMN IF NOT EXISTS f int, DROP COLUMN IF EXISTS nope;
    """,
    "renames carry over": """
        CREATE TABLE a (id serial PRIMARY KEY, x int UNIQUE);
        CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a (id), ax int REFERENCES a (x));
        CREATE VIEW v AS SELECT id FROM a;
        ALTER TABLE a RENAME TO aa;
        ALTER TABLE aa RENAME COLUMN x TO y;
        ALTER TABLE aa RENAME CONSTRAINT a_x_key TO y_once;
        ALTER INDEX a_pkey RENAME TO aa_pk;
        ALTER TABLE b RENAME CONSTRAINT b_a_id_fkey TO to_a;
        ALTER SEQUENCE a_id_seq RENAME TO numbers;
        ALTER VIEW v RENAME TO w;
        CREATE SCHEMA s;
        ALTER TABLE aa SET SCHEMA s;
    """,
    "drops cascade": """
        CREATE TABLE a (id serial PRIMARY KEY, x int UNIQUE);
        CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a, ax int REFERENCES a (x));
        CREATE VIEW v AS SELECT x FROM a;
        CREATE TABLE c (id int PRIMARY KEY, b_id int REFERENCES b);
        ALTER TABLE a DROP COLUMN x CASCADE;
        ALTER TABLE b DROP CONSTRAINT b_pkey CASCADE;
        DROP TABLE a CASCADE;
        DROP TABLE IF EXISTS nope;
    """,
    "constraints on existing tables": """
        CREATE TABLE p (id int PRIMARY KEY);
        CREATE TABLE t (id int, a int, b int, c text);
        ALTER TABLE t ADD PRIMARY KEY (id);
        ALTER TABLE t ADD UNIQUE (a), ADD UNIQUE (a, b), ADD CHECK (a > 1), ADD CHECK (a > b);
        ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID;
        ALTER TABLE t ADD CONSTRAINT f2 FOREIGN KEY (b) REFERENCES p (id) ON DELETE SET NULL;
        ALTER TABLE t ADD CONSTRAINT later CHECK (b > 0) NOT VALID;
        ALTER TABLE t VALIDATE CONSTRAINT later;
        CREATE UNIQUE INDEX t_c_once ON t (c);
        ALTER TABLE t ADD CONSTRAINT c_is_key UNIQUE USING INDEX t_c_once;
        ALTER TABLE t DROP CONSTRAINT t_a_key;
        ALTER TABLE t ADD CONSTRAINT no_overlap EXCLUDE USING btree (a WITH =);
        DROP INDEX IF EXISTS nope;
    """,
    "like, inherits and partitions": """
        CREATE TABLE src (id int PRIMARY KEY, a text DEFAULT 'x' NOT NULL,
          b int CHECK (b > 0) UNIQUE);
        CREATE INDEX src_expr ON src (lower(a));
        CREATE TABLE plain (LIKE src);
        CREATE TABLE whole (LIKE src INCLUDING ALL);
        CREATE TABLE heir (extra int) INHERITS (src);
        ALTER TABLE src ADD COLUMN later int DEFAULT 3;
        CREATE TABLE pt (id int NOT NULL, at date NOT NULL, v int, PRIMARY KEY (id, at))
          PARTITION BY RANGE (at);
        CREATE INDEX ON pt (v);
        CREATE TABLE pt_1 PARTITION OF pt FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE TABLE pt_2 (id int NOT NULL, at date NOT NULL, v int);
        ALTER TABLE pt ATTACH PARTITION pt_2 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        CREATE INDEX ON pt (at, v);
        ALTER TABLE pt ADD COLUMN note text;
        ALTER TABLE pt DETACH PARTITION pt_1;
    """,
    "schemas and search paths": """
        CREATE SCHEMA app;
        CREATE TABLE app.t (id serial PRIMARY KEY, x int UNIQUE);
        CREATE TABLE t (id serial PRIMARY KEY, x int UNIQUE REFERENCES app.t (x));
        SET search_path TO app, public;
        ALTER TABLE t ADD COLUMN in_app int;
        CREATE TABLE u (id int PRIMARY KEY, t_id int REFERENCES t);
        CREATE INDEX ON public.t (x);
        SET search_path TO public;
        DROP INDEX app.t_x_idx;
    """.replace("DROP INDEX app.t_x_idx;", "DROP TABLE app.u;"),
    "partitions follow": """
        CREATE TABLE r (id int PRIMARY KEY);
        CREATE TABLE p (id int NOT NULL, a text, b int, c int) PARTITION BY RANGE (id);
        CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
        CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
        CREATE INDEX on_a ON p (a);
        CREATE INDEX own ON p1 (a, b);
        ALTER INDEX p1_a_idx RENAME TO mine;
        ALTER TABLE p ADD CONSTRAINT once UNIQUE (b, id), ADD UNIQUE (c, id);
        ALTER TABLE p ADD COLUMN r_id int REFERENCES r;
        ALTER TABLE p ALTER a TYPE varchar(50), ALTER b TYPE bigint;
        ALTER TABLE p DROP CONSTRAINT p_c_id_key;
        ALTER TABLE p ALTER id ADD GENERATED ALWAYS AS IDENTITY;
        CREATE TABLE p3 PARTITION OF p DEFAULT;
        ALTER TABLE p DETACH PARTITION p2;
        ALTER TABLE p ADD FOREIGN KEY (c) REFERENCES r;
        ALTER TABLE p2 DROP COLUMN r_id, ADD COLUMN r_id int;
        ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (10) TO (20);
    """,
    "types, triggers and policies": """
        CREATE TYPE mood AS ENUM ('sad', 'ok');
        CREATE DOMAIN positive AS int CHECK (VALUE > 0);
        CREATE TYPE gone AS ENUM ('a');
        CREATE TABLE t (id int PRIMARY KEY, m mood DEFAULT 'ok', g gone, n positive);
        DROP TYPE gone CASCADE;
        ALTER TYPE mood ADD VALUE 'glad';
        ALTER TYPE mood RENAME TO feeling;
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER touched BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
        CREATE TRIGGER again BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch();
        DROP TRIGGER again ON t;
        ALTER TABLE t ENABLE ROW LEVEL SECURITY;
        CREATE POLICY mine ON t USING (id > 0);
        CREATE MATERIALIZED VIEW mv AS SELECT id FROM t;
        CREATE SEQUENCE s OWNED BY t.id;
    """,
    "blocks that run at once": """
        CREATE TABLE t (id int PRIMARY KEY);
        DO $$ BEGIN
          ALTER TABLE t ADD COLUMN a int;
          EXECUTE 'CREATE INDEX ON t (a)';
        END $$;
        CREATE FUNCTION later() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE t; END $$;
    """,
}


@pytest.fixture(scope="module")
def address():
    with running_server() as address:
        yield address


@pytest.mark.parametrize("name", SCRIPTS)
def test_replayed_schema_is_what_the_catalogues_say(name, address):
    with fresh_database(address) as connection:
        connection.execute(SCRIPTS[name])
        expected = of_server(connection)
    assert differences(expected, of_schema(after(SCRIPTS[name]))) == []
