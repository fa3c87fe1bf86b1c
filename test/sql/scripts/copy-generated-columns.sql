-- COPY leaves generated columns out; who may promise LEAKPROOF; codes of errors in the grammar.
create table cg (a int, b int generated always as (a * 2) stored, c text);
insert into cg (a, c) values (1, 'x');
copy cg to stdout;
copy cg (a, b) to stdout;
copy cg (c, a) to stdout with (format csv, header);
copy (select * from cg) to stdout;
create function cg_f(int) returns int language sql leakproof as 'select 1';
create table cg_m (a int) partition by magic (a);
alter index nothing alter column 0 set statistics 100;
create table cg_p (a int primary key);
create table cg_r (a int, foreign key (a) references cg_p on update set null (a));
-- Identity columns that contradict themselves, WITH OIDS, columns of SET NULL that are not there.
create table cg_i (a int generated always as identity, b int);
alter table cg_i alter column a set default 1;
alter table cg_i alter column a drop default;
create table cg_n (id int null generated always as identity);
create type cg_t as (f1 int);
create table cg_o of cg_t (f1 with options generated always as identity);
create table cg_w () with (oids);
create table cg_w () with (oids = true);
create table cg_w () with (oids = false);
create table cg_s (tid int, id int, foreign key (tid) references cg_p on delete set null (bar));
