-- Rows of COPY in tables of many shapes: keys, indexes, duplicates, NULLs, transactions.
create table r (id int primary key, k int, name varchar(6), amount numeric(8,2), at timestamp, z timestamptz, d date, u uuid, f float8, b bool, c char(4), n numeric, o bigint, s smallint, t time, g real);
create index r_k on r (k desc nulls last) include (name);
create unique index r_u on r (u);
create unique index r_name on r (name, k) nulls not distinct;
copy r from stdin;
1	10	abc	12.5	2020-01-02 03:04:05	2020-01-02 03:04:05+00	2020-02-29	00000000-0000-0000-0000-000000000001	0.1	t	ab	1.50	123456789012345678	-32768	01:02:03.5	1.5
2	\N	äöüß	-0.01	2020-01-02 03:04:05.123456	2020-01-02 03:04:05.5-05:30	0099-12-31	00000000-0000-0000-0000-00000000000A	-0	f	\N	-0.00	-1	0	23:59:59	-0.0
3	-5	\N	\N	infinity	2020-07-01 00:00:00+02	-infinity	{00000000-0000-0000-0000-000000000003}	NaN	yes	abcd	1e3	9223372036854775807	7	24:00	1e10
4	10	a\tb\\	999999.994	1600-02-28 00:00:00	-infinity	epoch	\N	1e300	0	 x	NaN	0	1	00:00	3.4e38
\.
select * from r order by id;
select name, k from r where k = 10 order by name;
select k from r order by k desc nulls last;
select id from r where u = '00000000-0000-0000-0000-00000000000a';
copy r (id) from stdin;
3
\.
copy r (id) from stdin;
5
5
\.
copy r (name, k, id) from stdin;
abc	10	6
\.
copy r (id, u) from stdin;
6	\N
7	00000000-0000-0000-0000-000000000003
\.
copy r (k, id) from stdin;
1	9
1	8
\.
copy r (k, id) from stdin;
2	9
1	8
\.
copy r (k) from stdin;
1
\.
copy r (id, name) from stdin;
20	abcdef
21	abcdefg
\.
copy r (id, name) from stdin;
20	abcdef 
21	äöüßäö
\.
copy r (id, amount) from stdin;
22	1000000
\.
copy r (id, amount) from stdin;
22	999999.999
\.
copy r (id, s) from stdin;
22	32768
\.
copy r (id, o) from stdin;
22	9223372036854775808
\.
copy r (id, d) from stdin;
22	2021-02-29
\.
copy r (id, c) from stdin;
22	abcde
\.
copy r (id, b) from stdin;
22	maybe
\.
copy r (id, u) from stdin;
22	00000000-0000-0000-0000-00000000000g
\.
select id, k, name, c || '|' as c from r order by id;
begin;
copy r (id, k) from stdin;
100	1000
101	1001
\.
savepoint a;
copy r (id, k) from stdin;
102	1002
\.
select count(*) from r where k >= 1000;
rollback to a;
select id from r where k >= 1000 order by id;
copy r (id, k) from stdin;
102	1002
\.
update r set k = k + 1 where id = 101;
delete from r where id = 100;
copy r (id, k) from stdin;
100	1100
\.
commit;
select id, k from r where k >= 1000 order by id;
create table h (a text, b int);
create index on h (lower(a));
create index on h (b) where b > 1;
copy h from stdin (format csv);
A,1
"B ""x""",2
,3
"",
\.
select * from h order by b, a;
select b from h where lower(a) = 'a';
create table w (a text, b int, c int default 4, d text generated always as (a || '!') stored);
alter table w drop column b;
copy w (c, a) from stdin (format csv, header);
c,a
1,x
\N,y
\.
copy w (a) from stdin;
z
\.
select * from w order by a;
create table v (a int, gone text, b text);
create unique index on v (b desc, a);
alter table v drop column gone;
alter table v add column e int default 9;
copy v (b, a) from stdin;
x	1
y	1
\.
alter table v alter column e drop default;
copy v (b, a) from stdin;
x	2
\N	3
\N	3
\.
copy v (b, a) from stdin;
w	2
x	1
\.
select * from v order by a, b;
create table parent (id int primary key);
create table child (id int primary key, p int references parent);
copy parent from stdin;
1
2
\.
copy child from stdin;
1	1
2	\N
\.
copy child from stdin;
3	3
\.
select * from child order by id;
create domain positive as int check (value > 0) not null;
create table q (a positive, b positive[]);
copy q from stdin;
1	{2,3}
\.
copy q from stdin;
\N	{1}
\.
copy q from stdin;
0	{1}
\.
select * from q;
create temporary table tt (a int primary key, b text);
copy tt from stdin;
1	x
2	y
\.
copy tt from stdin;
3	x
2	y
\.
select * from tt order by a;
create table long (a text primary key);
copy long from stdin;
short
\.
select * from long;
