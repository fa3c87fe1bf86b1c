-- A column that is added takes its values from a sequence whose next values nobody has in memory.
create sequence column_values;
create table numbered_rows (i int, j int);
insert into numbered_rows values (1, 1), (2, 2), (3, 3);
alter table numbered_rows add column m integer default nextval('column_values');
alter table numbered_rows add column n integer default currval('column_values');
alter table numbered_rows alter j type bigint using nextval('column_values') * 10;
select * from numbered_rows order by i;
