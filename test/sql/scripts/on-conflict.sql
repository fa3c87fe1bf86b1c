-- INSERT ... ON CONFLICT.
create table t (id int primary key, email text unique, n int default 0, note text);
insert into t values (1, 'a', 1), (2, 'b', 2);
insert into t values (1, 'z', 9) on conflict do nothing;
insert into t values (1, 'z', 9) on conflict do nothing returning *;
insert into t values (3, 'b', 9) on conflict (email) do nothing;
insert into t values (3, 'b', 9) on conflict (id) do nothing;
insert into t values (1, 'z', 9) on conflict (id) do update set n = excluded.n, note = t.note || 'x' returning *;
insert into t values (1, 'z', 9) on conflict (id) do update set n = t.n + excluded.n where t.n < 10 returning *;
insert into t values (1, 'z', 9) on conflict (id) do update set n = t.n + excluded.n where t.n < 10 returning *;
insert into t values (4, 'd', 4), (1, 'q', 5), (5, 'e', 5) on conflict (id) do update set (n, note) = (excluded.n, 'tuple') returning *;
insert into t values (6, 'f', 4), (6, 'g', 5) on conflict (id) do update set n = excluded.n;
insert into t values (6, 'f', 4), (6, 'g', 5) on conflict (id) do nothing returning *;
insert into t values (7, 'a', 4) on conflict (id) do update set n = 0;
insert into t values (2, 'x', 4) on conflict on constraint t_pkey do update set note = 'by name' returning *;
insert into t values (2, 'x', 4) on conflict on constraint nosuch do nothing;
insert into t values (2, 'x', 4) on conflict (n) do nothing;
insert into t values (2, 'x', 4) on conflict (nosuch) do nothing;
insert into t values (2, 'x', 4) on conflict do update set n = 1;
insert into t as a values (2, 'x', 4) on conflict (id) do update set n = a.n + 100 returning a.n;
insert into t as a values (2, 'x', 4) on conflict (id) do update set n = t.n + 100;
insert into t values (2, 'x', 4) on conflict (id) do update set id = 1;
insert into t values (2, 'x', 4) on conflict (id) do update set id = 22, email = excluded.email returning *;
insert into t (id, n) select g, g from generate_series(20, 25) g on conflict (id) do update set n = t.n + 1000;
insert into t (id) values (20) on conflict (id) do update set n = default returning *;
insert into t (id) values (20) on conflict (id) do update set n = (select max(n) from t) returning *;
select * from t order by id;
create table m (a int, b int, v text, primary key (a, b));
insert into m values (1, 1, 'x') on conflict (b, a) do nothing;
insert into m values (1, 1, 'y') on conflict (b, a) do update set v = m.v || excluded.v returning *;
insert into m values (1, 1, 'y') on conflict (a) do nothing;
create unique index m_v on m (v);
insert into m values (2, 2, 'xy') on conflict (v) do update set b = 5 returning *;
select * from m;

-- A target that is no column: what it may have meant.
create table likely (id int primary key, name text unique);
insert into likely values (3, 'c') on conflict (nope) do nothing;
insert into likely as l values (3, 'c') on conflict (naem) do nothing;
