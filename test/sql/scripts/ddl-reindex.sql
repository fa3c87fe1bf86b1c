-- REINDEX, in the transaction and CONCURRENTLY.
CREATE TABLE part (id int PRIMARY KEY, code text UNIQUE, weight int);

INSERT INTO part SELECT g, 'code ' || g, g % 10 FROM generate_series(1, 200) g;

CREATE INDEX part_weight ON part (weight) WHERE id > 10;

CREATE INDEX part_upper ON part (upper(code));

COMMENT ON INDEX part_weight IS 'by weight';

REINDEX INDEX part_weight;

REINDEX TABLE part;

REINDEX INDEX part_pkey;

SELECT count(*) FROM part WHERE weight = 4 AND id > 10;

REINDEX INDEX CONCURRENTLY part_weight;

REINDEX TABLE CONCURRENTLY part;

SELECT count(*) FROM part WHERE weight = 4 AND id > 10;

SELECT id FROM part WHERE upper(code) = 'CODE 77';

SELECT indexrelid::regclass::text AS name, indisunique, indisprimary, indisvalid, indisready
FROM pg_index WHERE indrelid = 'part'::regclass ORDER BY 1;

SELECT obj_description('part_weight'::regclass, 'pg_class');

SELECT conname, conindid::regclass::text FROM pg_constraint WHERE conrelid = 'part'::regclass ORDER BY 1;

INSERT INTO part VALUES (201, 'code 5', 1);

INSERT INTO part VALUES (201, 'code 201', 4) RETURNING id;

UPDATE part SET code = 'code 300' WHERE id = 5;

SELECT id FROM part WHERE code = 'code 300';

REINDEX (VERBOSE off) INDEX part_weight;

REINDEX (CONCURRENTLY off) INDEX part_weight;

REINDEX (CONCURRENTLY) INDEX part_weight;

REINDEX (nonsense) INDEX part_weight;

REINDEX INDEX missing;

REINDEX TABLE missing;

REINDEX INDEX part;

REINDEX TABLE part_weight;

REINDEX SCHEMA missing;

REINDEX DATABASE missing;

REINDEX TABLE CONCURRENTLY pg_class;

CREATE TABLE bare (a int);

REINDEX TABLE bare;

REINDEX TABLE CONCURRENTLY bare;

BEGIN;

REINDEX INDEX part_weight;

SELECT count(*) FROM part WHERE weight = 4 AND id > 10;

ROLLBACK;

BEGIN;

REINDEX INDEX CONCURRENTLY part_weight;

ROLLBACK;

BEGIN;

REINDEX SCHEMA public;

ROLLBACK;

-- An invalid index becomes valid when its duplicates have gone.
CREATE TABLE pair (id int PRIMARY KEY, a int);

INSERT INTO pair VALUES (1, 5), (2, 5), (3, 6);

CREATE UNIQUE INDEX CONCURRENTLY pair_a ON pair (a);

REINDEX INDEX CONCURRENTLY pair_a;

REINDEX INDEX pair_a;

SELECT indexrelid::regclass::text AS name, indisvalid, indisready
FROM pg_index WHERE indrelid = 'pair'::regclass ORDER BY 1;

DROP INDEX pair_a_ccnew;

REINDEX TABLE CONCURRENTLY pair;

DELETE FROM pair WHERE id = 2;

REINDEX INDEX CONCURRENTLY pair_a;

SELECT indexrelid::regclass::text AS name, indisvalid, indisready
FROM pg_index WHERE indrelid = 'pair'::regclass ORDER BY 1;

INSERT INTO pair VALUES (4, 6);

INSERT INTO pair VALUES (4, 7);

SELECT id FROM pair WHERE a = 7;

CREATE TEMPORARY TABLE scratch (a int PRIMARY KEY, b int);

CREATE INDEX scratch_b ON scratch (b);

INSERT INTO scratch VALUES (1, 2);

REINDEX TABLE scratch;

REINDEX INDEX CONCURRENTLY scratch_b;

SELECT a FROM scratch WHERE b = 2;

CREATE MATERIALIZED VIEW heavy AS SELECT id, weight FROM part WHERE weight > 7;

CREATE INDEX heavy_weight ON heavy (weight);

REINDEX TABLE heavy;

REINDEX TABLE CONCURRENTLY heavy;

SELECT count(*) FROM heavy WHERE weight = 8;

CREATE VIEW seen AS SELECT * FROM part;

REINDEX TABLE seen;
