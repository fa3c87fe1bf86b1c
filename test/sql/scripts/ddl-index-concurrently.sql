-- Indexes that are built, dropped and rebuilt while others may write.
CREATE TABLE item (id int PRIMARY KEY, kind int, name text, price numeric);

INSERT INTO item SELECT g, g % 7, 'item ' || g, g * 1.5 FROM generate_series(1, 300) g;

CREATE INDEX CONCURRENTLY item_kind ON item (kind);

CREATE INDEX CONCURRENTLY ON item (lower(name)) WHERE kind > 3;

CREATE INDEX CONCURRENTLY ON item (price DESC NULLS LAST, id) INCLUDE (name);

CREATE UNIQUE INDEX CONCURRENTLY item_name ON item (name);

CREATE INDEX CONCURRENTLY item_kind ON item (name);

CREATE INDEX CONCURRENTLY IF NOT EXISTS item_kind ON item (name);

CREATE INDEX CONCURRENTLY broken ON item (missing);

CREATE INDEX CONCURRENTLY broken ON missing (id);

CREATE INDEX CONCURRENTLY broken ON item ((kind + random()));

SELECT count(*) FROM item WHERE kind = 3;

SELECT id FROM item WHERE lower(name) = 'item 123' AND kind > 3;

SELECT indexrelid::regclass::text AS name, indisunique, indisvalid, indisready, indislive
FROM pg_index WHERE indrelid = 'item'::regclass ORDER BY 1;

SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'item'::regclass ORDER BY 1;

INSERT INTO item VALUES (301, 1, 'item 5', 0);

UPDATE item SET name = 'item 6' WHERE id = 5;

INSERT INTO item VALUES (301, 1, 'other', 0);

UPDATE item SET kind = 3 WHERE id = 301;

SELECT count(*) FROM item WHERE kind = 3;

BEGIN;

CREATE INDEX CONCURRENTLY in_block ON item (kind);

ROLLBACK;

BEGIN;

DROP INDEX CONCURRENTLY item_kind;

ROLLBACK;

-- A unique index over duplicates stays behind invalid.
CREATE TABLE twice (id int PRIMARY KEY, code int);

INSERT INTO twice VALUES (1, 10), (2, 20), (3, 20);

CREATE UNIQUE INDEX CONCURRENTLY twice_code ON twice (code);

SELECT indexrelid::regclass::text AS name, indisvalid, indisready, indislive
FROM pg_index WHERE indrelid = 'twice'::regclass ORDER BY 1;

SELECT relname, relkind FROM pg_class WHERE oid = 'twice_code'::regclass;

ALTER TABLE twice ADD CONSTRAINT twice_key UNIQUE USING INDEX twice_code;

INSERT INTO twice VALUES (4, 20);

INSERT INTO twice VALUES (4, 40);

SELECT id FROM twice WHERE code = 20 ORDER BY id;

ALTER INDEX twice_code RENAME TO twice_renamed;

DROP INDEX twice_code;

DROP INDEX twice_renamed;

DELETE FROM twice WHERE id = 3;

CREATE UNIQUE INDEX CONCURRENTLY twice_code ON twice (code);

INSERT INTO twice VALUES (5, 20);

ALTER TABLE twice ADD CONSTRAINT twice_key UNIQUE USING INDEX twice_code;

SELECT conname, contype, conindid::regclass::text FROM pg_constraint WHERE conrelid = 'twice'::regclass ORDER BY 1;

INSERT INTO twice VALUES (5, 20);

-- NULLs, and rows outside of a partial unique index.
CREATE TABLE some (id int PRIMARY KEY, a int, live bool);

INSERT INTO some VALUES (1, NULL, true), (2, NULL, true), (3, 7, false), (4, 7, true), (5, 7, false);

CREATE UNIQUE INDEX CONCURRENTLY some_live ON some (a) WHERE live;

CREATE UNIQUE INDEX CONCURRENTLY some_nulls ON some (a) NULLS NOT DISTINCT WHERE id < 3;

SELECT indexrelid::regclass::text AS name, indisvalid FROM pg_index WHERE indrelid = 'some'::regclass ORDER BY 1;

UPDATE some SET live = true WHERE id = 5;

DROP INDEX some_nulls;

-- The column of an invalid index goes with it.
CREATE UNIQUE INDEX CONCURRENTLY some_a ON some (a);

ALTER TABLE some DROP COLUMN a;

SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = 'some'::regclass ORDER BY 1;

-- Temporary tables are nobody else's.
CREATE TEMPORARY TABLE own (a int);

INSERT INTO own VALUES (1), (2);

CREATE INDEX CONCURRENTLY own_a ON own (a);

SELECT a FROM own WHERE a = 2;

-- An index over an expression that fails for a row.
CREATE TABLE divisor (a int);

INSERT INTO divisor VALUES (1), (0);

CREATE INDEX CONCURRENTLY divisor_a ON divisor ((1 / a));

SELECT indexrelid::regclass::text AS name, indisvalid FROM pg_index WHERE indrelid = 'divisor'::regclass;

DROP TABLE divisor;

CREATE INDEX CONCURRENTLY item_view_idx ON pg_class (relname);

CREATE VIEW item_view AS SELECT * FROM item;

CREATE INDEX CONCURRENTLY item_view_idx ON item_view (id);

DROP INDEX CONCURRENTLY item_kind, item_name;

DROP INDEX CONCURRENTLY item_kind CASCADE;

DROP INDEX CONCURRENTLY item_pkey;

DROP INDEX CONCURRENTLY missing;

DROP INDEX CONCURRENTLY IF EXISTS missing;

DROP INDEX CONCURRENTLY item_kind;

SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = 'item'::regclass ORDER BY 1;

SELECT count(*) FROM item WHERE kind = 3;

SELECT * FROM pg_stat_progress_create_index;
