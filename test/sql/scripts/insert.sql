-- INSERT in its forms.
create table t (id int primary key, a text, b numeric, c timestamp);
insert into t values (1, 'one', 1.1, '2024-02-29 12:00');
insert into t values (2, 'two', 2.2, null), (3, null, null, null) returning id, a || '!' as bang;
insert into t (b, id) values (9.99, 4) returning *;
insert into t select 5, 'five', 5, now() - now() + '2024-01-01'::timestamp returning c;
insert into t (id, a) select x, repeat('r', x) from generate_series(6, 8) x returning *;
insert into t (id) values ((select max(id) + 1 from t)) returning id;
insert into t as alias (id) values (20) returning alias.id, alias.*;
-- differs: row types of tables have no OID of their own
insert into t (id) values (21) returning t;
insert into t (id) values (22) returning nosuch;
insert into t (id) values (23) returning count(*);
insert into t values ('24', 24, '24', '2024-01-01');
insert into t values ('x', 24, '24', '2024-01-01');
insert into t values (25.4, 1);
insert into t values (true, 1);
insert into t values (26, 1, 'abc');
insert into t values (2147483648);
insert into t select 1;
-- differs: position of the last branch instead of the first
insert into t select 30, 'a', 1, null union all select 31, 'b', 2, null;
insert into t with x as (select 32 as id) select id from x;
with x as (select 33 as id) insert into t select id from x returning id;
insert into t values (34, 'q'), (35);
insert into t (id, a) values (36, 'x'), (37, 5);
insert into t (id, a) values (38, 5), (39, 'x');
insert into t (id, b) values (40, 5), (41, '7.5'), (42, 1e3);
insert into t (id, b) values (43, 5), (44, 'x');
select id, a, b, c from t order by id;
insert into nosuch values (1);
insert into t values (1, 'duplicate');
insert into t (id, c) values (50, 'infinity'), (51, '-infinity'), (52, 'epoch') returning c;
create table arr (id int primary key, l int[], s text[], m int[][]);
insert into arr values (1, '{1,2,3}', array['a','b'], '{{1,2},{3,4}}'), (2, array[]::int[], '{}', null) returning *;
-- differs: several parts of one array in an INSERT are refused
insert into arr (id, l[1], l[3]) values (3, 5, 7) returning *;
update arr set l[2] = 99 where id = 1 returning l;
-- refused: assignment to a slice
update arr set l[1:2] = '{7,8}' where id = 1 returning l;
select id, s[2], array_length(l, 1) from arr where id < 3 order by id;
create table widths (v varchar(3), c char(3));
insert into widths values ('abc', 'a') returning *, length(c), octet_length(c);
insert into widths values ('abcd', 'a');
insert into widths values ('abc   ', 'a     ') returning *, length(v);
insert into widths values ('abcd'::varchar(3), 'abcd'::char(3)) returning *;
insert into widths values (12, 3) returning *;
insert into widths values ('äöü', 'äöü') returning *;
select count(*) from t;
