-- Temporary relations have their names for themselves.
-- A statement after "-- try" is taken back, any other stays.

CREATE TABLE t (id int PRIMARY KEY);
CREATE VIEW v AS SELECT id FROM t;
CREATE SEQUENCE s;
CREATE TYPE mood AS ENUM ('ok');

-- try
CREATE TEMP TABLE t (id int);
CREATE TEMP TABLE v (id int);
CREATE TEMP TABLE s (id int);
CREATE TEMP TABLE mood (id int);
CREATE TEMP TABLE v AS SELECT 1 AS id;
CREATE TEMP VIEW t AS SELECT 1 AS id;
CREATE TEMP VIEW v AS SELECT 1 AS id;
CREATE TEMP VIEW s AS SELECT 1 AS id;
CREATE TEMP SEQUENCE t;
CREATE TEMP SEQUENCE s;
CREATE OR REPLACE TEMP VIEW t AS SELECT 1 AS id;
-- transaction
CREATE TEMP TABLE t (n int);
ALTER TABLE t ADD COLUMN k int;
ALTER TABLE public.t ADD COLUMN k int;
DROP TABLE t;
DROP VIEW v;
DROP TABLE t;
-- transaction
CREATE TEMP TABLE v (n int);
DROP TABLE v;
DROP TABLE v;
-- transaction
CREATE TEMP TABLE v (n int);
DROP VIEW v;
-- transaction
CREATE TEMP VIEW t AS SELECT 1 AS a;
ALTER TABLE t ADD COLUMN k int;
-- transaction
CREATE TEMP VIEW t AS SELECT 1 AS a;
DROP VIEW t;
DROP VIEW t;
-- transaction
CREATE TEMP SEQUENCE t;
DROP TABLE t;
