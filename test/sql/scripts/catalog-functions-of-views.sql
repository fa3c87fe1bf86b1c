-- Functions under views, as pgAdmin and others call them.
select name, setting, vartype, context, enumvals from pg_catalog.pg_show_all_settings() where name in ('work_mem', 'bytea_output', 'default_table_access_method') order by 1;
select coalesce(s.setting, '?') from pg_class c, lateral (select setting from pg_show_all_settings() where name = 'default_table_access_method') s where c.oid = 'pg_class'::regclass;
select s.n, s.setting from pg_show_all_settings() as s(n) where s.n = 'DateStyle';
select pg_show_all_settings.vartype from pg_show_all_settings() where name = 'work_mem';
prepare kept(int) as select $1 + 1;
select name, parameter_types, result_types, from_sql from pg_prepared_statement();
begin;
declare c scroll cursor for select 1;
select name, is_holdable, is_binary, is_scrollable from pg_cursor() order by name;
commit;
select count(*) from pg_available_extensions() where name = 'nope';
select count(*) from pg_available_extension_versions() e where e.name = 'nope' and not e.superuser;
select count(*) from pg_lock_status() where relation = 0;
-- what can be asked of a server that follows none
select case when pg_is_in_recovery() then pg_is_wal_replay_paused() else false end;
select pg_is_wal_replay_paused();
select pg_get_wal_replay_pause_state();
select pg_wal_replay_pause();
select pg_wal_replay_resume();
select pg_promote();
select pg_promote(true, 5);
select pg_last_xact_replay_timestamp();
