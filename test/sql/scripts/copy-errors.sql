-- What COPY FROM refuses, and where it says that it was.
create table t (a int primary key, b text not null, c int check (c <> 7), d jsonb);
copy t (a, b, c) from stdin;
1	x	1
2	\N	1
x	y	1
\.
copy t (a, b, c) from stdin;
1	x	7
x	y	1
\.
copy t (a, b, c) from stdin;
1	x	1
2	y	1
1	z	1
\.
-- rows are judged as they are read, their keys are looked for later
copy t (a, b, c) from stdin;
1	x	1
1	z	1
3	z	7
\.
copy t (a, b, c) from stdin;
1	x	1
1	z	1
x	z	1
\.
copy t (a, c) from stdin;
1	1
\.
copy t (a, b) from stdin where 1 / a > 0;
1	x
0	y
\.
copy t (a, b) from stdin where a > 1;
1	x
2	y
2	z
\.
copy t (a, b, d) from stdin;
1	x	{}
2	x	{y
\.
-- as many bytes of a line as PostgreSQL shows
copy t (a, b, c) from stdin;
1	ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé	7
\.
copy t (a, b, c) from stdin;
1	x	ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé
\.
-- lines within quotes count once the first line has ended
copy t (a, b, c) from stdin (format csv);
1,"x
y",1
2,"x
y",7
\.
copy t (a, b, c) from stdin (format csv, header);
a,b,c
1,"x
y",1
2,x,z
\.
copy t (a, b, c) from stdin (format csv, header);
a,b,c
1,"x
y",1
1,x,2
\.
copy t (a, b, c) from stdin (format csv);
1,"x
y",1
2,"x
y,1
\.
-- rows that are stored as they come
create table plain (a int not null, b text, e int unique);
copy plain from stdin;
1	x	1
\N	y	2
x	y	1
\.
copy plain (b) from stdin;
x
\.
copy plain from stdin;
1	x	1
2	y	1
\N	y	2
\.
copy plain from stdin;
1	x	1
2	y	2
3	y	1
\.
copy plain from stdin (format csv);
1,"x
y",1
2,"x
y",2
,z,2
\.
copy plain from stdin (format csv);
1,"x
y",1
2,"x
y",1
\.
-- what generated columns and defaults refuse
create table made (a int, b int generated always as (100 / a) stored, c int default 1);
copy made (a) from stdin;
1
0
\.
create table numbered (a serial primary key, b int check (b > 0));
copy numbered (b) from stdin;
1
-1
2
\.
copy numbered (b) from stdin;
1
2
\.
select b from numbered;
-- a domain has no say on NULL in a column that is not given
create domain filled as int not null;
create domain checked as int check (value is not null);
create domain defaulted as int default 5 not null;
create table of_domains (a int, b filled, c checked, d defaulted);
copy of_domains (a) from stdin;
1
\.
copy of_domains (a, b) from stdin;
1	\N
\.
copy of_domains (a, d) from stdin (default 'D');
1	D
\.
select * from of_domains;
insert into of_domains (a) values (1);
-- what its end refuses, and that it is not told as done before
create table late (a int unique deferrable initially deferred, b int references t);
copy late from stdin;
1	\N
1	\N
\.
copy late from stdin;
1	1
\.
