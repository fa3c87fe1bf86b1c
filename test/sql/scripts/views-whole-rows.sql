-- A whole row in a view has all columns that its relation has by now; the columns that the query
-- names, or "*" named, are those of the time when it was made.
create table items (id int primary key, name text);
insert into items values (1, 'a'), (2, 'b');
create view rows_of_items as select *, to_json(v) as j, v as r from items v;
create view names as select id, name from items;
create view rows_of_names as select *, row_to_json(v) as j from names v;
create view neighbours as select a.id, b from items a left join items b on b.id = a.id + 1;
create view constructed as select row(v.id, v.name) as r, row(v.*)::text as t from items v;
create materialized view kept as select id, to_jsonb(v) as j from items v;
select * from rows_of_items order by id;
alter table items add column size int default 4;
create or replace view names as select id, name, 2 + 2 as four from items;
select * from rows_of_items order by id;
select * from rows_of_names order by id;
select * from neighbours order by id;
select * from constructed order by r;
select pg_get_viewdef('rows_of_items'), pg_get_viewdef('rows_of_names'), pg_get_viewdef('neighbours');
refresh materialized view kept;
select * from kept order by id;
alter table items rename column name to label;
select * from rows_of_items order by id;
alter table items drop column size;
select * from rows_of_items order by id;
select * from kept order by id;
alter table items drop column label;
select pg_get_viewdef('nothing of that name');

-- Fields of records have names only in the query that they come from.
create view fields as with c as materialized (select r from (values (1, 2), (3, 4)) r) select (r).column2 as a, (s).column1 as b from c join (select s from (values (1, 7), (3, 8)) s limit 2) ss on (r).column1 = (s).column1;
select pg_get_viewdef('fields', true);
select * from fields order by 1;
create view words as with c as materialized (select pg_get_keywords() k) select (k).word from c;
select pg_get_viewdef('words', true);
create view lateral_fields as select (x).id, (x).t from (select x from items i, lateral (select i.id, 'n'::text as t) x) s;
select pg_get_viewdef('lateral_fields', true);

-- The rule of a view.
select pg_get_ruledef(oid, true) from pg_rewrite where ev_class = 'names'::regclass;
select pg_get_ruledef(oid, true) from pg_rewrite where ev_class = 'kept'::regclass;
select pg_get_ruledef(0);

-- The target of a statement is no WITH item, whatever that is called.
with names as (select 3 as id) insert into items (id, label) select id, 'c' from names;
with items as (select 3 as id) update items set label = 'd' where id = 3;
with items as (select 3 as id) delete from items where id in (select id from items);
with absent as (select 1) insert into absent select 1;
select * from items order by id;
