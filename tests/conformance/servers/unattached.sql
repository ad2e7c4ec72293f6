-- What indexes on partitioned tables alone, and counters shared with partitions, bring along.
-- A statement after "-- try" is taken back, any other stays.

CREATE TABLE listed (kind text NOT NULL, n int) PARTITION BY LIST (kind);
CREATE TABLE listed_a PARTITION OF listed FOR VALUES IN ('a');
CREATE TABLE none (kind text NOT NULL, n int) PARTITION BY LIST (kind);
CREATE TABLE q (k text, n int);
CREATE TABLE counted (id serial, k int) PARTITION BY RANGE (id);
CREATE TABLE counted_1 PARTITION OF counted FOR VALUES FROM (0) TO (10);
ALTER TABLE ONLY listed ADD CONSTRAINT pk1 PRIMARY KEY (kind);
ALTER TABLE ONLY none ADD CONSTRAINT pk2 PRIMARY KEY (kind);

-- try
ALTER TABLE q ADD FOREIGN KEY (k) REFERENCES listed;
ALTER TABLE q ADD FOREIGN KEY (k) REFERENCES listed (kind);
ALTER TABLE q ADD FOREIGN KEY (k) REFERENCES none;
ALTER TABLE q ADD FOREIGN KEY (k) REFERENCES none (kind);
ALTER TABLE listed DROP CONSTRAINT pk1;
DROP TABLE counted;
DROP TABLE counted_1;
DROP TABLE counted CASCADE;
ALTER TABLE counted DROP COLUMN id;
DROP SEQUENCE counted_id_seq;
CREATE TABLE listed_b PARTITION OF listed FOR VALUES IN ('b');

-- keep
CREATE UNIQUE INDEX lk ON listed_a (kind);

-- try
ALTER TABLE listed_a ADD PRIMARY KEY USING INDEX lk;
ALTER INDEX pk1 ATTACH PARTITION lk;

-- keep
ALTER TABLE listed_a ADD CONSTRAINT lpk PRIMARY KEY USING INDEX lk;
ALTER INDEX pk1 ATTACH PARTITION lpk;

-- try
ALTER TABLE q ADD FOREIGN KEY (k) REFERENCES listed;
ALTER TABLE q ADD FOREIGN KEY (k) REFERENCES listed (kind);

-- keep
CREATE TABLE lo (kind text, n int) PARTITION BY LIST (kind);
CREATE TABLE lo_a PARTITION OF lo FOR VALUES IN ('a');
CREATE INDEX lok ON ONLY lo (kind);
CREATE INDEX loa ON lo_a (kind);
CREATE TABLE lo_b PARTITION OF lo FOR VALUES IN ('b');

-- try
DROP INDEX lok;
DROP INDEX loa;
DROP INDEX lo_b_kind_idx;
ALTER TABLE lo ALTER COLUMN n TYPE bigint;
ALTER TABLE lo DETACH PARTITION lo_a;
ALTER TABLE lo DETACH PARTITION lo_b;

-- keep
DROP INDEX lok;
