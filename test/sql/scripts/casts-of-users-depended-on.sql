-- casts of users in stored expressions, and operators that find them
create type rgb as (r int, g int, b int);
create function rgb_text(rgb) returns text language sql immutable as 'select ($1).r || ''/'' || ($1).g';
create cast (rgb as text) with function rgb_text(rgb) as implicit;
select 'x' || row(1,2,3)::rgb;
select 'x'::text || row(1,2,3)::rgb;
select length(row(1,2,3)::rgb);
select upper(row(1,2,3)::rgb);
select row(1,2,3)::rgb like '1%';
select row(1,2,3)::rgb || row(1,2,3)::rgb;
create view vc as select row(1,2,3)::rgb::text as t;
create view vi as select length(row(1,2,3)::rgb) as l;
-- differs: PostgreSQL has stored the function and lets the cast go
drop cast (rgb as text);
-- differs: the cast is there still
drop function rgb_text(rgb);
-- differs: the cast is there still
drop cast (rgb as text) cascade;
create function plus1(int, int) returns int language sql immutable as 'select $1 + $2 + 1';
create operator +++ (leftarg = int, rightarg = int, function = plus1);
create view vo as select 1 +++ 2 as x;
create table to_ (a int, check (a +++ 1 > 0), b int default 1 +++ 2, c int generated always as (a +++ 1) stored);
create index on to_ ((a +++ 3));
drop operator +++ (int, int);
drop function plus1(int, int);
drop operator +++ (int, int) cascade;
drop function plus1(int, int) cascade;
select * from vo;
create type mood as enum ('a', 'b');
create function mood_int(mood) returns int language sql immutable as 'select case $1 when ''a'' then 1 else 2 end';
create cast (mood as int) with function mood_int(mood) as implicit;
select 'a'::mood + 1, 2 * 'b'::mood, abs('b'::mood), 'a'::mood < 2, 'a'::mood = 1;
select sum('b'::mood), 'a'::mood in (1, 2), 'a'::mood between 0 and 3;
create table tm (m mood, i int default 'b'::mood, check (m < 3));
insert into tm (m) values ('a');
select m + i from tm;
select case when true then 'a'::mood else 5 end;
select coalesce('a'::mood, 5), greatest('a'::mood, 5);
select array['a'::mood, 5];
select 'a'::mood union select 5;
-- differs: PostgreSQL has stored the function
drop cast (mood as int);
-- differs: the cast is there still
drop cast (mood as int) cascade;
select i from tm;
drop table tm;
-- differs: views and the cast went before
drop type rgb cascade;
drop type mood cascade;
