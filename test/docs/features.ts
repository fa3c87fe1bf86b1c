/**
 * What docs/compatibility.md asks of a running database: one sample per feature. Samples follow one
 * another on one connection and use the tables of SETUP; a feature is there when none of its
 * statements is refused.
 */
export interface Feature {
  readonly name: string;
  readonly sql: readonly string[];
}

export interface FeatureGroup {
  readonly title: string;
  readonly features: readonly Feature[];
}

export const SETUP: readonly string[] = [
  "create table item (id int primary key, a int, b text, j jsonb)",
  "insert into item values (1, 10, 'x', '{}'), (2, 20, 'y', '[]')",
];

function feature(name: string, ...sql: readonly string[]): Feature {
  return { name, sql };
}

const QUERIES: FeatureGroup = {
  title: "Queries",
  features: [
    feature(
      "SELECT, WHERE, ORDER BY, LIMIT, OFFSET",
      "select * from item where a > 1 order by b limit 1 offset 1",
    ),
    feature("FETCH FIRST … WITH TIES", "select a from item order by a fetch first 1 row with ties"),
    feature(
      "joins: inner, left, right, full, cross, natural, USING",
      "select * from item x full join item y using (id) cross join (select 1 as one) z natural join (select 1 as one) w",
    ),
    feature("LATERAL", "select * from item, lateral (select item.a + 1) l"),
    feature(
      "subqueries: scalar, IN, EXISTS, ANY, ALL",
      "select (select max(a) from item), exists (select 1) from item where a = any (select a from item)",
    ),
    feature("GROUP BY, HAVING", "select a, count(*) from item group by a having count(*) > 0"),
    feature("GROUPING SETS, ROLLUP, CUBE", "select a, b, count(*) from item group by cube (a, b)"),
    feature(
      "aggregates with FILTER, DISTINCT, ORDER BY, WITHIN GROUP",
      "select string_agg(distinct b, ',' order by b) filter (where a > 1), percentile_cont(0.5) within group (order by a) from item",
    ),
    feature(
      "window functions and frames",
      "select sum(a) over (order by id rows between 1 preceding and current row) from item",
    ),
    feature("DISTINCT, DISTINCT ON", "select distinct on (b) b, a from item order by b"),
    feature("UNION, INTERSECT, EXCEPT", "select 1 union all select 2 except select 3"),
    feature(
      "WITH, WITH RECURSIVE",
      "with recursive r (n) as (select 1 union all select n + 1 from r where n < 3) select * from r",
    ),
    feature("data-modifying WITH", "with d as (update item set a = a returning *) select * from d"),
    feature(
      "SEARCH and CYCLE clauses",
      "with recursive r (n) as (select 1 union all select n from r) cycle n set c using p select * from r",
    ),
    feature("VALUES, TABLE", "values (1, 'a')", "table item"),
    feature(
      "set-returning functions, WITH ORDINALITY, ROWS FROM",
      "select * from unnest(array[1]) with ordinality, rows from (generate_series(1, 2))",
    ),
    feature(
      "TABLESAMPLE (SYSTEM picks single rows, as BERNOULLI does)",
      "select * from item tablesample system (10)",
    ),
    feature(
      "FOR UPDATE, FOR NO KEY UPDATE, FOR SHARE, FOR KEY SHARE",
      "select * from item for update",
      "select * from item for key share",
    ),
    feature("SKIP LOCKED, NOWAIT", "select * from item for update skip locked"),
    feature("EXPLAIN, EXPLAIN ANALYZE", "explain (analyze, costs off) select * from item"),
    feature(
      "EXPLAIN FORMAT JSON, YAML, XML",
      "explain (format json) select * from item",
      "explain (format yaml) select * from item",
      "explain (format xml) select * from item",
    ),
  ],
};

const CHANGES: FeatureGroup = {
  title: "Data changes",
  features: [
    feature(
      "INSERT with VALUES, SELECT, DEFAULT, RETURNING",
      "insert into item values (3, 1, 'z', null) returning *",
    ),
    feature(
      "ON CONFLICT DO NOTHING, DO UPDATE",
      "insert into item values (1, 1, 'q', null) on conflict (id) do update set b = excluded.b",
    ),
    feature(
      "UPDATE … FROM, DELETE … USING",
      "update item set a = v.x from (values (1, 2)) v (i, x) where id = v.i",
      "delete from item using (values (99)) v (i) where id = v.i",
    ),
    feature(
      "MERGE",
      "merge into item using (values (1)) v (i) on id = v.i when matched then do nothing",
    ),
    feature("TRUNCATE", "create table t_truncate (a int)", "truncate t_truncate"),
    feature(
      "COPY TO STDOUT (text, csv, binary), COPY (query) TO",
      "copy (select 1) to stdout (format csv)",
    ),
    feature("COPY with a program of the server", "copy item to program 'cat'"),
    feature(
      "cursors: DECLARE, FETCH, MOVE, SCROLL, WITH HOLD",
      "begin",
      "declare c scroll cursor for select * from item",
      "fetch backward 1 from c",
      "commit",
    ),
    feature(
      "UPDATE, DELETE WHERE CURRENT OF",
      "begin",
      "declare c2 cursor for select * from item for update",
      "fetch 1 from c2",
      "update item set a = 1 where current of c2",
      "commit",
    ),
    feature(
      "PREPARE, EXECUTE, DEALLOCATE",
      "prepare s (int) as select $1",
      "execute s (1)",
      "deallocate s",
    ),
  ],
};

const TRANSACTIONS: FeatureGroup = {
  title: "Transactions and sessions",
  features: [
    feature("BEGIN, COMMIT, ROLLBACK, AND CHAIN", "begin", "commit and chain", "rollback"),
    feature("savepoints", "begin", "savepoint s", "rollback to s", "release s", "commit"),
    feature(
      "READ COMMITTED, REPEATABLE READ (as snapshot isolation)",
      "begin isolation level read committed",
      "commit",
    ),
    feature(
      "updates that only add commit beside each other",
      "update item set a = a + 1 where id = 1",
    ),
    feature("SERIALIZABLE", "begin isolation level serializable", "select 1", "commit"),
    feature("READ ONLY, DEFERRABLE", "begin read only, deferrable", "commit"),
    feature(
      "PREPARE TRANSACTION (two-phase commit)",
      "begin",
      "prepare transaction 'x'",
      "rollback",
    ),
    feature(
      "LOCK TABLE in ACCESS SHARE, ROW SHARE, ROW EXCLUSIVE mode",
      "begin",
      "lock table item in access share mode",
      "rollback",
    ),
    feature("LOCK TABLE in other modes", "begin", "lock table item", "rollback"),
    feature(
      "pg_export_snapshot, SET TRANSACTION SNAPSHOT",
      "begin",
      "set transaction snapshot '00000000-00000001-1'",
      "rollback",
    ),
    feature(
      "advisory locks: of the session and of the transaction, shared, try",
      "select pg_advisory_lock(1), pg_try_advisory_lock_shared(1, 2)",
      "select pg_try_advisory_xact_lock(3), pg_advisory_unlock(1), pg_advisory_unlock_all()",
      "select mode, granted from pg_locks",
    ),
    feature(
      "LISTEN, NOTIFY, UNLISTEN, pg_notify",
      "listen x",
      "notify x, 'payload'",
      "select pg_notify('x', 'payload'), pg_notification_queue_usage()",
      "select * from pg_listening_channels()",
      "unlisten *",
    ),
    feature(
      "SET, SET LOCAL, SHOW, RESET, DISCARD",
      "set work_mem = '8MB'",
      "show work_mem",
      "discard all",
    ),
    feature("SET ROLE to another role", "create role other", "set role other"),
    feature("DO", "do $$ begin end $$"),
    feature(
      "CALL of procedures: defaults, named arguments, INOUT and OUT, in transaction blocks",
      "create procedure put_item(x int, y int default 1) language sql as $$ insert into item (id, a) values (x, y) $$",
      "create procedure next_item(inout x int, out y text) language sql as $$ select x + 1, x::text $$",
      "begin",
      "call put_item(9001)",
      "call put_item(y => 2, x => 9002)",
      "call next_item(1, null)",
      "rollback",
    ),
  ],
};

const SCHEMA: FeatureGroup = {
  title: "Schema",
  features: [
    feature(
      "CREATE and DROP TABLE, IF [NOT] EXISTS",
      "create table if not exists t1 (a int)",
      "drop table if exists t1",
    ),
    feature(
      "PRIMARY KEY, UNIQUE, NULLS NOT DISTINCT, CHECK, NOT NULL, DEFAULT",
      "create table t2 (a int primary key, b int unique nulls not distinct check (b > 0), c int not null default 1)",
    ),
    feature("FOREIGN KEY", "create table t3 (a int references item)"),
    feature("EXCLUDE", "create table t4 (a int, exclude (a with =))"),
    feature(
      "DEFERRABLE constraints",
      "create table t5 (a int primary key deferrable)",
      "insert into t5 values (1), (2)",
      "update t5 set a = a + 1",
    ),
    feature(
      "serial, GENERATED … AS IDENTITY",
      "create table t6 (a serial, b int generated by default as identity)",
      "insert into t6 default values",
    ),
    feature(
      "generated columns",
      "create table t7 (a int, b int generated always as (a + 1) stored)",
      "insert into t7 values (1)",
    ),
    feature("CREATE TABLE AS, SELECT INTO", "create table t8 as select 1 as a"),
    feature("CREATE TABLE … LIKE", "create table t9 (like item)"),
    feature("temporary tables", "create temporary table t10 (a int)"),
    feature("unlogged tables", "create unlogged table t11 (a int)"),
    feature("partitioned tables", "create table t12 (a int) partition by range (a)"),
    feature("inheritance", "create table t13 () inherits (item)"),
    feature(
      "indexes: several columns, DESC, NULLS FIRST, UNIQUE, INCLUDE, CONCURRENTLY",
      "create unique index i1 on item (a desc nulls first, id) include (b)",
      "create index concurrently i2 on item (b)",
    ),
    feature(
      "REINDEX INDEX, TABLE, SCHEMA, CONCURRENTLY",
      "reindex index item_pkey",
      "reindex table concurrently item",
    ),
    feature("CREATE INDEX ASYNC", "create index async i6 on item (a)"),
    feature("partial indexes", "create index i3 on item (a) where a > 1"),
    feature("indexes on expressions", "create index i4 on item (lower(b))"),
    feature("GIN, GiST, BRIN, hash indexes", "create index i5 on item using gin (j)"),
    feature(
      "ALTER TABLE ADD, DROP, RENAME COLUMN",
      "create table t14 (a int)",
      "alter table t14 add column b int default 1",
      "alter table t14 rename column b to c",
      "alter table t14 drop column c",
    ),
    feature(
      "ALTER TABLE … ALTER COLUMN SET DEFAULT, SET NOT NULL",
      "alter table t14 alter column a set default 1",
      "alter table t14 alter column a set not null",
    ),
    feature("ALTER TABLE … ALTER COLUMN TYPE", "alter table t14 alter column a type bigint"),
    feature(
      "ALTER TABLE ADD, DROP CONSTRAINT",
      "alter table t14 add constraint c1 check (a > 0)",
      "alter table t14 drop constraint c1",
    ),
    feature("ALTER TABLE RENAME", "alter table t14 rename to t15"),
    feature("ALTER TABLE SET SCHEMA", "create schema s1", "alter table t15 set schema s1"),
    feature("ALTER TABLE OWNER TO", "alter table item owner to postgres"),
    feature("CREATE and DROP SCHEMA", "create schema s2", "drop schema s2 cascade"),
    feature(
      "sequences, nextval, currval",
      "create sequence q1",
      "select nextval('q1')",
      "select currval('q1')",
      "drop sequence q1",
    ),
    feature("setval", "create sequence q3", "select setval('q3', 10)"),
    feature("ALTER SEQUENCE", "create sequence q2", "alter sequence q2 restart with 5"),
    feature("views", "create view v1 as select 1 as a", "select * from v1"),
    feature("materialized views", "create materialized view m1 as select 1 as a"),
    feature(
      "enums, with labels added in the middle and renamed",
      "create type e1 as enum ('a', 'c')",
      "alter type e1 add value 'b' before 'c'",
      "alter type e1 rename value 'a' to 'first'",
      "create table has_enum (e e1 primary key)",
    ),
    feature(
      "COLLATE in expressions, columns, domains and indexes; CREATE COLLATION",
      'create collation item_order from "C"',
      "create table item_names (x text collate item_order)",
      'select x collate "POSIX" from item_names order by 1',
    ),
    feature(
      "typed tables: CREATE TABLE OF, ALTER TABLE [NOT] OF",
      "create type item_shape as (x int, y text)",
      "create table item_shapes of item_shape (x with options primary key)",
    ),
    feature(
      "ctid as the key of a row: removing duplicates, deleting in batches",
      "delete from item x using item y where x.ctid < y.ctid and x.b = y.b and x.a = y.a",
      "delete from item where ctid = any (array(select ctid from item where id > 1000 limit 10))",
    ),
    feature(
      "xmin for optimistic locking, xmax in RETURNING of ON CONFLICT",
      "update item set b = 'y' where id = 1 and xmin = (select xmin from item where id = 1) returning xmin",
      "insert into item values (1, 2) on conflict (id) do update set a = excluded.a returning (xmax = 0)",
    ),
    feature(
      "ICU collations: comparison, ORDER BY, upper and lower, indexes for =",
      "select 'a' collate \"und-x-icu\" < 'B'",
      'create table item_words (x text collate "de-x-icu" primary key)',
      "select x from item_words where x > 'a' order by x",
    ),
    feature(
      "nondeterministic collations: comparison, ORDER BY",
      "create collation item_ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
      "select 'a' = 'A' collate item_ci",
    ),
    feature(
      "indexes, GROUP BY and DISTINCT by nondeterministic collations",
      "select distinct 'a' collate item_ci",
    ),
    feature(
      "domains: default, NOT NULL, CHECK, ALTER DOMAIN",
      "create domain d1 as int default 1 not null check (value > 0)",
      "alter domain d1 add constraint small check (value < 10)",
    ),
    feature(
      "composite types, ALTER TYPE for their attributes",
      "create type c1 as (a int)",
      "alter type c1 add attribute b text",
      "create table has_composite (c c1, cs c1[])",
      "update has_composite set c.a = 1, cs[1].b = 'x'",
    ),
    feature(
      "row types of tables as types of columns",
      "create table has_row (r item, rs item[])",
      "select (r).b, row(1, 2, 'x', null)::item, null::item from has_row",
    ),
    feature("range types over any ordered type", "create type r1 as range (subtype = float8)"),
    feature("assignment to jsonb subscripts", "update item set j['a']['b'] = '1' where id = 1"),
    feature("base types (CREATE TYPE with input and output functions)", "create type b1"),
    feature(
      "functions in language SQL: bodies as text, RETURN and BEGIN ATOMIC",
      "create function f1(a int, b int default 1) returns int language sql as 'select $1 + b'",
      "select f1(1), f1(a => 1, b => 2)",
      "create function f2() returns setof item begin atomic select * from item; end",
      "select * from f2()",
    ),
    feature(
      "aggregates of functions",
      "create aggregate total (int) (sfunc = int4pl, stype = int, initcond = '0')",
      "select total(a) from item",
    ),
    feature(
      "operators of functions",
      "create operator <~> (leftarg = int, rightarg = int, function = int4pl)",
      "select a <~> 1 from item",
    ),
    feature(
      "casts of functions, by text, and without a function",
      "create type item_state as enum ('new', 'old')",
      "create cast (varchar as item_state) with inout as implicit",
      "select 'new'::varchar = 'new'::item_state",
    ),
    feature(
      "procedures and CALL",
      "create procedure p1(x int) language sql as 'update item set a = x'",
      "call p1(5)",
    ),
    feature(
      "functions in PL/pgSQL",
      "create function f3() returns int language plpgsql as $$ begin return 1; end $$",
    ),
    feature("triggers", "create trigger g1 before insert on item execute function f1()"),
    feature("rules", "create rule u1 as on insert to item do nothing"),
    feature("COMMENT", "comment on table item is 'x'"),
    feature(
      "ALTER ROLE, ALTER DATABASE … SET and RESET, IN DATABASE",
      "create role configured",
      "alter role configured in database postgres set work_mem to '8MB'",
      "alter database postgres set lock_timeout to '1s'",
      "alter database postgres reset all",
      "drop role configured",
    ),
    feature(
      "CREATE, ALTER, DROP ROLE with passwords",
      "create role r1 login password 'x'",
      "alter role r1 password null",
      "drop role r1",
    ),
    feature(
      "GRANT, REVOKE on objects and columns",
      "grant select on item to public",
      "grant select (a), update (b) on item to public",
      "revoke all on item from public",
      "grant usage on schema public to public",
    ),
    feature(
      "GRANT, REVOKE of roles",
      "create role r2",
      "create role r3",
      "grant r2 to r3 with admin option",
      "revoke r2 from r3",
      "drop role r2, r3",
    ),
    feature(
      "ALTER DEFAULT PRIVILEGES",
      "alter default privileges grant select on tables to public",
    ),
    feature("SET ROLE, SET SESSION AUTHORIZATION", "set role postgres", "reset role"),
    feature("row security policies", "create policy p1 on item"),
    feature("extensions", "create extension pg_trgm"),
    feature(
      "CREATE (with TEMPLATE), ALTER and DROP DATABASE",
      "create database d2 connection limit 5",
      "alter database d2 rename to d3",
      "create database d4 template d3",
      "drop database d4",
      "drop database d3 with (force)",
    ),
    feature("CREATE STATISTICS", "create statistics x1 on a, b from item"),
    feature("VACUUM, CHECKPOINT (nothing to do)", "vacuum item", "checkpoint"),
    feature(
      "ANALYZE, pg_stats, pg_statistic",
      "analyze item",
      "select attname, n_distinct from pg_stats where tablename = 'item'",
    ),
    feature(
      "ALTER COLUMN SET STATISTICS, SET (n_distinct)",
      "alter table item alter b set statistics 50, alter b set (n_distinct = 5)",
    ),
    feature(
      "plan_cache_mode",
      "set plan_cache_mode = force_custom_plan",
      "select generic_plans, custom_plans from pg_prepared_statements",
    ),
    feature("REINDEX, CLUSTER", "reindex table item"),
    feature("publications, subscriptions", "create publication p2"),
    feature("foreign data wrappers", "create foreign data wrapper w1"),
    feature("ALTER SYSTEM", "alter system set work_mem = '1MB'"),
  ],
};

const FUNCTIONS: FeatureGroup = {
  title: "Functions with a syntax of their own",
  features: [
    feature(
      "JSON_OBJECT, JSON_ARRAY",
      "select json_object('a': 1 with unique keys returning jsonb), json_array(1, null absent on null), json_array(select a from item)",
    ),
    feature(
      "JSON_OBJECTAGG, JSON_ARRAYAGG",
      "select json_objectagg(id: b), json_arrayagg(a order by a) from item",
    ),
    feature("IS JSON", "select '{}' is json object with unique keys"),
    feature(
      "jsonpath, datetime() with templates",
      `select jsonb_path_query('"2024"', '$.datetime("YYYY")')`,
    ),
    feature(
      "regular expressions (ARE), SIMILAR TO",
      "select 'ab' ~ '(a+)+b$', 'ab' similar to 'a_'",
    ),
    feature("setseed, random as PostgreSQL's", "select setseed(0.5), random(), random_normal()"),
    feature("pg_sleep, pg_cancel_backend", "select pg_sleep(0), pg_cancel_backend(0)"),
    feature("POSIX time zones", "select now() at time zone 'EST5EDT,M3.2.0,M11.1.0'"),
    feature("pg_current_snapshot, pg_xact_status", "select pg_current_snapshot()"),
    feature(
      "conversion between UTF-8 and single-byte encodings",
      "select convert_to('a', 'LATIN1')",
    ),
  ],
};

export const FEATURES: readonly FeatureGroup[] = [
  QUERIES,
  CHANGES,
  TRANSACTIONS,
  SCHEMA,
  FUNCTIONS,
];
