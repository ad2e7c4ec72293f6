-- What several statements of one transaction do: new tables, held locks, new values of enums.
-- A statement after "-- try" is taken back, "-- transaction" begins one that is, any other stays.

CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE TABLE r (id int PRIMARY KEY, m mood DEFAULT 'ok');
CREATE TABLE t (id int PRIMARY KEY, r_id int REFERENCES r, n text);
CREATE INDEX tn ON t (n);
CREATE VIEW v AS SELECT id, n FROM t;
CREATE TABLE p (id int, n int) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE named (id int NOT NULL, at date NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE named_1 PARTITION OF named FOR VALUES FROM (0) TO (10);
INSERT INTO r (id) VALUES (1);
INSERT INTO t (id, r_id, n) VALUES (1, 1, 'x');

-- transaction
ALTER TYPE mood ADD VALUE 'new';
CREATE TABLE x (m mood DEFAULT 'new');
-- transaction
ALTER TYPE mood ADD VALUE 'new';
CREATE TABLE x (m mood DEFAULT 'ok');
ALTER TABLE x ALTER COLUMN m SET DEFAULT 'new';
-- transaction
ALTER TYPE mood ADD VALUE 'new';
ALTER TABLE r ADD COLUMN k mood DEFAULT 'new';
-- transaction
ALTER TYPE mood ADD VALUE 'new';
INSERT INTO r (id, m) VALUES (5, 'new');
-- transaction
ALTER TYPE mood ADD VALUE 'new';
UPDATE r SET m = 'new';
-- transaction
ALTER TYPE mood ADD VALUE 'new';
ALTER TABLE r ADD CHECK (m <> 'new');
-- transaction
ALTER TYPE mood ADD VALUE 'new';
CREATE INDEX ON r (id) WHERE m = 'new';
-- transaction
ALTER TYPE mood ADD VALUE 'new';
CREATE VIEW v2 AS SELECT 'new'::mood AS m;
-- transaction
ALTER TYPE mood ADD VALUE 'new';
SELECT * FROM r WHERE m = 'new';
-- transaction
ALTER TYPE mood ADD VALUE 'new';
DELETE FROM r WHERE m = 'new';
-- transaction
ALTER TYPE mood ADD VALUE 'new';
ALTER TABLE r ALTER COLUMN m TYPE text;
-- transaction
ALTER TYPE mood ADD VALUE 'new';
ALTER TABLE t ALTER COLUMN n TYPE mood USING 'new'::mood;
-- transaction
CREATE TYPE feel AS ENUM ('a');
ALTER TYPE feel ADD VALUE 'b';
CREATE TABLE x (m feel DEFAULT 'b');
INSERT INTO x DEFAULT VALUES;
-- transaction
ALTER TYPE mood RENAME VALUE 'sad' TO 'low';
CREATE TABLE x (m mood DEFAULT 'low');
INSERT INTO x (m) VALUES ('low');
-- transaction
ALTER TYPE mood RENAME TO feel;
ALTER TYPE feel ADD VALUE 'c';
CREATE TABLE x (m feel DEFAULT 'c');
-- transaction
CREATE TABLE x (id int PRIMARY KEY, r_id int REFERENCES r);
CREATE INDEX ON x (r_id);
ALTER TABLE x ADD COLUMN y text DEFAULT 'z';
ALTER TABLE x ADD FOREIGN KEY (id) REFERENCES t;
INSERT INTO x (id) VALUES (1);
ALTER TABLE x ALTER COLUMN y SET NOT NULL;
ALTER TABLE x ALTER COLUMN y TYPE varchar(1);
DROP TABLE x;
-- transaction
ALTER TABLE t ADD COLUMN y int;
UPDATE t SET y = 1;
ALTER TABLE t ALTER COLUMN y SET NOT NULL;
CREATE INDEX ON t (y);
ALTER TABLE t ADD CHECK (y > 0);
-- transaction
LOCK TABLE t IN SHARE MODE;
ALTER TABLE t ADD COLUMN y int;
ALTER TABLE t VALIDATE CONSTRAINT t_r_id_fkey;
-- transaction
ALTER TABLE t DROP CONSTRAINT t_r_id_fkey;
ALTER TABLE t ADD CONSTRAINT t_r_id_fkey FOREIGN KEY (r_id) REFERENCES r NOT VALID;
ALTER TABLE t VALIDATE CONSTRAINT t_r_id_fkey;
ALTER TABLE r DROP CONSTRAINT r_pkey CASCADE;
-- transaction
ALTER TABLE t RENAME TO u;
CREATE TABLE t (id int);
DROP TABLE t;
ALTER TABLE u RENAME TO t;
DROP INDEX tn;
CREATE INDEX tn ON t (n);
-- transaction
DROP VIEW v;
ALTER TABLE t ALTER COLUMN n TYPE varchar(3);
CREATE VIEW v AS SELECT id, n FROM t;
ALTER TABLE t ALTER COLUMN n TYPE varchar(5);
-- transaction
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
ALTER TABLE p ADD COLUMN k int;
CREATE INDEX ON p (k);
ALTER TABLE p DETACH PARTITION p1;
ALTER TABLE p1 ADD COLUMN own int;
ALTER TABLE p1 DROP COLUMN own;
ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (0) TO (10);
DROP TABLE p;
-- transaction
INSERT INTO t (id, r_id) VALUES (3, 1);
ALTER TABLE t ADD COLUMN y int;
-- transaction
DELETE FROM t;
ALTER TABLE t DROP CONSTRAINT t_pkey;
-- transaction
CREATE TEMP TABLE x (id int PRIMARY KEY);
ALTER TABLE x ADD COLUMN y int;
DROP TABLE x;
-- transaction
SAVEPOINT a;
ALTER TABLE t ADD COLUMN y int;
RELEASE a;
ALTER TABLE t ALTER COLUMN y SET NOT NULL;
-- transaction
TRUNCATE t;
ALTER TABLE t ALTER COLUMN n SET NOT NULL;
ALTER TABLE t ADD CHECK (id > 0);
CREATE UNIQUE INDEX ON t (n);
-- transaction
CREATE TABLE x AS SELECT * FROM t;
ALTER TABLE x ADD PRIMARY KEY (id);
ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES x;
DROP TABLE x CASCADE;
-- transaction
ALTER TABLE named DROP CONSTRAINT IF EXISTS named_at_not_null CASCADE;
ALTER TABLE named_1 ALTER COLUMN id SET NOT NULL;
ALTER TABLE named_1 ALTER COLUMN at SET NOT NULL;
-- transaction
CREATE TABLE n (id int);
ALTER TABLE n ADD COLUMN a int NOT NULL;
ALTER TABLE n ADD COLUMN b int NOT NULL DEFAULT 5;
-- transaction
CREATE TABLE n () INHERITS (t);
ALTER TABLE n ADD COLUMN a int NOT NULL;
-- transaction
SAVEPOINT a;
ALTER TABLE t RENAME TO n;
ROLLBACK TO a;
ALTER TABLE t ADD COLUMN a int;
