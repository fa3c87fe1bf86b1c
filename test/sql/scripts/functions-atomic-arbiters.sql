-- What ON CONFLICT infers is looked for when a stored body runs, not when it is made.
create table noarbiter (a int, b int);
create function noarbiter_add(k int) returns void begin atomic insert into noarbiter values (k, 1) on conflict (a) do update set b = noarbiter.b + 1; end;
select noarbiter_add(1);
create unique index on noarbiter (a);
select noarbiter_add(1);
select noarbiter_add(1);
select * from noarbiter;
drop function noarbiter_add(int);
create function noarbiter_add(k int) returns void begin atomic insert into noarbiter values (k, 1) on conflict on constraint absent do nothing; end;
select 2::numeric ^ 1000000, 1 where false;
select 10::numeric ^ -1000000 = 0, 1::numeric ^ 1000000, 0.5 ^ 2000000 = 0;
select pg_identify_object(23, 23, -1);
select pg_identify_object_as_address(0, 5, 1);
drop table noarbiter;
