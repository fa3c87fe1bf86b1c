-- Prepared statements: plans for values and plans for any, and how they are counted.
create table sk (id int primary key, s int, t text);

insert into sk select i, case when i % 100 = 0 then i else 0 end, 'x' || i % 10 from generate_series(1, 3000) i;

create index on sk (s);

analyze sk;

prepare none as select count(*) from sk;

execute none;

execute none;

prepare point (int) as select t from sk where id = $1;

execute point(1);

execute point(2);

execute point(3);

execute point(null);

execute point(5);

select name, generic_plans, custom_plans from pg_prepared_statements order by name;

execute point(6);

execute point(7);

select name, generic_plans, custom_plans from pg_prepared_statements order by name;

set plan_cache_mode = force_custom_plan;

execute point(8);

execute none;

select name, generic_plans, custom_plans from pg_prepared_statements order by name;

set plan_cache_mode to force_generic_plan;

execute point(9);

execute none;

select name, generic_plans, custom_plans from pg_prepared_statements order by name;

show plan_cache_mode;

set plan_cache_mode = sometimes;

reset plan_cache_mode;

prepare skewed as select count(*), min(t) from sk where s = $1;

execute skewed(0);

execute skewed(100);

execute skewed(0);

execute skewed(200);

execute skewed(-1);

execute skewed(null);

execute skewed(0);

execute skewed(300);

prepare spans as select count(*) from sk where s between $1 and $2 and t = any ($3);

execute spans(0, 0, '{x1,x2}');

execute spans(0, 5000, '{}');

execute spans(50, 500, '{x0}');

execute spans(0, 1000, null);

execute spans(7, 3, '{x0}');

execute spans(-5, 5000, '{x0,x1,x2,x3,x4,x5,x6,x7,x8,x9}');

set plan_cache_mode = force_generic_plan;

execute skewed(0);

execute spans(0, 5000, '{x7}');

set plan_cache_mode = force_custom_plan;

execute skewed(100);

execute spans(0, 5000, '{x8}');

reset plan_cache_mode;

prepare change (int, text) as update sk set t = $2 where s = $1 returning id;

execute change(500, 'new');

execute change(501, 'none');

select t from sk where id = 500;

alter table sk add column more int default 3;

execute skewed(0);

execute change(600, 'newer');

drop index sk_s_idx;

execute skewed(0);

execute skewed(100);

deallocate skewed;

execute skewed(100);

select count(*) from sk where s = 0;

select count(*) from sk where s = 100;

select count(*) from sk where s = 0;

deallocate all;

select count(*) from pg_prepared_statements;
