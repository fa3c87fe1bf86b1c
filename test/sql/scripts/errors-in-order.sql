-- Which error comes first, and where it stands.
create table ordered_pairs (v1 int, v2 int);
create table ordered_texts (v varchar);
insert into ordered_texts (v) values (1, 2), ('hello'), (default, default);
insert into ordered_texts (v) values (1), ('hello', 2);
insert into ordered_pairs values (1, now()), (nosuch, 2);
insert into ordered_pairs values (1, 2), (nosuch, now());
prepare ordered_statement as select 1;
prepare ordered_statement as select nosuch;
prepare ordered_statement as select 2;
select ('{}'::json).a;
select (v1::json).a from ordered_pairs;
select (v1 + 1).a from ordered_pairs;
select nosuch_aggregate(v1 order by v1) from ordered_pairs;
select nosuch_aggregate(v1 order by v1, v2) from ordered_pairs;
create index ordered_index on ordered_pairs (v1) include (v2);
select pg_get_indexdef('ordered_index'::regclass, 2, true), pg_get_indexdef('ordered_index'::regclass, 3, true), pg_get_indexdef('ordered_index'::regclass, -1, true);
select pg_get_indexdef('pg_class_oid_index'::regclass, 1, true), pg_get_indexdef('pg_class_oid_index'::regclass, 9, true);
