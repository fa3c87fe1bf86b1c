-- Calls are shown with the arguments that were written, by their names, and nothing of defaults.
create function d(a int, b int default 5, c int default 7) returns int language sql immutable as 'select a + b * c';
create function dset(a int, b int default 5) returns setof int language sql begin atomic select a union all select b; end;
create table dd (x int default d(1), check (d(x, c => 1) > 0), y int generated always as (d(x)) stored);
create index dd_i on dd (d(x)) where d(c => 2, a => x) > 1;
create view dv as select d(x) as a, d(x, b => 3) as b, d(b => 1, a => x) as c, d(a => x) as e, dset.dset, jsonb_set('{}', '{a}', '1') as j, make_interval(days => x) as m, q.w, u, k
  from dd, dset(x), dset(b => 4, a => 2) as q(w), lateral generate_series(1, 2) k, unnest(array[x]) u;
create function body() returns int language sql return d(4, c => 8);
select pg_get_viewdef('dv'::regclass);
select pg_get_functiondef('body'::regproc), pg_get_indexdef('dd_i'::regclass);
select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'dd'::regclass;
select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = 'dd'::regclass order by adnum;
insert into dd default values;
select a, b, c, e, j, m, w, dset, u, k from dv order by w, dset, k;
-- defaults are those of the function as it is
create or replace function d(a int, b int default 50, c int default 70) returns int language sql immutable as 'select a + b * c';
insert into dd default values;
select x, y from dd order by x;
select body();
select distinct a, b, c, e from dv order by a;
set enable_seqscan = off;
explain (costs off) select x from dd where d(c => 2, a => x) > 1;
