-- Indexes of temporary tables are found by their plain names, before others.
create temp table tied (n int, w text);
create index tied_n on tied (n);
create table tied_stored (n int);
create index tied_other on tied_stored (n);
drop index tied_n;
create index tied_n on tied (n desc);
create index tied_n on tied (w);
create index tied_other on tied (w);
drop index tied_other;
drop index tied_other;
drop index tied_other;
drop index if exists tied_n;
drop table tied_n;
drop table tied, tied_stored;
