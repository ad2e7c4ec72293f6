-- What is in schemas that aren't there, and what becomes of all in one that gets another name.
-- A statement after "-- try" is taken back, any other stays.

CREATE TABLE t (id int PRIMARY KEY);
CREATE SCHEMA there;

-- try
ALTER TABLE nowhere.t ADD COLUMN x int;
ALTER TABLE IF EXISTS nowhere.t ADD COLUMN x int;
ALTER TABLE nowhere.t RENAME TO x;
ALTER TABLE nowhere.t SET SCHEMA there;
ALTER TABLE nowhere.t RENAME COLUMN a TO b;
ALTER TABLE nowhere.t DROP CONSTRAINT b;
DROP TABLE nowhere.t;
DROP TABLE IF EXISTS nowhere.t;
DROP VIEW nowhere.t;
DROP INDEX nowhere.t;
DROP INDEX IF EXISTS nowhere.t;
DROP SEQUENCE nowhere.t;
DROP TYPE nowhere.t;
DROP FUNCTION nowhere.t();
DROP TRIGGER x ON nowhere.t;
DROP POLICY x ON nowhere.t;
TRUNCATE nowhere.t;
LOCK TABLE nowhere.t;
SELECT * FROM nowhere.t;
INSERT INTO nowhere.t VALUES (1);
UPDATE nowhere.t SET id = 1;
DELETE FROM nowhere.t;
COPY nowhere.t FROM '/dev/null';
CREATE INDEX ON nowhere.t (id);
CREATE TABLE x (id int REFERENCES nowhere.t);
CREATE TABLE x (LIKE nowhere.t);
CREATE TABLE x () INHERITS (nowhere.t);
CREATE TABLE x AS SELECT * FROM nowhere.t;
CREATE VIEW x AS SELECT * FROM nowhere.t;
CREATE TABLE x PARTITION OF nowhere.t FOR VALUES IN (1);
CREATE TABLE x (id nowhere.t);
ALTER TABLE t ADD COLUMN x nowhere.t;
ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES nowhere.t;
ALTER TABLE t ALTER COLUMN id TYPE nowhere.t;
ALTER TABLE t ALTER COLUMN id SET DEFAULT nowhere.f();
ALTER TABLE t SET SCHEMA nowhere;
ALTER TABLE t INHERIT nowhere.t;
ALTER SEQUENCE nowhere.t RESTART;
ALTER SEQUENCE nowhere.t OWNED BY t.id;
ALTER INDEX nowhere.t RENAME TO x;
ALTER VIEW nowhere.t RENAME TO x;
ALTER TYPE nowhere.t ADD VALUE 'x';
ALTER TYPE nowhere.t RENAME TO x;
CREATE TRIGGER x BEFORE UPDATE ON nowhere.t FOR EACH ROW EXECUTE PROCEDURE touch();
CREATE POLICY x ON nowhere.t;
CREATE SEQUENCE s OWNED BY nowhere.t.id;
CREATE SEQUENCE nowhere.s;
CREATE VIEW nowhere.s AS SELECT 1;
CREATE TYPE nowhere.s AS ENUM ('x');
CREATE FUNCTION nowhere.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
COMMENT ON TABLE nowhere.t IS 'x';
COMMENT ON COLUMN nowhere.t.id IS 'x';
GRANT SELECT ON nowhere.t TO PUBLIC;
REFRESH MATERIALIZED VIEW nowhere.t;
VACUUM nowhere.t;
ANALYZE nowhere.t;
REINDEX TABLE nowhere.t;
REINDEX INDEX nowhere.t;
CLUSTER nowhere.t;
DROP SCHEMA nowhere;
ALTER SCHEMA nowhere RENAME TO x;
ALTER SCHEMA there RENAME TO public;
CREATE SCHEMA there;

-- keep
CREATE TYPE there.mood AS ENUM ('ok');
CREATE TABLE there.r (id serial PRIMARY KEY, m there.mood DEFAULT 'ok', g int GENERATED ALWAYS AS IDENTITY);
CREATE FUNCTION there.five() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 5';
CREATE TABLE k (m there.mood, n int DEFAULT nextval('there.r_id_seq'));
CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE there.p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE q (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE q1 PARTITION OF q FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (id);
CREATE TABLE there.q11 PARTITION OF q1 DEFAULT;

-- try
DROP SCHEMA there;
DROP SCHEMA there CASCADE;

-- keep
ALTER SCHEMA there RENAME TO other;

-- try
ALTER TABLE other.r ADD COLUMN x int;
ALTER TABLE there.r ADD COLUMN x int;
DROP TABLE other.r;
DROP TABLE other.r CASCADE;
ALTER TABLE k ALTER COLUMN m TYPE other.mood;
ALTER TABLE k ALTER COLUMN n SET DEFAULT other.five();
INSERT INTO other.r (m) VALUES ('ok');
DROP SCHEMA other CASCADE;
