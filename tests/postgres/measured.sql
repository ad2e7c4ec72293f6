-- The database that the statements of measured.jsonl were run on.

CREATE TABLE parent (id int PRIMARY KEY, name text);
INSERT INTO parent SELECT g, 'p' || g FROM generate_series(1, 1000) g;

CREATE TABLE t (
  id int PRIMARY KEY,
  email varchar(255) NOT NULL,
  name varchar(255),
  code varchar(50),
  note text,
  qty int NOT NULL,
  small smallint,
  price numeric(10,2),
  created timestamp,
  updated timestamptz,
  doc json,
  docb jsonb,
  status text,
  parent_id int,
  flag boolean DEFAULT false,
  filled int,
  holes int,
  digits text,
  shorty varchar(255),
  longy varchar(255),
  day date,
  dup int,
  chr char(10),
  arr int[]
);
INSERT INTO t SELECT g, 'u' || g || '@example.org', 'name ' || g, 'c' || g, 'note', g, g % 100,
  g, now(), now(), '{}', '{}', (ARRAY['open','closed'])[1 + g % 2], 1 + g % 1000, g % 2 = 0, g,
  CASE WHEN g % 7 = 0 THEN NULL ELSE g END, g::text, 'short', repeat('x', 200), '2024-01-01',
  g % 10, 'abc', ARRAY[g]
  FROM generate_series(1, 5000) g;
CREATE INDEX t_name_idx ON t (name);
CREATE INDEX t_qty_idx ON t (qty);
CREATE INDEX t_created_idx ON t (created);
CREATE UNIQUE INDEX t_email_uq ON t (email);

-- child has an inbound relation to t: t is also an FK parent
CREATE TABLE child (
  id int PRIMARY KEY, t_id int NOT NULL CONSTRAINT child_t_fk REFERENCES t (id), v int
);
INSERT INTO child SELECT g, 1 + g % 4999, g FROM generate_series(1, 5000) g;
CREATE TABLE casc (
  id int PRIMARY KEY, t_id int CONSTRAINT casc_t_fk REFERENCES t (id) ON DELETE CASCADE
);
INSERT INTO casc SELECT g, g FROM generate_series(1, 100) g;

-- lone: no inbound foreign keys, has every kind of constraint
CREATE TABLE lone (
  id int CONSTRAINT lone_pkey PRIMARY KEY, a int, b text NOT NULL,
  p int CONSTRAINT lone_p_fk REFERENCES parent (id),
  CONSTRAINT lone_a_check CHECK (a > 0),
  CONSTRAINT lone_b_key UNIQUE (b)
);
INSERT INTO lone SELECT g, g, 'b' || g, 1 + g % 1000 FROM generate_series(1, 5000) g;
CREATE INDEX lone_a_idx ON lone (a);
CREATE VIEW v_lone AS SELECT id, a FROM lone;
CREATE MATERIALIZED VIEW mv AS SELECT id, name FROM parent;
CREATE UNIQUE INDEX mv_id ON mv (id);

CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE moody (id int PRIMARY KEY, m mood DEFAULT 'ok');
INSERT INTO moody SELECT g, 'ok' FROM generate_series(1, 5000) g;

CREATE TABLE pt (id int NOT NULL, at date NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE pt1 PARTITION OF pt FOR VALUES FROM (1) TO (1000);
CREATE TABLE pt2 PARTITION OF pt FOR VALUES FROM (1000) TO (2000);
INSERT INTO pt SELECT g, '2024-01-01' FROM generate_series(1, 1999) g;
CREATE TABLE pt3 (id int NOT NULL, at date NOT NULL);
INSERT INTO pt3 SELECT g, '2024-01-01' FROM generate_series(2000, 2999) g;

CREATE FUNCTION f_touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER lone_touch BEFORE UPDATE ON lone FOR EACH ROW EXECUTE PROCEDURE f_touch();
CREATE SEQUENCE seq_a;
CREATE SCHEMA app;
CREATE TABLE app.inside (id int PRIMARY KEY);
