-- UNIQUE and PRIMARY KEY that may be broken for a while.
CREATE TABLE num (id int PRIMARY KEY, n int UNIQUE DEFERRABLE);

INSERT INTO num VALUES (1, 1), (2, 2), (3, 3);

UPDATE num SET n = n + 1;

SELECT * FROM num ORDER BY id;

INSERT INTO num VALUES (4, 2);

INSERT INTO num VALUES (4, 10), (5, 10);

UPDATE num SET n = 3 WHERE id = 1;

BEGIN;

UPDATE num SET n = 3 WHERE id = 1;

ROLLBACK;

BEGIN;

SET CONSTRAINTS ALL DEFERRED;

UPDATE num SET n = 3 WHERE id = 1;

SELECT * FROM num WHERE n = 3 ORDER BY id;

UPDATE num SET n = 2 WHERE id = 2;

COMMIT;

SELECT * FROM num ORDER BY id;

BEGIN;

SET CONSTRAINTS num_n_key DEFERRED;

INSERT INTO num VALUES (6, 2);

COMMIT;

SELECT count(*) FROM num;

BEGIN;

SET CONSTRAINTS num_n_key DEFERRED;

INSERT INTO num VALUES (6, 2);

SET CONSTRAINTS num_n_key IMMEDIATE;

ROLLBACK;

BEGIN;

SET CONSTRAINTS num_n_key DEFERRED;

INSERT INTO num VALUES (6, 2);

DELETE FROM num WHERE id = 2;

SET CONSTRAINTS ALL IMMEDIATE;

COMMIT;

SELECT * FROM num ORDER BY id;

BEGIN;

SAVEPOINT s;

SET CONSTRAINTS ALL DEFERRED;

INSERT INTO num VALUES (7, 4);

ROLLBACK TO s;

INSERT INTO num VALUES (7, 7);

COMMIT;

-- INITIALLY DEFERRED, several columns, NULLs.
CREATE TABLE pair (a int, b text, c int, CONSTRAINT pair_ab UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED);

INSERT INTO pair VALUES (1, 'x', 1), (1, NULL, 2), (1, NULL, 3), (2, 'x', 4);

INSERT INTO pair VALUES (1, 'x', 5);

BEGIN;

INSERT INTO pair VALUES (1, 'x', 5);

UPDATE pair SET b = 'y' WHERE c = 1;

COMMIT;

BEGIN;

UPDATE pair SET a = 3 - a WHERE b = 'x';

SELECT * FROM pair ORDER BY c;

COMMIT;

BEGIN;

INSERT INTO pair VALUES (2, 'x', 6);

INSERT INTO pair VALUES (2, 'x', 7);

COMMIT;

SELECT * FROM pair ORDER BY c;

SELECT c FROM pair WHERE a = 1 AND b = 'x';

CREATE TABLE nulls (a int, CONSTRAINT nulls_a UNIQUE NULLS NOT DISTINCT (a) DEFERRABLE);

INSERT INTO nulls VALUES (NULL);

INSERT INTO nulls VALUES (NULL);

-- A primary key.
CREATE TABLE step (id int PRIMARY KEY DEFERRABLE INITIALLY IMMEDIATE, name text);

INSERT INTO step VALUES (1, 'a'), (2, 'b'), (3, 'c');

UPDATE step SET id = id + 1;

UPDATE step SET id = 4 - id + 1 RETURNING id, name;

SELECT * FROM step ORDER BY id;

INSERT INTO step VALUES (NULL, 'd');

INSERT INTO step VALUES (2, 'd');

DELETE FROM step WHERE id = 2;

SELECT name FROM step WHERE id = 3;

INSERT INTO step VALUES (3, 'x') ON CONFLICT DO NOTHING;

INSERT INTO step VALUES (3, 'x') ON CONFLICT (id) DO NOTHING;

INSERT INTO step VALUES (3, 'x') ON CONFLICT ON CONSTRAINT step_pkey DO UPDATE SET name = 'y';

SELECT id, name FROM step GROUP BY id;

CREATE TABLE child (s int REFERENCES step);

CREATE TABLE child (s int REFERENCES step (id));

CREATE TABLE child (n int REFERENCES num (n));

-- A key that is not deferrable fails in the middle of the statement.
CREATE TABLE plain (n int UNIQUE);

INSERT INTO plain VALUES (1), (2), (3);

UPDATE plain SET n = n + 1;

SET CONSTRAINTS plain_n_key DEFERRED;

BEGIN;

SET CONSTRAINTS plain_n_key DEFERRED;

ROLLBACK;

BEGIN;

SET CONSTRAINTS missing DEFERRED;

ROLLBACK;

-- Catalog.
SELECT conname, contype, condeferrable, condeferred, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid IN ('num'::regclass, 'pair'::regclass, 'step'::regclass) ORDER BY conname;

SELECT indexrelid::regclass::text AS name, indisunique, indisprimary, indimmediate, pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid IN ('num'::regclass, 'pair'::regclass, 'step'::regclass) ORDER BY 1;

SELECT constraint_name, is_deferrable, initially_deferred FROM information_schema.table_constraints
WHERE table_name IN ('num', 'pair', 'step') AND constraint_type <> 'CHECK' ORDER BY 1;

-- ALTER TABLE.
ALTER TABLE plain ADD CONSTRAINT plain_later UNIQUE (n) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE plain DROP CONSTRAINT plain_n_key;

UPDATE plain SET n = n + 1;

SELECT n FROM plain ORDER BY n;

INSERT INTO plain VALUES (2);

ALTER TABLE plain DROP CONSTRAINT plain_later;

INSERT INTO plain VALUES (2);

ALTER TABLE plain ADD CONSTRAINT plain_later UNIQUE (n) DEFERRABLE;

DELETE FROM plain WHERE n = 2;

CREATE UNIQUE INDEX plain_index ON plain (n);

ALTER TABLE plain ADD CONSTRAINT plain_later PRIMARY KEY USING INDEX plain_index DEFERRABLE INITIALLY DEFERRED;

UPDATE plain SET n = n - 1;

SELECT n FROM plain WHERE n > 1 ORDER BY n;

INSERT INTO plain VALUES (3);

ALTER TABLE plain ALTER COLUMN n TYPE bigint;

UPDATE plain SET n = n + 1;

ALTER TABLE plain ALTER CONSTRAINT plain_later NOT DEFERRABLE;

CREATE TABLE copied (LIKE pair INCLUDING ALL);

SELECT conname, condeferrable, condeferred FROM pg_constraint WHERE conrelid = 'copied'::regclass;

CREATE TABLE keyless (a int, b text);

INSERT INTO keyless VALUES (1, 'a'), (2, 'b');

ALTER TABLE keyless ADD PRIMARY KEY (a) DEFERRABLE;

UPDATE keyless SET a = a + 1;

INSERT INTO keyless VALUES (3, 'c');

-- Attributes.
CREATE TABLE bad (a int DEFERRABLE);

CREATE TABLE bad (a int UNIQUE DEFERRABLE DEFERRABLE);

CREATE TABLE bad (a int UNIQUE NOT DEFERRABLE INITIALLY DEFERRED);

CREATE TABLE bad (a int UNIQUE INITIALLY DEFERRED NOT DEFERRABLE);

CREATE TABLE bad (a int UNIQUE INITIALLY DEFERRED INITIALLY IMMEDIATE);

CREATE TABLE bad (a int NOT NULL INITIALLY IMMEDIATE);

CREATE TABLE bad (a int CHECK (a > 0) DEFERRABLE);

CREATE TABLE good (a int UNIQUE INITIALLY DEFERRED, b int UNIQUE NOT DEFERRABLE INITIALLY IMMEDIATE);

SELECT conname, condeferrable, condeferred FROM pg_constraint WHERE conrelid = 'good'::regclass ORDER BY 1;

CREATE TEMPORARY TABLE scratch (n int UNIQUE DEFERRABLE);

INSERT INTO scratch VALUES (1), (2);

UPDATE scratch SET n = n + 1;

INSERT INTO scratch VALUES (3);

MERGE INTO num USING (VALUES (1, 4), (3, 3)) v (id, n) ON num.id = v.id WHEN MATCHED THEN UPDATE SET n = v.n;

SELECT * FROM num ORDER BY id;

EXPLAIN (COSTS OFF) SELECT * FROM num WHERE n = 3;

-- Tables of which rows wait for a check stay as they are.
create table awaited (a int primary key);
create table awaiting (a int references awaited deferrable initially deferred, b text);
begin;
insert into awaiting values (1, 'a');
alter table awaiting drop constraint awaiting_a_fkey;
rollback;
begin;
insert into awaiting values (1, 'a');
alter table awaited add column c int;
alter table awaiting add column c int;
rollback;
begin;
insert into awaiting values (1, 'a');
truncate awaiting;
rollback;
begin;
insert into awaiting values (1, 'a');
drop table awaiting;
rollback;
begin;
insert into awaiting values (1, 'a');
create index on awaiting (b);
rollback;
begin;
insert into awaiting values (1, 'a');
insert into awaited values (1);
set constraints all immediate;
alter table awaiting add column c int;
commit;
begin;
delete from awaited;
alter table awaiting drop constraint awaiting_a_fkey;
rollback;
begin;
delete from awaited;
savepoint s;
alter table awaiting add column d int;
alter table awaited add column d int;
rollback to s;
insert into awaited values (1);
commit;
